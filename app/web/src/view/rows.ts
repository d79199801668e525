// The rows of a conversation: how each is made, and how it changes in place.
import { linkify } from "../linkify";
import type { MessageRow, Row } from "../timeline";
import type { Formats } from "../words";
import { h, nameText, setText, spoken } from "./dom";
import { icon } from "./icons";
import { mentioned } from "./mention";
import { avatar } from "./parts";

export interface RowActions {
  retry(id: string): void;
  discard(id: string): void;
  /** Offers what can be done to a message. */
  menu(row: MessageRow): void;
  react(seq: number, emoji: string, on: boolean): void;
  /** Shows the message that another one answers. */
  goTo(seq: number): void;
}

/** What a row shows beside its text: for asking whether the text changed. */
const CHROME = { reactions: [], reply: undefined, seen: "", opens: true, closes: true, edited: false } as const;

/** Text as nodes: addresses become links, mentioned handles are marked, everything else is text. */
export function textNodes(text: string, handles: readonly string[] = []): Node[] {
  return linkify(text).flatMap((part) =>
    part.href === undefined
      ? mentioned(part.text, handles)
      : h("a", { href: part.href, target: "_blank", rel: "noopener noreferrer" }, part.text),
  );
}

export class RowMaker {
  readonly #formats: Formats;
  readonly #actions: RowActions;
  readonly #shown = new WeakMap<HTMLElement, Row>();

  constructor(formats: Formats, actions: RowActions) {
    this.#formats = formats;
    this.#actions = actions;
  }

  create(row: Row): HTMLElement {
    switch (row.type) {
      case "day":
        return h("li", { class: "day" }, h("span", {}, row.label));
      case "new":
        return h("li", { class: "new" }, h("span", {}, "New"));
      case "note":
        return h("li", { class: "note" });
      case "message":
        return this.#message();
    }
  }

  update(element: HTMLElement, row: Row): void {
    const before = this.#shown.get(element);
    if (before !== undefined && same(before, row)) {
      return;
    }
    this.#shown.set(element, row);
    switch (row.type) {
      case "day":
        setText(element.firstChild ?? element, row.label);
        return;
      case "note":
        element.replaceChildren(
          h("span", {}, ...row.parts.map((part) => (part.name ? nameText(part.text, "who") : part.text))),
        );
        return;
      case "message":
        this.#show(element, row, before?.type === "message" ? before : undefined);
        return;
      case "new":
    }
  }

  #show(element: HTMLElement, row: MessageRow, before: MessageRow | undefined): void {
    element.className = [
      "message",
      row.mine ? "mine" : "theirs",
      row.status,
      row.opens ? "opens" : "",
      row.closes ? "closes" : "",
      row.calls ? "calls" : "",
    ].join(" ");
    this.#showAuthor(element, row);
    const body = part(element, "body");
    if (before === undefined || !same({ ...before, ...CHROME }, { ...row, ...CHROME })) {
      body.replaceChildren(...bodyNodes(row));
    }
    this.#showReply(part(element, "reply"), row);
    this.#showReactions(part(element, "reactions"), row);
    part(element, "more").hidden = row.status !== "sent" || row.seq === 0;
    this.#showMeta(part(element, "meta"), row);
    this.#showFailure(part(element, "stack"), row);
  }

  #showAuthor(element: HTMLElement, row: MessageRow): void {
    const author = part(element, "author");
    author.classList.toggle("spoken", !row.named);
    author.replaceChildren(row.mine ? "You" : nameText(row.name), spoken(": "));
    const picture = part(element, "side-picture");
    const wanted = !row.mine && row.closes;
    picture.replaceChildren(...(wanted ? [avatar(row.author, row.name)] : []));
  }

  #message(): HTMLElement {
    const body = h("div", { class: "body", dir: "auto" });
    const meta = h("div", { class: "meta" });
    const said = h("div", { class: "said" }, body, meta);
    const reply = h("button", { type: "button", class: "reply", hidden: true });
    const bubble = h("div", { class: "bubble" }, h("div", { class: "author" }), reply, said);
    const more = h("button", { type: "button", class: "more", "aria-label": "More", title: "More" }, icon("more"));
    const reactions = h("div", { class: "reactions", role: "group", "aria-label": "Reactions", hidden: true });
    const picture = h("div", { class: "side-picture" });
    const line = h("div", { class: "bubble-line" }, bubble, more);
    const element = h("li", { class: "message" }, picture, h("div", { class: "stack" }, line, reactions));
    const shown = (): MessageRow | undefined => {
      const row = this.#shown.get(element);
      return row?.type === "message" ? row : undefined;
    };
    more.addEventListener("click", () => {
      const row = shown();
      if (row !== undefined) {
        this.#actions.menu(row);
      }
    });
    reply.addEventListener("click", () => this.#actions.goTo(shown()?.reply?.seq ?? 0));
    return element;
  }

  #showReply(button: HTMLElement, row: MessageRow): void {
    button.hidden = row.reply === undefined;
    if (row.reply !== undefined) {
      const name = row.reply.name === "" ? undefined : nameText(row.reply.name, "reply-name");
      button.replaceChildren(spoken("In reply to "), ...(name === undefined ? [] : [name, " "]), h("bdi", {}, row.reply.text));
    }
  }

  #showReactions(group: HTMLElement, row: MessageRow): void {
    group.hidden = row.reactions.length === 0;
    const chips = row.reactions.map(({ emoji, count, mine }) => {
      const click = (): void => this.#actions.react(row.seq, emoji, !mine);
      const label = `${emoji} ${count}`;
      return h("button", { type: "button", class: "reaction", "aria-pressed": String(mine), "aria-label": label, click }, emoji, h("span", {}, String(count)));
    });
    // The chip that was pressed keeps the focus.
    const focused = [...group.children].indexOf(document.activeElement ?? group);
    group.replaceChildren(...chips);
    chips[Math.min(focused, chips.length - 1)]?.focus();
  }

  #showMeta(meta: HTMLElement, row: MessageRow): void {
    const iso = new Date(row.time).toISOString();
    const time = h("time", { datetime: iso, title: this.#formats.full(row.time) }, this.#formats.clock(row.time));
    // One time for a group is enough for the eye.
    meta.classList.toggle("spoken", !row.closes && (row.status === "sent" || row.status === "recalled"));
    const nodes: (Node | string)[] = row.edited && row.status !== "recalled" ? ["edited ", time] : [time];
    if (row.mine && row.status !== "recalled") {
      nodes.push(state(row.status));
    }
    if (row.seen !== "") {
      nodes.push(h("span", { class: "seen" }, row.seen));
      meta.classList.remove("spoken");
    }
    meta.replaceChildren(...nodes);
  }

  #showFailure(stack: HTMLElement, row: MessageRow): void {
    const old = stack.querySelector(".failure");
    if (row.status !== "failed") {
      old?.remove();
      return;
    }
    const retry = (): void => this.#actions.retry(row.id);
    const discard = (): void => this.#actions.discard(row.id);
    const failure = h(
      "div",
      { class: "failure" },
      h("span", {}, `Not sent. ${row.reason}`),
      h("button", { type: "button", class: "link", click: retry }, "Try again"),
      h("button", { type: "button", class: "link", click: discard }, "Delete"),
    );
    old?.remove();
    stack.append(failure);
  }
}

function bodyNodes(row: MessageRow): readonly (Node | string)[] {
  if (row.status === "recalled") {
    return ["This message was deleted."];
  }
  return row.text === "" ? ["This message has no text."] : textNodes(row.text, row.mentions);
}

function state(status: MessageRow["status"]): HTMLElement {
  const words: Record<string, string> = { sent: "Sent", pending: "Sending", failed: "Not sent" };
  const name = status === "recalled" ? "sent" : status;
  return h("span", { class: `state ${name}` }, icon(name), spoken(` ${words[name] ?? ""}`));
}

function part(element: HTMLElement, name: string): HTMLElement {
  const found = element.querySelector<HTMLElement>(`.${name}`);
  if (found === null) {
    throw new Error(`a message without ${name}`);
  }
  return found;
}

/** Whether two rows of one key show the same. */
function same(a: Row, b: Row): boolean {
  if (a.type === "note" && b.type === "note") {
    return a.parts.length === b.parts.length && a.parts.every((piece, index) => piece.text === b.parts[index]?.text);
  }
  const [before, after] = [Object.entries(a), b as unknown as Record<string, unknown>];
  return before.every(([name, value]) => value === after[name] || alike(value, after[name]));
}

/** Reactions, replies and mentions are made anew for each drawing: what they say counts. */
function alike(a: unknown, b: unknown): boolean {
  return typeof a === "object" && typeof b === "object" && JSON.stringify(a) === JSON.stringify(b);
}
