// The rows of a conversation: how each is made, and how it changes in place.
import { linkify } from "../linkify";
import type { MessageRow, Row } from "../timeline";
import type { Formats } from "../words";
import { h, nameText, setText, spoken } from "./dom";
import { icon } from "./icons";
import { avatar } from "./parts";

export interface RowActions {
  retry(id: string): void;
  discard(id: string): void;
}

/** Text as nodes: addresses become links, everything else is text. */
export function textNodes(text: string): Node[] {
  return linkify(text).map((part) =>
    part.href === undefined
      ? document.createTextNode(part.text)
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
        return message();
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
    ].join(" ");
    this.#showAuthor(element, row);
    const body = part(element, "body");
    if (before === undefined || before.text !== row.text || before.status !== row.status) {
      body.replaceChildren(...bodyNodes(row));
    }
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

  #showMeta(meta: HTMLElement, row: MessageRow): void {
    const iso = new Date(row.time).toISOString();
    const time = h("time", { datetime: iso, title: this.#formats.full(row.time) }, this.#formats.clock(row.time));
    // One time for a group is enough for the eye.
    meta.classList.toggle("spoken", !row.closes && (row.status === "sent" || row.status === "recalled"));
    const nodes: (Node | string)[] = row.edited && row.status !== "recalled" ? ["edited ", time] : [time];
    if (row.mine && row.status !== "recalled") {
      nodes.push(state(row.status));
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

function message(): HTMLElement {
  const body = h("div", { class: "body", dir: "auto" });
  const meta = h("div", { class: "meta" });
  const said = h("div", { class: "said" }, body, meta);
  const bubble = h("div", { class: "bubble" }, h("div", { class: "author" }), said);
  const picture = h("div", { class: "side-picture" });
  return h("li", { class: "message" }, picture, h("div", { class: "stack" }, bubble));
}

function bodyNodes(row: MessageRow): readonly (Node | string)[] {
  if (row.status === "recalled") {
    return ["This message was deleted."];
  }
  return row.text === "" ? ["This message has no text."] : textNodes(row.text);
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
  return before.every(([name, value]) => value === after[name]);
}
