// The state of the page and how it changes: one pure function, and a holder that tells who listens.
import {
  applyEntry,
  applySummary,
  type Conversation,
  newConversation,
  type Outgoing,
  withLog,
  withOthersRead,
  withRead,
  withSent,
  withTyping,
} from "./conversation";
import { applyFill, applyNewest, applyOlder, EMPTY_LOG, noteKnown } from "./log";
import type { Account, Entry, Id, Summary } from "./protocol";

/** How we stand with the server: `stopped` needs a person to go on. */
export type Link = "connecting" | "online" | "offline" | "stopped";

export interface State {
  readonly me: Account | undefined;
  readonly link: Link;
  /** Why the connection is stopped, as a sentence. */
  readonly reason: string;
  readonly conversations: ReadonlyMap<Id, Conversation>;
  /** The list has been loaded once. */
  readonly listed: boolean;
  readonly names: ReadonlyMap<Id, Account>;
  /** Whether others are there, as far as we were told. */
  readonly online: ReadonlyMap<Id, boolean>;
}

export const START: State = {
  me: undefined,
  link: "connecting",
  reason: "",
  conversations: new Map(),
  listed: false,
  names: new Map(),
  online: new Map(),
};

export type Action =
  | { readonly type: "signed-in"; readonly me: Account }
  | { readonly type: "signed-out" }
  | { readonly type: "link"; readonly link: Link; readonly reason?: string }
  | { readonly type: "summaries"; readonly summaries: readonly Summary[] }
  | { readonly type: "listed" }
  | { readonly type: "removed"; readonly conversations: readonly Id[] }
  | { readonly type: "online"; readonly accounts: readonly (readonly [Id, boolean])[] }
  | { readonly type: "names"; readonly accounts: readonly Account[] }
  | OfConversation;

/** What concerns one conversation; ignored when the page does not know it. */
export type OfConversation = { readonly conversation: Id } & (
  | { readonly type: "entry"; readonly entry: Entry }
  | { readonly type: "known"; readonly seq: number }
  | { readonly type: "newest" | "older" | "fill"; readonly page: readonly Entry[] }
  | { readonly type: "read"; readonly seq: number; readonly unread: number }
  | { readonly type: "others-read"; readonly account: Id; readonly seq: number }
  | { readonly type: "typing"; readonly account: Id; readonly until: number }
  | { readonly type: "queued"; readonly item: Outgoing }
  | { readonly type: "pending"; readonly id: string }
  | { readonly type: "sent"; readonly id: string; readonly seq: number }
  | { readonly type: "failed"; readonly id: string; readonly reason: string }
  | { readonly type: "discarded"; readonly id: string }
  | { readonly type: "released" }
);

export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case "signed-in":
      return { ...START, me: action.me, names: new Map([[action.me.id, action.me]]) };
    case "signed-out":
      return START;
    case "link":
      return { ...state, link: action.link, reason: action.reason ?? "" };
    case "summaries":
      return { ...state, conversations: merged(state, action.summaries) };
    case "listed":
      return { ...state, listed: true };
    case "removed":
      return { ...state, conversations: without(state.conversations, action.conversations) };
    case "online":
      return { ...state, online: new Map([...state.online, ...action.accounts]) };
    case "names":
      return { ...state, names: named(state.names, action.accounts) };
    default:
      return inConversation(state, action);
  }
}

function inConversation(state: State, action: OfConversation): State {
  const before = state.conversations.get(action.conversation);
  if (before === undefined) {
    return state;
  }
  const after = change(before, action, state.me?.id ?? "");
  if (after === before) {
    return state;
  }
  return { ...state, conversations: new Map(state.conversations).set(action.conversation, after) };
}

function change(conversation: Conversation, action: OfConversation, me: Id): Conversation {
  const { log, outbox } = conversation;
  switch (action.type) {
    case "entry":
      return applyEntry(conversation, action.entry, me);
    case "known":
      return { ...conversation, log: noteKnown(log, action.seq) };
    case "newest":
      return withLog(conversation, applyNewest(log, action.page), me);
    case "older":
      return withLog(conversation, applyOlder(log, action.page), me);
    case "fill":
      return withLog(conversation, applyFill(log, action.page), me);
    case "read":
      return withRead(conversation, action.seq, action.unread, me);
    case "others-read":
      return action.account === me ? conversation : withOthersRead(conversation, action.account, action.seq);
    case "typing":
      return action.account === me ? conversation : withTyping(conversation, action.account, action.until);
    case "queued":
      return { ...conversation, outbox: [...outbox, action.item] };
    case "pending":
      return { ...conversation, outbox: outgoing(outbox, action.id, "pending", "") };
    case "sent":
      return withSent(conversation, action.id, action.seq);
    case "failed":
      return { ...conversation, outbox: outgoing(outbox, action.id, "failed", action.reason) };
    case "discarded":
      return { ...conversation, outbox: outbox.filter((item) => item.id !== action.id) };
    case "released":
      return { ...conversation, log: { ...EMPTY_LOG, known: log.known } };
  }
}

function outgoing(
  outbox: readonly Outgoing[],
  id: string,
  state: Outgoing["state"],
  reason: string,
): readonly Outgoing[] {
  return outbox.map((item) => (item.id === id ? { ...item, state, reason } : item));
}

function merged(state: State, summaries: readonly Summary[]): State["conversations"] {
  const next = new Map(state.conversations);
  for (const summary of summaries) {
    const known = next.get(summary.id);
    next.set(summary.id, known === undefined ? newConversation(summary) : applySummary(known, summary, state.me?.id ?? ""));
  }
  return next;
}

function without(old: State["conversations"], ids: readonly Id[]): State["conversations"] {
  const next = new Map(old);
  ids.forEach((id) => next.delete(id));
  return next;
}

function named(old: State["names"], accounts: readonly Account[]): State["names"] {
  const next = new Map(old);
  accounts.forEach((account) => next.set(account.id, account));
  return next;
}

/** The conversations as the list shows them: newest activity first, then by id. */
export function ordered(state: State): readonly Conversation[] {
  return [...state.conversations.values()].sort((a, b) => {
    const byTime = (b.summary.last?.time ?? 0) - (a.summary.last?.time ?? 0);
    return byTime !== 0 ? byTime : compareIds(b.summary.id, a.summary.id);
  });
}

/** Ids are decimal numbers of up to 63 bits: the longer one is the greater one. */
export function compareIds(a: Id, b: Id): number {
  return a.length !== b.length ? a.length - b.length : a < b ? -1 : a > b ? 1 : 0;
}

export const unreadTotal = (state: State): number =>
  [...state.conversations.values()].reduce((sum, conversation) => sum + conversation.summary.unread, 0);

/** Holds the state; listeners hear of changes later, many changes at once. */
export class Store {
  #state: State = START;
  #scheduled = false;
  readonly #listeners = new Set<(state: State) => void>();
  readonly #later: (work: () => void) => void;

  constructor(later: (work: () => void) => void) {
    this.#later = later;
  }

  get state(): State {
    return this.#state;
  }

  dispatch(action: Action): void {
    const next = reduce(this.#state, action);
    if (next !== this.#state) {
      this.#state = next;
      this.#schedule();
    }
  }

  listen(listener: (state: State) => void): void {
    this.#listeners.add(listener);
  }

  #schedule(): void {
    if (this.#scheduled) {
      return;
    }
    this.#scheduled = true;
    this.#later(() => {
      this.#scheduled = false;
      this.#listeners.forEach((listener) => listener(this.#state));
    });
  }
}
