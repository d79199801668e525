// The page of somebody who is signed in: the list beside the open conversation; on a narrow screen one of the
// two. Which conversation is open stands in the address, so reloading and going back work.
import type { Chat } from "../chat";
import type { Id } from "../protocol";
import { type State, type Store, unreadTotal } from "../store";
import { formats } from "../words";
import { Banner } from "./banner";
import { openDetailsDialog } from "./details-dialog";
import { h, nameText } from "./dom";
import { mark } from "./icons";
import { ConversationList } from "./list";
import { avatar, iconButton } from "./parts";
import { openStartDialog } from "./start-dialog";
import { themeSwitch } from "./theme-switch";
import { Thread } from "./thread";

const TOAST_MILLIS = 5_000;
const CLOCK_MILLIS = 60_000;
/** Below this width the list and the conversation take turns (shell.css has the same). */
const NARROW = matchMedia("(max-width: 719px)");

export function openedByAddress(): Id | undefined {
  return /^#\/c\/(\d+)$/.exec(location.hash)?.[1];
}

export class Shell {
  readonly element: HTMLElement;
  readonly #store: Store;
  readonly #chat: Chat;
  readonly #side: HTMLElement;
  readonly #list: ConversationList;
  readonly #thread: Thread;
  readonly #banner: Banner;
  readonly #toast = h("div", { class: "toast", role: "status" });
  readonly #aborted = new AbortController();
  #opened: Id | undefined;

  constructor(store: Store, chat: Chat, signOut: () => void) {
    this.#store = store;
    this.#chat = chat;
    const form = formats(navigator.language);
    this.#list = new ConversationList(form, () => this.#start());
    this.#thread = new Thread({
      chat,
      formats: form,
      back: () => this.#back(),
      details: (conversation) => this.#details(conversation),
      tell: (text) => this.tell(text),
    });
    this.#banner = new Banner(() => chat.resume());
    this.#side = this.#makeSide(signOut);
    this.element = h("div", { class: "shell" }, this.#skip(), this.#banner.element, this.#side);
    this.element.append(this.#thread.element, this.#toast);
    this.#listen();
  }

  render(state: State): void {
    if (this.#aborted.signal.aborted) {
      return;
    }
    const wanted = openedByAddress();
    const known = wanted !== undefined && state.conversations.has(wanted);
    const current = known ? wanted : undefined;
    if (wanted !== undefined && !known && state.listed) {
      // Not ours, or not any more.
      history.replaceState(null, "", location.pathname);
    }
    if (current !== undefined && current !== this.#opened && state.link === "online") {
      this.#opened = current;
      this.#chat.reader.open(current).catch(() => (this.#opened = undefined));
    }
    this.#showPane(current === undefined ? "list" : "thread");
    this.#banner.render(state);
    this.#list.render(state, current);
    this.#thread.render(state, current);
    const unread = unreadTotal(state);
    document.title = unread === 0 ? "Parley" : `(${unread > 99 ? "99+" : unread}) Parley`;
  }

  #showPane(pane: "list" | "thread"): void {
    this.element.dataset["pane"] = pane;
    // Where only the list is seen, it is the main thing.
    if (pane === "list" && NARROW.matches) {
      this.#side.setAttribute("role", "main");
    } else {
      this.#side.removeAttribute("role");
    }
  }

  /** Says something in passing. */
  tell(text: string): void {
    this.#toast.textContent = text;
    setTimeout(() => this.#toast.textContent === text && this.#toast.replaceChildren(), TOAST_MILLIS);
  }

  close(): void {
    this.#aborted.abort();
    document.querySelectorAll("dialog").forEach((dialog) => dialog.close());
    document.title = "Parley";
  }

  #skip(): HTMLElement {
    const click = (): void => this.#thread.focusComposer();
    return h("button", { type: "button", class: "skip", click }, "Skip to the conversation");
  }

  #makeSide(signOut: () => void): HTMLElement {
    const me = this.#store.state.me;
    const start = iconButton("plus", "New conversation", () => this.#start());
    start.classList.add("start");
    const named = { class: "side-head", "aria-label": "Parley" };
    const head = h("section", named, mark(), h("h1", {}, "Parley"), themeSwitch(), start);
    const own = h(
      "span",
      { class: "own" },
      nameText(me?.displayName ?? "", "own-name"),
      h("span", { class: "own-handle" }, `@${me?.handle ?? ""}`),
    );
    const leave = iconButton("leave", "Sign out", signOut);
    const picture = avatar(me?.id ?? "", me?.displayName ?? "");
    const foot = h("section", { class: "side-foot", "aria-label": "Your account" }, picture, own, leave);
    return h("div", { class: "side" }, head, this.#list.element, foot);
  }

  #listen(): void {
    const { signal } = this.#aborted;
    const address = (): void => {
      this.#opened = undefined;
      this.render(this.#store.state);
      if (openedByAddress() !== undefined) {
        this.#thread.focus();
      }
    };
    window.addEventListener("hashchange", address, { signal });
    // What is called today becomes yesterday.
    const clock = window.setInterval(() => this.render(this.#store.state), CLOCK_MILLIS);
    signal.addEventListener("abort", () => window.clearInterval(clock));
    NARROW.addEventListener("change", () => this.render(this.#store.state), { signal });
    window.addEventListener("online", () => this.#chat.noteNetwork(true), { signal });
    window.addEventListener("offline", () => this.#chat.noteNetwork(false), { signal });
    const escape = (event: KeyboardEvent): void => {
      if (event.key === "Escape" && document.querySelector("dialog[open]") === null) {
        this.#escape();
      }
    };
    window.addEventListener("keydown", escape, { signal });
  }

  /** On a narrow screen Escape goes back to the list; on a wide one it puts the focus there. */
  #escape(): void {
    if (NARROW.matches && openedByAddress() !== undefined) {
      this.#back();
    }
    this.#list.focus();
  }

  #back(): void {
    location.hash = "";
    this.#list.focus();
  }

  #start(): void {
    const me = this.#store.state.me?.id ?? "";
    openStartDialog({ directory: this.#chat.directory, me, opened: (conversation) => this.#go(conversation) });
  }

  #details(conversation: Id): void {
    const me = this.#store.state.me?.id ?? "";
    const { directory, acts } = this.#chat;
    openDetailsDialog({ directory, acts, me, conversation, left: () => this.#back() });
  }

  #go(conversation: Id): void {
    location.hash = `#/c/${conversation}`;
    this.#thread.focusComposer();
  }
}
