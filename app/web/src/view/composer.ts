// Where messages are written: Enter sends, Shift+Enter begins a new line. What is written is a new message, a
// reply, or another text for a message of ours.
import type { Account, Id } from "../protocol";
import { h, nameText } from "./dom";
import { icon } from "./icons";
import { iconButton } from "./parts";
import { Suggest } from "./suggest";

/** The server takes bodies of 16 KiB; escapes and the JSON around the text need some of it. */
const TEXT_BYTES_MAX = 15_000;
const HEIGHT_PIXELS_MAX = 180;

/** What the text is for. */
export type Purpose =
  | { readonly type: "message" }
  | { readonly type: "reply"; readonly seq: number; readonly name: string; readonly text: string }
  | { readonly type: "edit"; readonly seq: number };

export interface ComposerPort {
  submit(text: string, purpose: Purpose): void;
  /** Something is being written. */
  typing(): void;
  /** The person wants to change what they said last. */
  editLast(): void;
  /** Whom an @ may mean. */
  people(): readonly Account[];
}

export class Composer {
  readonly element: HTMLFormElement;
  readonly #input = h("textarea", {
    class: "composer-input",
    rows: 1,
    dir: "auto",
    placeholder: "Write a message",
    "aria-label": "Message",
    enterkeyhint: "send",
    input: () => this.#typed(),
    keydown: (event) => this.#keydown(event as KeyboardEvent),
    blur: () => this.#suggest.close(),
  });
  readonly #button = h("button", { type: "submit", class: "send", "aria-label": "Send", title: "Send" }, icon("send"));
  readonly #warning = h("p", { class: "composer-warning", role: "alert" });
  readonly #about = h("div", { class: "composer-about", hidden: true });
  readonly #aboutText = h("p", { class: "composer-about-text" });
  readonly #drafts = new Map<Id, string>();
  readonly #port: ComposerPort;
  readonly #suggest: Suggest;
  #conversation: Id | undefined;
  #purpose: Purpose = { type: "message" };

  constructor(port: ComposerPort) {
    this.#port = port;
    this.#suggest = new Suggest(this.#input, () => port.people());
    const submit = (event: Event): void => {
      event.preventDefault();
      this.#submit();
    };
    this.#about.append(this.#aboutText, iconButton("close", "Cancel", () => this.#cancel()));
    const field = h("div", { class: "composer-field" }, this.#input, this.#button);
    const parts = [this.#warning, this.#suggest.element, this.#about, field];
    this.element = h("form", { class: "composer", "aria-label": "Write a message", submit }, ...parts);
  }

  /** Turns to a conversation; what was begun in another one is kept for it. */
  show(conversation: Id | undefined): void {
    if (this.#purpose.type === "edit") {
      this.#cancel();
    }
    this.#become({ type: "message" });
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

  reply(seq: number, name: string, text: string): void {
    if (this.#purpose.type === "edit") {
      this.#cancel();
    }
    this.#become({ type: "reply", seq, name, text });
    this.#input.focus();
  }

  /** Puts a message of ours up for another text; what was begun comes back afterwards. */
  edit(seq: number, text: string): void {
    if (this.#conversation !== undefined && this.#purpose.type !== "edit") {
      this.#drafts.set(this.#conversation, this.#input.value);
    }
    this.#become({ type: "edit", seq });
    this.#input.value = text;
    this.#fit();
    this.#input.focus();
    this.#input.setSelectionRange(text.length, text.length);
  }

  #become(purpose: Purpose): void {
    this.#purpose = purpose;
    this.#about.hidden = purpose.type === "message";
    if (purpose.type === "reply") {
      this.#aboutText.replaceChildren("Replying to ", nameText(purpose.name, "reply-name"), " ", h("bdi", {}, purpose.text));
    } else if (purpose.type === "edit") {
      this.#aboutText.replaceChildren("Editing your message");
    }
  }

  #cancel(): void {
    if (this.#purpose.type === "edit") {
      this.#restore();
    }
    this.#become({ type: "message" });
    this.#input.focus();
  }

  #restore(): void {
    this.#input.value = this.#conversation === undefined ? "" : (this.#drafts.get(this.#conversation) ?? "");
    this.#fit();
  }

  #typed(): void {
    this.#fit();
    this.#suggest.look();
    if (this.#input.value.trim() !== "" && this.#purpose.type !== "edit") {
      this.#port.typing();
    }
  }

  #keydown(event: KeyboardEvent): void {
    // While an input method composes, keys belong to it.
    if (event.isComposing) {
      return;
    }
    if (this.#suggest.key(event.key)) {
      event.preventDefault();
      event.stopPropagation();
      this.#fit();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#submit();
    } else if (event.key === "Escape" && this.#purpose.type !== "message") {
      event.stopPropagation();
      this.#cancel();
    } else if (event.key === "ArrowUp" && this.#input.value === "") {
      event.preventDefault();
      this.#port.editLast();
    }
  }

  #submit(): void {
    const text = this.#input.value.trim();
    if (text === "" || this.#tooLong(text)) {
      return;
    }
    const purpose = this.#purpose;
    this.#become({ type: "message" });
    this.#suggest.close();
    if (purpose.type === "edit") {
      this.#restore();
    } else {
      this.#input.value = "";
      this.#fit();
    }
    this.#input.focus();
    this.#port.submit(text, purpose);
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
