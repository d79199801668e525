// Makes and changes DOM nodes. Text becomes text nodes and nothing else: no function of the page takes HTML.

export type Child = Node | string | undefined | false;
type Value = string | number | boolean | undefined | ((event: Event) => void);
export type Properties = Readonly<Record<string, Value>>;

/** An element: functions become listeners, booleans attributes that are there or not, the rest attributes. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Properties = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === "function") {
      element.addEventListener(name, value);
    } else if (typeof value === "boolean") {
      element.toggleAttribute(name, value);
    } else if (value !== undefined) {
      element.setAttribute(name, String(value));
    }
  }
  element.append(...children.filter((child): child is Node | string => child !== undefined && child !== false));
  return element;
}

/** Text that only a screen reader gets. */
export const spoken = (text: string): HTMLElement => h("span", { class: "spoken" }, text);

/** A name from outside, isolated so that its writing direction stays its own. */
export const nameText = (name: string, className?: string): HTMLElement => h("bdi", { class: className }, name);

/** Sets text only when it differs, so that nothing is announced or drawn again for nothing. */
export function setText(element: Node, text: string): void {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

export interface Keyed<T, E extends HTMLElement> {
  key(item: T): string;
  create(item: T): E;
  update(element: E, item: T): void;
}

/** Keeps the children of an element in step with a list: each key keeps its element. */
export class KeyedList<T, E extends HTMLElement> {
  readonly #parent: HTMLElement;
  readonly #keyed: Keyed<T, E>;
  #elements = new Map<string, E>();

  constructor(parent: HTMLElement, keyed: Keyed<T, E>) {
    this.#parent = parent;
    this.#keyed = keyed;
  }

  render(items: readonly T[]): void {
    const next = new Map<string, E>();
    for (const item of items) {
      const key = this.#keyed.key(item);
      const element = this.#elements.get(key) ?? this.#keyed.create(item);
      this.#keyed.update(element, item);
      next.set(key, element);
    }
    for (const [key, element] of this.#elements) {
      if (!next.has(key)) {
        element.remove();
      }
    }
    this.#elements = next;
    this.#arrange([...next.values()]);
  }

  get(key: string): E | undefined {
    return this.#elements.get(key);
  }

  /** Moves only what is out of place, so that focus and selection stay where they are. */
  #arrange(elements: readonly E[]): void {
    let place = this.#parent.firstElementChild;
    for (const element of elements) {
      if (element === place) {
        place = place.nextElementSibling;
      } else {
        this.#parent.insertBefore(element, place);
      }
    }
  }
}
