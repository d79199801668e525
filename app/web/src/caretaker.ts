// Watches the state and repairs what is missing: holes in a log, counts that skipped something, names and
// last messages that are not there yet. Each repair is one request at a time per thing, never asked twice
// for the same state.
import type { Conversation } from "./conversation";
import { hasGap, lastSeq } from "./log";
import { type Id, parseAccount, parseSummary } from "./protocol";
import { Refusal } from "./refusal";
import { type Commands, FILL_ENTRIES, PAGE_ENTRIES } from "./session";
import type { State, Store } from "./store";

/** What is missing may be on its way already: recovered and pushed entries come in order. */
export const GRACE_MILLIS = 600;
/** A hole wider than this is not filled entry by entry: the newest page is taken, the rest by paging. */
export const FILL_ENTRIES_MAX = 500;
const REQUESTS_MAX = 4;
/** Questions that are remembered; beyond it some may be asked again. */
const ASKED_MAX = 10_000;
const RETRY_MILLIS = 3_000;
const NO_SUCH_ACCOUNT = 1006;

/** An account that is no more has an answer, too: nobody asks for its name again. */
const gone = (account: Id) => (fault: unknown): unknown => {
  if (new Refusal(fault).code !== NO_SUCH_ACCOUNT) {
    throw fault;
  }
  return { id: account };
};

export class Caretaker {
  readonly #store: Store;
  readonly #session: Commands;
  /** What is being repaired, or has been, for exactly this state of it. */
  readonly #asked = new Set<string>();
  #running = 0;
  readonly #queue: (() => Promise<void>)[] = [];

  constructor(store: Store, session: Commands) {
    this.#store = store;
    this.#session = session;
  }

  look(state: State): void {
    if (state.link !== "online" || !state.listed) {
      return;
    }
    for (const conversation of state.conversations.values()) {
      this.#lookAt(conversation, state);
    }
  }

  /** Forgets what was asked: after a reconnect everything may be asked again. */
  reset(): void {
    this.#asked.clear();
  }

  /** Asks for the name of an account, if it is not known. */
  wantName(account: Id, state: State): void {
    if (account !== "" && !state.names.has(account)) {
      this.#once(`name ${account}`, 0, () => this.#loadName(account));
    }
  }

  #lookAt(conversation: Conversation, state: State): void {
    const { summary, log } = conversation;
    if (summary.with !== undefined) {
      this.wantName(summary.with, state);
    }
    if (summary.last !== undefined && summary.kind === "group") {
      this.wantName(summary.last.author, state);
    }
    if (conversation.gone) {
      return;
    }
    if (hasGap(log)) {
      const key = `gap ${summary.id} ${lastSeq(log)} ${log.known}`;
      this.#once(key, GRACE_MILLIS, () => this.#fill(summary.id));
    }
    if (conversation.stale) {
      this.#once(`stale ${summary.id} ${summary.head}`, GRACE_MILLIS, () => this.#loadSummary(summary.id));
    } else if ((summary.last?.seq ?? 0) < summary.head && !log.loaded) {
      this.#once(`last ${summary.id} ${summary.head}`, GRACE_MILLIS, () => this.#loadLast(summary.id));
    }
  }

  #once(key: string, delayMillis: number, work: () => Promise<void>): void {
    if (this.#asked.has(key)) {
      return;
    }
    if (this.#asked.size >= ASKED_MAX) {
      this.#asked.clear();
    }
    this.#asked.add(key);
    const retry = (): void => {
      setTimeout(() => this.#asked.delete(key) && this.look(this.#store.state), RETRY_MILLIS);
    };
    setTimeout(() => this.#enqueue(() => work().catch(retry)), delayMillis);
  }

  #enqueue(work: () => Promise<void>): void {
    this.#queue.push(work);
    this.#next();
  }

  #next(): void {
    while (this.#running < REQUESTS_MAX) {
      const work = this.#queue.shift();
      if (work === undefined) {
        return;
      }
      this.#running++;
      void work().finally(() => {
        this.#running--;
        this.#next();
      });
    }
  }

  async #fill(conversation: Id): Promise<void> {
    for (;;) {
      const log = this.#store.state.conversations.get(conversation)?.log;
      if (log === undefined || !hasGap(log)) {
        return;
      }
      const after = lastSeq(log);
      if (after === 0 || log.known - after > FILL_ENTRIES_MAX) {
        const page = await this.#session.history(conversation, { limit: PAGE_ENTRIES, reverse: true });
        this.#store.dispatch({ type: "newest", conversation, page });
        return;
      }
      const page = await this.#session.history(conversation, { limit: FILL_ENTRIES, since: after });
      this.#store.dispatch({ type: "fill", conversation, page });
    }
  }

  async #loadSummary(conversation: Id): Promise<void> {
    const summary = parseSummary(await this.#session.rpc("conversation.get", { conversation }));
    if (summary !== undefined) {
      this.#store.dispatch({ type: "summaries", summaries: [summary] });
    }
  }

  async #loadLast(conversation: Id): Promise<void> {
    const page = await this.#session.history(conversation, { limit: 1, reverse: true });
    const entry = page[0];
    if (entry !== undefined) {
      this.#store.dispatch({ type: "entry", conversation, entry });
    }
  }

  async #loadName(account: Id): Promise<void> {
    const found = parseAccount(await this.#session.rpc("account.get", { account }).catch(gone(account)));
    if (found !== undefined) {
      this.#store.dispatch({ type: "names", accounts: [found] });
    }
  }
}
