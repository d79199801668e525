// What can be done to a message: react, answer, change, delete.
import type { MessageRow } from "../timeline";
import { openDialog } from "./dialog";
import { h } from "./dom";
import { confirmed } from "./parts";

const EMOJI = ["👍", "❤️", "😂", "😮", "😢", "🎉"];

export interface MessagePort {
  /** The text may be changed, or the message deleted, by us. */
  readonly editable: boolean;
  readonly deletable: boolean;
  react(emoji: string, on: boolean): Promise<void>;
  reply(): void;
  edit(): void;
  recall(): Promise<void>;
}

export function openMessageDialog(row: MessageRow, port: MessagePort): void {
  openDialog("Message", (dialog) => {
    const then = (work: () => void) => (): void => {
      dialog.close();
      work();
    };
    const emoji = EMOJI.map((sign) => {
      const mine = row.reactions.some((reaction) => reaction.emoji === sign && reaction.mine);
      const click = then(() => void port.react(sign, !mine));
      return h("button", { type: "button", class: "emoji", "aria-pressed": String(mine), "aria-label": `React ${sign}`, click }, sign);
    });
    const reply = h("button", { type: "button", class: "choice", click: then(() => port.reply()) }, "Reply");
    const copy = h("button", { type: "button", class: "choice", click: then(() => void copied(row.text)) }, "Copy the text");
    const edit = h("button", { type: "button", class: "choice", click: then(() => port.edit()) }, "Edit");
    const recall = h("button", { type: "button", class: "choice bad" }, "Delete for everybody");
    recall.addEventListener("click", () => {
      void confirmed(recall, "Really delete?", async () => {
        await port.recall();
        dialog.close();
      });
    });
    const choices = [reply, copy, ...(port.editable ? [edit] : []), ...(port.deletable ? [recall] : [])];
    return [
      h("div", { class: "emojis", role: "group", "aria-label": "React" }, ...emoji),
      h("div", { class: "choices" }, ...choices),
    ];
  });
}

async function copied(text: string): Promise<void> {
  // Not offered where the page is served without TLS; the text can be selected there.
  await navigator.clipboard?.writeText(text).catch(() => undefined);
}
