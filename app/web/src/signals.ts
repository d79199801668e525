// What passes and is not kept: who is typing, who is there, how far others have read.
import { lastSeq } from "./log";
import { count, fields, type Id, id as idOf } from "./protocol";
import type { Commands } from "./session";
import type { Store } from "./store";

/** How long somebody counts as typing after the last sign of it. */
export const TYPING_MILLIS = 6_000;
/** We say that we type at most so often. */
export const TYPING_SAID_MILLIS = 3_000;
const RECEIPTS_PAGE = 100;

export class Signals {
  readonly #store: Store;
  readonly #session: Commands;
  readonly #said = new Map<Id, number>();
  readonly #asked = new Map<Id, number>();

  constructor(store: Store, session: Commands) {
    this.#store = store;
    this.#session = session;
  }

  /** Takes a publication of a conversation that is no entry. */
  take(conversation: Id, data: unknown): void {
    const event = fields(data);
    const account = idOf(event["account"]);
    if (account === "") {
      return;
    }
    if (event["type"] === "typing") {
      this.#store.dispatch({ type: "typing", conversation, account, until: Date.now() + TYPING_MILLIS });
      setTimeout(() => this.#stopTyping(conversation, account), TYPING_MILLIS);
    } else if (event["type"] === "read") {
      this.#store.dispatch({ type: "others-read", conversation, account, seq: count(event["seq"]) });
    } else if (event["type"] === "presence") {
      this.#store.dispatch({ type: "online", accounts: [[account, event["online"] === true]] });
    }
  }

  /** The person writes in a conversation. */
  typing(conversation: Id, now: number): void {
    if (this.#session.online && now - (this.#said.get(conversation) ?? 0) >= TYPING_SAID_MILLIS) {
      this.#said.set(conversation, now);
      this.#session.send({ type: "typing", conversation });
    }
  }

  /** The person sent what was written: the next sign of typing is said at once. */
  sent(conversation: Id): void {
    this.#said.delete(conversation);
  }

  /** Asks who is there, and how far others have read, when a conversation is looked at. */
  async look(conversation: Id): Promise<void> {
    await Promise.all([this.#lookWhoIsThere(conversation), this.#lookWhoHasRead(conversation)]);
  }

  #stopTyping(conversation: Id, account: Id): void {
    const until = this.#store.state.conversations.get(conversation)?.typing.get(account) ?? 0;
    if (until <= Date.now()) {
      this.#store.dispatch({ type: "typing", conversation, account, until: 0 });
    }
  }

  async #lookWhoIsThere(conversation: Id): Promise<void> {
    const there = await this.#session.presence(conversation).catch(() => []);
    this.#store.dispatch({ type: "online", accounts: there.map((account) => [account, true] as const) });
  }

  /** What others have read of our newest message; once for each. */
  async #lookWhoHasRead(conversation: Id): Promise<void> {
    const held = this.#store.state.conversations.get(conversation);
    const me = this.#store.state.me?.id;
    const own = held?.log.entries.findLast((entry) => entry.kind === "message" && entry.author === me)?.seq ?? 0;
    if (held === undefined || own === 0 || own > lastSeq(held.log) || this.#asked.get(conversation) === own) {
      return;
    }
    this.#asked.set(conversation, own);
    try {
      const request = { conversation, seq: own, limit: RECEIPTS_PAGE };
      const readers = fields(await this.#session.rpc("receipts", request))["accounts"];
      for (const reader of Array.isArray(readers) ? readers : []) {
        const account = idOf(fields(reader)["account"]);
        this.#store.dispatch({ type: "others-read", conversation, account, seq: count(fields(reader)["seq"]) });
      }
    } catch {
      // Only decoration: the next look asks again.
      this.#asked.delete(conversation);
    }
  }
}
