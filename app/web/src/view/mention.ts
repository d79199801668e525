// Marks the handles of those whom a message mentions.
import { piecesOf } from "../mentions";
import { h } from "./dom";

export function mentioned(text: string, handles: readonly string[]): Node[] {
  return piecesOf(text, handles).map((piece) =>
    piece.handle ? h("span", { class: "mention" }, piece.text) : document.createTextNode(piece.text),
  );
}
