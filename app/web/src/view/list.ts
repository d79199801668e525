// The list of conversations: links in one tab stop, moved through by the arrow keys.
import type { Conversation } from "../conversation";
import type { Id } from "../protocol";
import { ordered, type State } from "../store";
import { type Formats, nameOf, previewOf, typingWords } from "../words";
import { h, KeyedList, setText, spoken } from "./dom";
import { Avatar } from "./parts";

interface Item {
  readonly id: Id;
  readonly title: string;
  readonly avatarOf: Id;
  readonly preview: string;
  readonly time: string;
  readonly unread: number;
  readonly called: boolean;
  readonly current: boolean;
}

/** What a conversation is called: the other person, or the group's title. */
export function titleOf(conversation: Conversation, state: State): string {
  const { summary } = conversation;
  return summary.with === undefined ? summary.title || "Untitled group" : nameOf(state.names, summary.with);
}

/** What stands below the title of an open conversation. */
export function subtitleOf({ summary }: Conversation, state: State): string {
  if (summary.with === undefined) {
    return "Group";
  }
  const handle = state.names.get(summary.with)?.handle;
  const there = state.online.get(summary.with) === true ? "Online" : "";
  return [handle === undefined || handle === "" ? "" : `@${handle}`, there].filter((part) => part !== "").join(" · ");
}

/** Who is typing in it, as a sentence. */
export const typingOf = (conversation: Conversation, state: State): string =>
  typingWords([...conversation.typing.keys()].map((account) => nameOf(state.names, account)));

class Line {
  readonly element: HTMLLIElement;
  readonly link = h("a", { class: "line" });
  readonly #avatar = new Avatar();
  readonly #title = h("bdi", { class: "line-title" });
  readonly #time = h("span", { class: "line-time" });
  readonly #preview = h("span", { class: "line-preview", dir: "auto" });
  readonly #badge = h("span", { class: "badge" });
  readonly #number = h("span", {});
  readonly #called = h("span", { class: "badge called" }, "@", spoken(" somebody mentioned you"));

  constructor() {
    const top = h("span", { class: "line-top" }, this.#title, this.#time);
    this.#badge.append(this.#number, spoken(" unread"));
    const bottom = h("span", { class: "line-bottom" }, this.#preview, this.#called, this.#badge);
    this.link.append(this.#avatar.element, h("span", { class: "line-text" }, top, bottom));
    this.element = h("li", {}, this.link);
  }

  show(item: Item): void {
    this.link.href = `#/c/${item.id}`;
    this.#avatar.show(item.avatarOf, item.title);
    setText(this.#title, item.title);
    setText(this.#time, item.time);
    setText(this.#preview, item.preview);
    setText(this.#number, item.unread > 99 ? "99+" : String(item.unread));
    this.#badge.hidden = item.unread === 0;
    this.#called.hidden = !item.called;
    this.link.classList.toggle("has-unread", item.unread > 0);
    if (item.current) {
      this.link.setAttribute("aria-current", "page");
    } else {
      this.link.removeAttribute("aria-current");
    }
  }
}

export class ConversationList {
  readonly element: HTMLElement;
  readonly #rows = h("ul", { class: "lines" });
  readonly #empty: HTMLElement;
  readonly #skeleton = h("div", { class: "skeletons", "aria-hidden": "true" }, ...Array.from({ length: 6 }, ghost));
  readonly #lines = new Map<HTMLElement, Line>();
  readonly #list: KeyedList<Item, HTMLLIElement>;
  readonly #formats: Formats;

  constructor(formats: Formats, start: () => void) {
    this.#formats = formats;
    this.#list = new KeyedList<Item, HTMLLIElement>(this.#rows, {
      key: (item) => item.id,
      create: () => this.#line(),
      update: (element, item) => this.#lines.get(element)?.show(item),
    });
    this.#empty = h(
      "div",
      { class: "empty" },
      h("p", { class: "empty-title" }, "No conversations yet"),
      h("p", {}, "Write to somebody whose handle you know."),
      h("button", { type: "button", class: "button primary", click: start }, "Start a conversation"),
    );
    const keydown = (event: Event): void => this.#keydown(event as KeyboardEvent);
    this.element = h("nav", { class: "list", "aria-label": "Conversations", keydown }, this.#rows, this.#empty, this.#skeleton);
  }

  render(state: State, current: Id | undefined): void {
    const now = Date.now();
    const items = ordered(state).map((conversation) => this.#item(conversation, state, current, now));
    this.#list.render(items);
    [...this.#lines.keys()].filter((element) => !element.isConnected).forEach((element) => this.#lines.delete(element));
    this.#skeleton.hidden = state.listed || items.length > 0;
    this.#empty.hidden = !state.listed || items.length > 0;
    this.#setTabStop();
  }

  /** Puts the focus on the current line, or the first one. */
  focus(): void {
    this.#links().find((link) => link.tabIndex === 0)?.focus();
  }

  #item(conversation: Conversation, state: State, current: Id | undefined, now: number): Item {
    const { summary, outbox } = conversation;
    const waiting = outbox.at(-1);
    const me = state.me?.id ?? "";
    const last = previewOf(summary.last, state.names, me, summary.kind === "group");
    const time = waiting?.time ?? summary.last?.time ?? 0;
    return {
      id: summary.id,
      title: titleOf(conversation, state),
      avatarOf: summary.with ?? summary.id,
      preview: waiting === undefined ? last : `${waiting.state === "failed" ? "Not sent" : "You"}: ${waiting.text}`,
      time: time === 0 ? "" : this.#formats.brief(time, now),
      unread: summary.unread,
      called: summary.mentions > 0,
      current: summary.id === current,
    };
  }

  #line(): HTMLLIElement {
    const line = new Line();
    this.#lines.set(line.element, line);
    return line.element;
  }

  #links(): HTMLAnchorElement[] {
    return [...this.#rows.querySelectorAll<HTMLAnchorElement>("a.line")];
  }

  #setTabStop(): void {
    const links = this.#links();
    const focused = links.find((link) => link === document.activeElement);
    const stop = focused ?? links.find((link) => link.hasAttribute("aria-current")) ?? links[0];
    links.forEach((link) => (link.tabIndex = link === stop ? 0 : -1));
  }

  #keydown(event: KeyboardEvent): void {
    const links = this.#links();
    const at = links.findIndex((link) => link === document.activeElement);
    const last = links.length - 1;
    const steps: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: last };
    const target = steps[event.key];
    if (at < 0 || target === undefined) {
      return;
    }
    event.preventDefault();
    links[Math.min(Math.max(target, 0), last)]?.focus();
    this.#setTabStop();
  }
}

const ghost = (): HTMLElement =>
  h("div", { class: "ghost" }, h("span", { class: "ghost-avatar" }), h("span", { class: "ghost-lines" }));
