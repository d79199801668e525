// A modal dialog: the browser keeps the focus inside, closes it with Escape and gives the focus back.
import { h } from "./dom";
import { iconButton } from "./parts";

let dialogCount = 0;

export interface Dialog {
  readonly element: HTMLDialogElement;
  close(): void;
}

export function openDialog(title: string, content: (dialog: Dialog) => readonly Node[]): Dialog {
  const id = `dialog-${++dialogCount}`;
  const element = h("dialog", { class: "dialog", "aria-labelledby": id });
  const dialog: Dialog = { element, close: () => element.close() };
  const head = h("header", { class: "dialog-head" }, h("h2", { id }, title), iconButton("close", "Close", dialog.close));
  element.append(head, h("div", { class: "dialog-body" }, ...content(dialog)));
  element.addEventListener("close", () => element.remove());
  // A press on the backdrop is a press on the dialog element itself.
  element.addEventListener("pointerdown", (event) => {
    if (event.target === element) {
      dialog.close();
    }
  });
  document.body.append(element);
  element.showModal();
  return dialog;
}
