// The open conversation: its head, its messages, and where one writes.
import type { Chat } from "../chat";
import type { Conversation } from "../conversation";
import { lastSeq } from "../log";
import type { Id } from "../protocol";
import type { State } from "../store";
import { type Row, timeline } from "../timeline";
import type { Formats } from "../words";
import { h, KeyedList, setText } from "./dom";
import { icon } from "./icons";
import { roveThrough, settleTabStop } from "./rove";
import { RowMaker } from "./rows";
import { typingOf } from "./list";
import { Scroller } from "./scroller";
import { ThreadHead } from "./thread-head";
import { Writing } from "./writing";

export interface ThreadPort {
  readonly chat: Chat;
  readonly formats: Formats;
  back(): void;
  details(conversation: Id): void;
  /** Says something in passing. */
  tell(text: string): void;
}

export class Thread {
  readonly element: HTMLElement;
  readonly #port: ThreadPort;
  readonly #head: ThreadHead;
  readonly #rows = h("ol", { class: "rows" });
  readonly #older = h("p", { class: "older" });
  readonly #quiet = h("p", { class: "quiet" });
  readonly #log: HTMLElement;
  readonly #pane: HTMLElement;
  readonly #blank: HTMLElement;
  readonly #closed = h("p", { class: "closed" }, "You are no longer in this conversation.");
  readonly #jump: HTMLButtonElement;
  readonly #jumpText = h("span", {}, "Newest messages");
  readonly #typing = h("p", { class: "typing", role: "status" });
  readonly #writing: Writing;
  readonly #list: KeyedList<Row, HTMLElement>;
  readonly #scroller: Scroller;
  #conversation: Id | undefined;
  #newAfter: number | undefined;
  /** The first page has been drawn. */
  #settled = false;
  #firstKey = "";
  #state: State | undefined;
  #drawn: readonly Row[] = [];
  /** The connection was there when the conversation was looked at. */
  #lookedAt = false;

  constructor(port: ThreadPort) {
    this.#port = port;
    const details = (): void => void (this.#conversation !== undefined && port.details(this.#conversation));
    this.#head = new ThreadHead(() => port.back(), details);
    this.#writing = new Writing({
      chat: port.chat,
      conversation: () => this.#current(),
      rows: () => this.#drawn,
      me: () => this.#state?.me?.id ?? "",
      said: () => this.#said(),
      tell: (text) => port.tell(text),
    });
    const maker = new RowMaker(port.formats, {
      retry: (id) => this.#conversation !== undefined && port.chat.retry(this.#conversation, id),
      discard: (id) => this.#conversation !== undefined && port.chat.discard(this.#conversation, id),
      menu: (row) => this.#writing.menu(row),
      react: (seq, emoji, on) => void this.#writing.react(seq, emoji, on),
      goTo: (seq) => this.#goTo(seq),
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
    this.#rows.addEventListener("keydown", (event) => roveThrough(this.#rows, ".more:not([hidden])", event));
    this.#scroller = new Scroller(this.#log, this.#rows, () => this.#looked());
    this.#jump = h("button", { type: "button", class: "jump", click: () => this.#scroller.toEnd() }, this.#jumpText, icon("down"));
    const frame = h("div", { class: "log-frame" }, this.#log, this.#jump);
    const composer = this.#writing.composer.element;
    this.#pane = h("div", { class: "pane" }, this.#head.element, frame, this.#typing, this.#closed, composer);
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
    this.#writing.composer.focus();
  }

  /** Where one writes; on a touch screen the title, so that no keyboard covers what is to be read. */
  focus(): void {
    if (matchMedia("(pointer: fine)").matches) {
      this.#writing.composer.focus();
    } else {
      this.#head.focus();
    }
  }

  #turnTo(conversation: Conversation | undefined): void {
    if (this.#conversation === undefined && conversation === undefined) {
      return;
    }
    this.#conversation = conversation?.summary.id;
    const unread = (conversation?.summary.unread ?? 0) > 0;
    this.#newAfter = unread ? conversation?.summary.read : undefined;
    this.#settled = false;
    this.#lookedAt = false;
    this.#writing.composer.show(this.#conversation);
    this.#list.render([]);
    this.#scroller.toEnd();
  }

  #showHead(conversation: Conversation, state: State): void {
    this.#head.show(conversation, state);
    setText(this.#typing, typingOf(conversation, state));
    this.#lookAround(conversation, state);
    this.#closed.hidden = !conversation.gone;
    this.#writing.composer.element.hidden = conversation.gone;
  }

  #showRows(conversation: Conversation, state: State): void {
    const { log } = conversation;
    const me = state.me?.id ?? "";
    const view = { me, names: state.names, formats: this.#port.formats, now: Date.now(), newAfter: this.#newAfter };
    const rows = timeline(conversation, view);
    this.#drawn = rows;
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
    settleTabStop(this.#rows, ".more:not([hidden])");
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

  #said(): void {
    this.#newAfter = undefined;
    this.#scroller.toEnd();
  }

  #goTo(seq: number): void {
    const row = this.#drawn.find((other) => other.type === "message" && other.seq === seq);
    const element = row === undefined ? undefined : this.#list.get(row.key);
    if (element === undefined) {
      this.#port.tell("That message is further up.");
      return;
    }
    this.#scroller.point(element);
  }

  /** When a conversation is opened, and after each new connection: who is there, who has read. */
  #lookAround(conversation: Conversation, state: State): void {
    const ready = state.link === "online" && conversation.log.loaded && !conversation.gone;
    if (ready && !this.#lookedAt) {
      this.#writing.prepare();
      void this.#port.chat.signals.look(conversation.summary.id);
    }
    this.#lookedAt = ready;
  }
}
