// The open conversation: its head, its messages, and where one writes.
import type { Chat } from "../chat";
import type { Conversation } from "../conversation";
import { lastSeq } from "../log";
import type { Id } from "../protocol";
import type { State } from "../store";
import { type Row, timeline } from "../timeline";
import type { Formats } from "../words";
import { Composer } from "./composer";
import { h, KeyedList, setText } from "./dom";
import { icon } from "./icons";
import { titleOf } from "./list";
import { Avatar, iconButton } from "./parts";
import { RowMaker } from "./rows";
import { Scroller } from "./scroller";

export interface ThreadPort {
  readonly chat: Chat;
  readonly formats: Formats;
  back(): void;
  details(conversation: Id): void;
}

export class Thread {
  readonly element: HTMLElement;
  readonly #port: ThreadPort;
  readonly #avatar = new Avatar();
  readonly #title = h("h2", { class: "thread-title", tabindex: -1 });
  readonly #subtitle = h("p", { class: "thread-subtitle" });
  readonly #rows = h("ol", { class: "rows" });
  readonly #older = h("p", { class: "older" });
  readonly #quiet = h("p", { class: "quiet" });
  readonly #log: HTMLElement;
  readonly #pane: HTMLElement;
  readonly #blank: HTMLElement;
  readonly #closed = h("p", { class: "closed" }, "You are no longer in this conversation.");
  readonly #jump: HTMLButtonElement;
  readonly #jumpText = h("span", {}, "Newest messages");
  readonly #composer: Composer;
  readonly #list: KeyedList<Row, HTMLElement>;
  readonly #scroller: Scroller;
  #conversation: Id | undefined;
  #newAfter: number | undefined;
  /** The first page has been drawn. */
  #settled = false;
  #firstKey = "";
  #state: State | undefined;

  constructor(port: ThreadPort) {
    this.#port = port;
    this.#composer = new Composer((text) => this.#send(text));
    const maker = new RowMaker(port.formats, {
      retry: (id) => this.#conversation !== undefined && port.chat.retry(this.#conversation, id),
      discard: (id) => this.#conversation !== undefined && port.chat.discard(this.#conversation, id),
    });
    this.#list = new KeyedList<Row, HTMLElement>(this.#rows, {
      key: (row) => row.key,
      create: (row) => maker.create(row),
      update: (element, row) => maker.update(element, row),
    });
    this.#log = h(
      "div",
      { class: "log", role: "log", "aria-live": "polite", "aria-label": "Messages", tabindex: 0 },
      this.#older,
      this.#rows,
      this.#quiet,
    );
    this.#scroller = new Scroller(this.#log, this.#rows, () => this.#looked());
    const toEnd = (): void => this.#scroller.toEnd();
    this.#jump = h("button", { type: "button", class: "jump", click: toEnd }, this.#jumpText, icon("down"));
    this.#pane = this.#makePane();
    this.#blank = h("div", { class: "blank" }, h("p", {}, "Choose a conversation, or start a new one."));
    this.element = h("main", { class: "thread", id: "thread", "aria-label": "Conversation" }, this.#pane, this.#blank);
    document.addEventListener("visibilitychange", () => this.#turned());
  }

  /** Draws a conversation, or the empty place when none is open. */
  render(state: State, current: Id | undefined): void {
    this.#state = state;
    const conversation = current === undefined ? undefined : state.conversations.get(current);
    this.#pane.hidden = conversation === undefined;
    this.#blank.hidden = conversation !== undefined;
    if (conversation === undefined) {
      this.#turnTo(undefined);
      return;
    }
    if (this.#conversation !== conversation.summary.id) {
      this.#turnTo(conversation);
    }
    this.#showHead(conversation, state);
    this.#showRows(conversation, state);
    this.#looked();
  }

  focusComposer(): void {
    this.#composer.focus();
  }

  /** Where one writes; on a touch screen the title, so that no keyboard covers what is to be read. */
  focus(): void {
    if (matchMedia("(pointer: fine)").matches) {
      this.#composer.focus();
    } else {
      this.#title.focus();
    }
  }

  #makePane(): HTMLElement {
    const details = (): void => {
      if (this.#conversation !== undefined) {
        this.#port.details(this.#conversation);
      }
    };
    const back = iconButton("back", "Back to the conversations", () => this.#port.back());
    back.classList.add("back");
    const names = h("div", { class: "thread-names" }, this.#title, this.#subtitle);
    const head = h(
      "header",
      { class: "thread-head" },
      back,
      this.#avatar.element,
      names,
      iconButton("details", "Details", details),
    );
    const frame = h("div", { class: "log-frame" }, this.#log, this.#jump);
    return h("div", { class: "pane" }, head, frame, this.#closed, this.#composer.element);
  }

  #turnTo(conversation: Conversation | undefined): void {
    if (this.#conversation === undefined && conversation === undefined) {
      return;
    }
    this.#conversation = conversation?.summary.id;
    const unread = (conversation?.summary.unread ?? 0) > 0;
    this.#newAfter = unread ? conversation?.summary.read : undefined;
    this.#settled = false;
    this.#composer.show(this.#conversation);
    this.#list.render([]);
    this.#scroller.toEnd();
  }

  #showHead(conversation: Conversation, state: State): void {
    const { summary } = conversation;
    const title = titleOf(conversation, state);
    setText(this.#title, title);
    this.#avatar.show(summary.with ?? summary.id, title);
    const handle = summary.with === undefined ? undefined : state.names.get(summary.with)?.handle;
    setText(this.#subtitle, summary.kind === "group" ? "Group" : handle === undefined ? "" : `@${handle}`);
    this.#closed.hidden = !conversation.gone;
    this.#composer.element.hidden = conversation.gone;
  }

  #showRows(conversation: Conversation, state: State): void {
    const { log } = conversation;
    const me = state.me?.id ?? "";
    const view = { me, names: state.names, formats: this.#port.formats, now: Date.now(), newAfter: this.#newAfter };
    const rows = timeline(conversation, view);
    const firstKey = rows.find((row) => row.type === "message" || row.type === "note")?.key ?? "";
    // Pages of the past are not news: only what is added at the end is announced.
    const paged = !this.#settled || firstKey !== this.#firstKey;
    this.#log.setAttribute("aria-live", paged ? "off" : "polite");
    this.#log.setAttribute("aria-busy", String(!log.loaded));
    this.#firstKey = firstKey;
    this.#scroller.keep(() => this.#draw(rows, log.loaded, log.atStart));
    if (log.loaded && !this.#settled) {
      this.#settle();
    }
    for (const entry of log.entries) {
      this.#port.chat.wantName(entry.author);
      if (entry.kind === "member") {
        this.#port.chat.wantName(entry.account);
      }
    }
  }

  #draw(rows: readonly Row[], loaded: boolean, atStart: boolean): void {
    this.#list.render(rows);
    this.#older.hidden = loaded && atStart;
    setText(this.#older, "Loading messages");
    const spokenFor = rows.some((row) => row.type === "message");
    this.#quiet.hidden = !loaded || spokenFor;
    setText(this.#quiet, "Nothing has been said here yet. Write the first message.");
  }

  #settle(): void {
    this.#settled = true;
    const divider = this.#list.get("new");
    if (divider === undefined) {
      this.#scroller.toEnd();
    } else {
      this.#scroller.toElement(divider);
    }
  }

  /** After each drawing and each scroll: pages, read marker, and the way back to the end. */
  #looked(): void {
    const conversation = this.#current();
    if (conversation === undefined || !conversation.log.loaded) {
      this.#jump.hidden = true;
      return;
    }
    const { id, unread } = conversation.summary;
    if (this.#scroller.nearTop && !conversation.log.atStart) {
      this.#port.chat.reader.older(id).catch(() => undefined);
    }
    this.#jump.hidden = this.#scroller.atEnd;
    setText(this.#jumpText, unread === 0 ? "Newest messages" : unread === 1 ? "1 new message" : `${unread} new messages`);
    if (this.#scroller.atEnd && document.visibilityState === "visible") {
      this.#port.chat.reader.seen(id);
    }
  }

  /** What arrives while nobody looks is introduced as new when somebody looks again. */
  #turned(): void {
    const conversation = this.#current();
    if (document.visibilityState === "hidden" && conversation?.summary.unread === 0) {
      this.#newAfter = lastSeq(conversation.log);
    }
    this.#looked();
  }

  #current(): Conversation | undefined {
    return this.#conversation === undefined ? undefined : this.#state?.conversations.get(this.#conversation);
  }

  #send(text: string): void {
    if (this.#conversation !== undefined) {
      this.#newAfter = undefined;
      this.#port.chat.send(this.#conversation, text);
      this.#scroller.toEnd();
    }
  }
}
