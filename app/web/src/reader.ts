// Reading conversations: opening, paging upwards, and saying what has been read.
import { firstSeq, lastSeq } from "./log";
import { count, fields, type Id } from "./protocol";
import { type Commands, PAGE_ENTRIES, type PageRequest } from "./session";
import type { Store } from "./store";

/** Logs of conversations that are held; the one opened longest ago is let go. */
const LOGS_HELD_MAX = 8;
const READ_DELAY_MILLIS = 250;

export class Reader {
  readonly #store: Store;
  readonly #session: Commands;
  #opened: Id[] = [];
  readonly #loading = new Set<string>();
  readonly #reading = new Set<Id>();

  constructor(store: Store, session: Commands) {
    this.#store = store;
    this.#session = session;
  }

  /** Loads the newest page of a conversation, unless its log is held. */
  async open(conversation: Id): Promise<void> {
    this.#opened = [...this.#opened.filter((other) => other !== conversation), conversation];
    this.#release();
    const held = this.#store.state.conversations.get(conversation);
    if (held !== undefined && !held.log.loaded) {
      await this.#loadPage(conversation, "newest", { limit: PAGE_ENTRIES, reverse: true });
    }
  }

  /** Loads the page before the oldest entry held. */
  async older(conversation: Id): Promise<void> {
    const log = this.#store.state.conversations.get(conversation)?.log;
    if (log !== undefined && log.loaded && !log.atStart && this.#session.online) {
      const since = firstSeq(log);
      await this.#loadPage(conversation, "older", { limit: PAGE_ENTRIES, reverse: true, since });
    }
  }

  /** The person sees the end of the conversation: moves the read marker there. */
  seen(conversation: Id): void {
    const held = this.#store.state.conversations.get(conversation);
    const ready = held !== undefined && held.log.loaded && held.summary.unread > 0 && this.#session.online;
    if (ready && !this.#reading.has(conversation)) {
      this.#reading.add(conversation);
      setTimeout(() => void this.#markRead(conversation), READ_DELAY_MILLIS);
    }
  }

  async #markRead(conversation: Id): Promise<void> {
    const held = this.#store.state.conversations.get(conversation);
    const seq = held === undefined ? 0 : lastSeq(held.log);
    try {
      const answer = fields(await this.#session.rpc("read", { conversation, seq }));
      const unread = count(answer["unread"]);
      this.#store.dispatch({ type: "read", conversation, seq: count(answer["read"]) || seq, unread });
    } catch {
      // The next look at the conversation tries again.
    } finally {
      this.#reading.delete(conversation);
    }
  }

  async #loadPage(conversation: Id, type: "newest" | "older", request: PageRequest): Promise<void> {
    const key = `${type} ${conversation}`;
    if (this.#loading.has(key)) {
      return;
    }
    this.#loading.add(key);
    try {
      const page = await this.#session.history(conversation, request);
      this.#store.dispatch({ type, conversation, page });
    } finally {
      this.#loading.delete(key);
    }
  }

  #release(): void {
    const loaded = this.#opened.filter((id) => this.#store.state.conversations.get(id)?.log.loaded === true);
    const current = this.#opened.at(-1);
    for (const conversation of loaded.slice(0, Math.max(0, loaded.length - LOGS_HELD_MAX))) {
      if (conversation !== current) {
        this.#store.dispatch({ type: "released", conversation });
        this.#opened = this.#opened.filter((id) => id !== conversation);
      }
    }
  }
}
