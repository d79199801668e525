// Keeps the list of conversations in step with the server, and changes it: new conversations, members, titles.
import {
  type Account,
  type Entry,
  fields,
  type Id,
  id as idOf,
  type Member,
  parseAccount,
  parseIds,
  parseMembers,
  parseSummaries,
  parseSummary,
  type Summary,
  text,
} from "./protocol";
import type { Commands } from "./session";
import type { Store } from "./store";

const LIST_PAGE = 100;
const SYNC_PAGE = 200;
const MEMBERS_PAGE = 100;
/** Entries kept for conversations whose summary is still on its way. */
const EARLY_ENTRIES_MAX = 1_000;
const RETRY_MILLIS = 2_000;

/** A member, and until when they may not write, as far as the log that is held tells; 0 for no such time. */
export interface Muted extends Member {
  readonly mutedUntil: number;
}

/** A conversation with the people in it. */
export interface Details {
  readonly summary: Summary;
  readonly members: readonly Muted[];
  /** Where the members go on; empty when these are all. */
  readonly next: string;
}

export class Directory {
  readonly #store: Store;
  readonly #session: Commands;
  #cursor: string | undefined;
  #running: Promise<void> | undefined;
  #again = false;
  readonly #wanted = new Set<Id>();
  #early: { readonly conversation: Id; readonly entry: Entry }[] = [];

  constructor(store: Store, session: Commands) {
    this.#store = store;
    this.#session = session;
  }

  /** Takes over what changed while nothing was pushed; the first time it loads the list. One at a time. */
  synchronise(): Promise<void> {
    if (this.#running !== undefined) {
      this.#again = true;
      return this.#running;
    }
    this.#again = false;
    this.#running = this.#run()
      .catch(() => this.#later())
      .finally(() => {
        this.#running = undefined;
        if (this.#again) {
          void this.synchronise();
        }
      });
    return this.#running;
  }

  /** Takes an entry that was pushed, also when it comes before its conversation is known. */
  entry(conversation: Id, entry: Entry): void {
    if (this.#store.state.conversations.has(conversation)) {
      this.#store.dispatch({ type: "entry", conversation, entry });
    }
    if (!this.#store.state.listed || !this.#store.state.conversations.has(conversation)) {
      if (this.#early.length < EARLY_ENTRIES_MAX) {
        this.#early.push({ conversation, entry });
      }
      this.want(conversation);
    }
  }

  /** Asks for a conversation that is not known; while the list is loading, that brings it. */
  want(conversation: Id): void {
    const { listed, conversations } = this.#store.state;
    if (!listed || conversations.has(conversation) || this.#wanted.has(conversation) || conversation === "") {
      return;
    }
    this.#wanted.add(conversation);
    void this.details(conversation)
      .catch(() => {
        this.#early = this.#early.filter((early) => early.conversation !== conversation);
      })
      .finally(() => this.#wanted.delete(conversation));
  }

  /** A conversation with its members (the first hundred, then page by page). */
  async details(conversation: Id): Promise<Details | undefined> {
    const answer = fields(await this.#session.rpc("conversation.get", { conversation }));
    const summary = parseSummary(answer);
    if (summary === undefined) {
      return undefined;
    }
    this.#take([summary]);
    return { summary, ...this.#members(conversation, answer) };
  }

  async members(conversation: Id, after: string): Promise<Omit<Details, "summary">> {
    const request = { conversation, after, limit: MEMBERS_PAGE };
    return this.#members(conversation, fields(await this.#session.rpc("members.list", request)));
  }

  async find(handle: string): Promise<Account | undefined> {
    const found = parseAccount(await this.#session.rpc("account.find", { handle }));
    if (found !== undefined) {
      this.#store.dispatch({ type: "names", accounts: [found] });
    }
    return found;
  }

  /** The conversation with somebody, which exists once per pair. `id` makes a repeat harmless. */
  async createDirect(id: string, other: Id): Promise<Id> {
    return this.#create({ id, kind: "direct", with: other });
  }

  async createGroup(id: string, title: string, members: readonly Id[]): Promise<Id> {
    return this.#create({ id, kind: "group", title, members });
  }

  async rename(conversation: Id, title: string): Promise<void> {
    await this.#session.rpc("conversation.rename", { conversation, title });
  }

  async leave(conversation: Id): Promise<void> {
    await this.#session.rpc("conversation.leave", { conversation });
    this.#store.dispatch({ type: "removed", conversations: [conversation] });
  }

  async add(conversation: Id, account: Id): Promise<void> {
    await this.#session.rpc("members.add", { conversation, accounts: [account] });
  }

  async remove(conversation: Id, account: Id): Promise<void> {
    await this.#session.rpc("members.remove", { conversation, account });
  }

  #members(conversation: Id, answer: Readonly<Record<string, unknown>>): Omit<Details, "summary"> {
    const members = parseMembers(answer["members"]);
    this.#store.dispatch({ type: "names", accounts: members });
    const log = this.#store.state.conversations.get(conversation)?.log.entries ?? [];
    const until = new Map(
      log.flatMap((entry) =>
        entry.kind === "member" && entry.change === "muted" ? [[entry.account, entry.until] as const] : [],
      ),
    );
    return { members: members.map((member) => ({ ...member, mutedUntil: until.get(member.id) ?? 0 })), next: text(answer["next"]) };
  }

  async #create(data: object): Promise<Id> {
    const conversation = idOf(fields(await this.#session.rpc("conversation.create", data))["conversation"]);
    await this.details(conversation);
    return conversation;
  }

  async #run(): Promise<void> {
    if (!this.#store.state.listed) {
      await this.#list();
    }
    await this.#sync();
    new Set(this.#early.map((early) => early.conversation)).forEach((conversation) => this.want(conversation));
  }

  async #list(): Promise<void> {
    let after: unknown;
    do {
      const page = fields(await this.#session.rpc("conversation.list", { limit: LIST_PAGE, ...(after ? { after } : {}) }));
      this.#take(parseSummaries(page["conversations"]));
      after = page["next"];
    } while (after !== undefined && after !== null && after !== "");
    this.#store.dispatch({ type: "listed" });
  }

  async #sync(): Promise<void> {
    for (let more = true; more; ) {
      const request = { limit: SYNC_PAGE, ...(this.#cursor === undefined ? {} : { cursor: this.#cursor }) };
      const page = fields(await this.#session.rpc("sync", request));
      this.#take(parseSummaries(page["conversations"]));
      this.#store.dispatch({ type: "removed", conversations: parseIds(page["removed"]) });
      this.#cursor = text(page["cursor"]) || this.#cursor;
      more = page["has_more"] === true;
    }
  }

  #take(summaries: readonly Summary[]): void {
    this.#store.dispatch({ type: "summaries", summaries });
    this.#replay();
  }

  /** Gives what came early to the conversations that are known now. */
  #replay(): void {
    const { conversations } = this.#store.state;
    const early = this.#early;
    this.#early = early.filter(({ conversation }) => !conversations.has(conversation));
    for (const { conversation, entry } of early) {
      this.#store.dispatch({ type: "entry", conversation, entry });
    }
  }

  #later(): void {
    setTimeout(() => this.#session.online && void this.synchronise(), RETRY_MILLIS);
  }
}
