// Offers people while an @ and the beginning of a handle or a name are being written.
import type { Account } from "../protocol";
import { h, nameText } from "./dom";

const OFFERED_MAX = 5;
const BEGUN = /(?:^|\s)@([^\s@]{0,32})$/u;

export class Suggest {
  readonly element = h("ul", { class: "suggest", role: "listbox", id: "suggest", "aria-label": "People", hidden: true });
  readonly #input: HTMLTextAreaElement;
  readonly #people: () => readonly Account[];
  #offered: readonly Account[] = [];
  #at = 0;

  constructor(input: HTMLTextAreaElement, people: () => readonly Account[]) {
    this.#input = input;
    this.#people = people;
    input.setAttribute("aria-controls", "suggest");
    input.setAttribute("aria-autocomplete", "list");
  }

  /** Looks at what stands before the caret. */
  look(): void {
    const begun = BEGUN.exec(this.#before())?.[1]?.toLowerCase();
    this.#offered = begun === undefined ? [] : this.#people().filter((person) => matches(person, begun)).slice(0, OFFERED_MAX);
    this.#at = 0;
    this.#draw();
  }

  close(): void {
    this.#offered = [];
    this.#draw();
  }

  /** True when the key belonged to the list. */
  key(key: string): boolean {
    const count = this.#offered.length;
    if (count === 0) {
      return false;
    }
    if (key === "ArrowDown" || key === "ArrowUp") {
      this.#at = (this.#at + (key === "ArrowDown" ? 1 : count - 1)) % count;
      this.#draw();
      return true;
    }
    if (key === "Enter" || key === "Tab") {
      this.#choose(this.#offered[this.#at]);
      return true;
    }
    if (key === "Escape") {
      this.close();
      return true;
    }
    return false;
  }

  #before(): string {
    return this.#input.value.slice(0, this.#input.selectionStart);
  }

  #choose(person: Account | undefined): void {
    if (person !== undefined) {
      const before = this.#before();
      const from = before.lastIndexOf("@");
      this.#input.setRangeText(`@${person.handle} `, from, before.length, "end");
      this.#input.focus();
    }
    this.close();
  }

  #draw(): void {
    this.element.hidden = this.#offered.length === 0;
    this.element.replaceChildren(...this.#offered.map((person, index) => this.#option(person, index)));
    if (this.#offered.length === 0) {
      this.#input.removeAttribute("aria-activedescendant");
    } else {
      this.#input.setAttribute("aria-activedescendant", `suggest-${this.#at}`);
    }
  }

  #option(person: Account, index: number): HTMLElement {
    const pointerdown = (event: Event): void => {
      // The focus stays in the text.
      event.preventDefault();
      this.#choose(person);
    };
    const selected = String(index === this.#at);
    return h(
      "li",
      { class: "suggested", role: "option", id: `suggest-${index}`, "aria-selected": selected, pointerdown },
      nameText(person.displayName),
      h("span", { class: "suggested-handle" }, ` @${person.handle}`),
    );
  }
}

const matches = (person: Account, begun: string): boolean =>
  person.handle.startsWith(begun) || person.displayName.toLowerCase().split(/\s+/u).some((word) => word.startsWith(begun));
