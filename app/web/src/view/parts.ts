// Small parts that several views use.
import { hueOf, initials } from "../words";
import { explain } from "../refusal";
import { h } from "./dom";
import { icon } from "./icons";

/** A round picture made of initials, in a colour that belongs to the id. */
export class Avatar {
  readonly element = h("span", { class: "avatar", "aria-hidden": "true" });
  #shown = "";

  show(id: string, name: string): void {
    const wanted = `${id} ${name}`;
    if (wanted !== this.#shown) {
      this.#shown = wanted;
      this.element.dataset["hue"] = String(hueOf(id));
      this.element.textContent = initials(name);
    }
  }
}

export function avatar(id: string, name: string): HTMLElement {
  const made = new Avatar();
  made.show(id, name);
  return made.element;
}

export function iconButton(name: Parameters<typeof icon>[0], label: string, click: () => void): HTMLButtonElement {
  return h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, click }, icon(name));
}

let fieldCount = 0;

/** A labelled input with a hint and a place for what is wrong with it. */
export class Field {
  readonly input: HTMLInputElement;
  readonly element: HTMLElement;
  readonly #problem: HTMLElement;

  constructor(label: string, attributes: Readonly<Record<string, string | number | boolean>>, hint = "") {
    const id = `field-${++fieldCount}`;
    this.input = h("input", { id, class: "input", "aria-describedby": `${id}-hint ${id}-problem`, ...attributes });
    this.#problem = h("p", { id: `${id}-problem`, class: "problem", role: "alert" });
    const about = h("p", { id: `${id}-hint`, class: "hint" }, hint);
    this.element = h("div", { class: "field" }, h("label", { for: id }, label), this.input, about, this.#problem);
  }

  get value(): string {
    return this.input.value;
  }

  /** Shows what is wrong; an empty text says that nothing is. */
  complain(problem: string): void {
    this.#problem.textContent = problem;
    if (problem === "") {
      this.input.removeAttribute("aria-invalid");
    } else {
      this.input.setAttribute("aria-invalid", "true");
    }
  }
}

/** A handle as people write it: with an @ in front, perhaps in capitals. */
export const cleanHandle = (written: string): string => written.trim().replace(/^@/, "").toLowerCase();

/** Runs work while a button shows that it is busy and cannot be pressed again. */
export async function busy(button: HTMLButtonElement, work: () => Promise<void>): Promise<void> {
  if (button.disabled) {
    return;
  }
  button.disabled = true;
  button.setAttribute("aria-busy", "true");
  try {
    await work();
  } finally {
    button.disabled = false;
    button.removeAttribute("aria-busy");
  }
}

/** The first press asks, the second one does it. */
export async function confirmed(button: HTMLButtonElement, question: string, work: () => Promise<void>): Promise<void> {
  if (button.dataset["asked"] === undefined) {
    button.dataset["asked"] = "yes";
    button.removeAttribute("aria-label");
    button.textContent = question;
    return;
  }
  try {
    await busy(button, work);
  } catch (fault) {
    button.textContent = explain(fault);
  }
}
