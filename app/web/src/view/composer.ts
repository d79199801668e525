// Where messages are written: Enter sends, Shift+Enter begins a new line.
import type { Id } from "../protocol";
import { h } from "./dom";
import { icon } from "./icons";

/** The server takes bodies of 16 KiB; escapes and the JSON around the text need some of it. */
const TEXT_BYTES_MAX = 15_000;
const HEIGHT_PIXELS_MAX = 180;

export class Composer {
  readonly element: HTMLFormElement;
  readonly #input = h("textarea", {
    class: "composer-input",
    rows: 1,
    dir: "auto",
    placeholder: "Write a message",
    "aria-label": "Message",
    enterkeyhint: "send",
    input: () => this.#fit(),
    keydown: (event) => this.#keydown(event as KeyboardEvent),
  });
  readonly #button = h("button", { type: "submit", class: "send", "aria-label": "Send", title: "Send" }, icon("send"));
  readonly #warning = h("p", { class: "composer-warning", role: "alert" });
  readonly #drafts = new Map<Id, string>();
  readonly #send: (text: string) => void;
  #conversation: Id | undefined;

  constructor(send: (text: string) => void) {
    this.#send = send;
    const submit = (event: Event): void => {
      event.preventDefault();
      this.#submit();
    };
    const field = h("div", { class: "composer-field" }, this.#input, this.#button);
    this.element = h("form", { class: "composer", "aria-label": "Write a message", submit }, this.#warning, field);
  }

  /** Turns to a conversation; what was begun in another one is kept for it. */
  show(conversation: Id | undefined): void {
    if (this.#conversation !== undefined) {
      this.#drafts.set(this.#conversation, this.#input.value);
    }
    this.#conversation = conversation;
    this.#input.value = conversation === undefined ? "" : (this.#drafts.get(conversation) ?? "");
    this.#fit();
  }

  focus(): void {
    this.#input.focus();
  }

  #keydown(event: KeyboardEvent): void {
    // While an input method composes, Enter belongs to it.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.#submit();
    }
  }

  #submit(): void {
    const text = this.#input.value.trim();
    if (text === "" || this.#tooLong(text)) {
      return;
    }
    this.#input.value = "";
    this.#fit();
    this.#input.focus();
    this.#send(text);
  }

  #tooLong(text: string): boolean {
    const long = new TextEncoder().encode(JSON.stringify(text)).length > TEXT_BYTES_MAX;
    this.#warning.textContent = long ? "This is too long for one message. Please send it in parts." : "";
    return long;
  }

  #fit(): void {
    this.#button.disabled = this.#input.value.trim() === "";
    this.#warning.textContent = "";
    this.#input.style.height = "auto";
    this.#input.style.height = `${Math.min(this.#input.scrollHeight, HEIGHT_PIXELS_MAX)}px`;
  }
}
