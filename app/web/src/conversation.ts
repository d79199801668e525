// One conversation as the page knows it: what the list shows, the log that it holds and what is on its way
// out. Pure.
import { applyLive, EMPTY_LOG, lastSeq, type Log, noteKnown } from "./log";
import type { Entry, Id, Summary } from "./protocol";

/** A message of ours that is not in the log yet; `sent` means that the server has stored it. */
export interface Outgoing {
  readonly id: string;
  readonly text: string;
  readonly time: number;
  readonly state: "pending" | "sent" | "failed";
  /** Why it failed, as a sentence. */
  readonly reason: string;
  /** The message that this one answers, 0 for none. */
  readonly replyTo: number;
  readonly mentions: readonly Id[];
}

export interface Conversation {
  readonly summary: Summary;
  readonly log: Log;
  readonly outbox: readonly Outgoing[];
  /** The counts skipped something; the server has to be asked. */
  readonly stale: boolean;
  /** We are no member any more. */
  readonly gone: boolean;
  /** How far others have read, as far as we were told. */
  readonly reads: ReadonlyMap<Id, number>;
  /** Who is typing, and until when that is believed. */
  readonly typing: ReadonlyMap<Id, number>;
}

export function newConversation(summary: Summary): Conversation {
  return { summary, log: noteKnown(EMPTY_LOG, summary.head), outbox: [], stale: false, gone: false, reads: new Map(), typing: new Map() };
}

/** Takes what the server says about a conversation now; it never goes back behind what is known already. */
export function applySummary(conversation: Conversation, fresh: Summary, me: Id): Conversation {
  const old = conversation.summary;
  const log = noteKnown(conversation.log, fresh.head);
  if (fresh.head < old.head) {
    return withRead(conversation, fresh.read, old.unread, me);
  }
  const grown = old.unread + Math.max(0, fresh.messages - old.messages);
  const summary: Summary = {
    ...fresh,
    last: newer(fresh.last, old.last),
    read: Math.max(fresh.read, old.read),
    unread: fresh.read >= old.read ? fresh.unread : Math.min(fresh.unread, grown),
    mentions: fresh.read >= old.read ? fresh.mentions : old.mentions,
  };
  return { ...conversation, summary, log, stale: false, gone: false };
}

/** Takes an entry that was pushed, or the answer to a send of our own. */
export function applyEntry(conversation: Conversation, entry: Entry, me: Id): Conversation {
  return {
    ...conversation,
    summary: advance(conversation.summary, entry, me),
    log: applyLive(conversation.log, entry),
    outbox: delivered(conversation.outbox, [entry], me),
    stale: conversation.stale || entry.seq > conversation.summary.head + 1,
    gone: conversation.gone ? !isAdding(entry, me) : isRemoval(entry, me),
    reads: readsAfter(conversation.reads, entry, me),
    typing: without(conversation.typing, entry.author),
  };
}

/** Takes a change of the log by a page of history. */
export function withLog(conversation: Conversation, log: Log, me: Id): Conversation {
  const last = log.entries.at(-1);
  const behind = last !== undefined && last.seq > (conversation.summary.last?.seq ?? 0);
  return {
    ...conversation,
    log,
    summary: behind ? { ...conversation.summary, last } : conversation.summary,
    stale: conversation.stale || lastSeq(log) > conversation.summary.head,
    outbox: delivered(conversation.outbox, log.entries, me),
  };
}

/**
 * Takes a read marker. Where the log reaches from the marker to its end, what is unread is counted here,
 * since a number from the server may be older than the entries that arrived with it.
 */
export function withRead(conversation: Conversation, seq: number, unread: number, me: Id): Conversation {
  const { summary, log } = conversation;
  if (seq < summary.read || (seq === summary.read && unread >= summary.unread)) {
    return conversation;
  }
  const covered = log.loaded && (log.entries[0]?.seq ?? 0) <= seq + 1 && lastSeq(log) >= summary.head;
  const counted = log.entries.filter((entry) => entry.kind === "message" && entry.seq > seq).length;
  const mentions = covered ? log.entries.filter((entry) => entry.seq > seq && isMention(entry, me)).length : 0;
  return { ...conversation, summary: { ...summary, read: seq, unread: covered ? counted : unread, mentions } };
}

/** Somebody else has read up to `seq`. */
export function withOthersRead(conversation: Conversation, account: Id, seq: number): Conversation {
  const reads = withMarker(conversation.reads, account, seq);
  return reads === conversation.reads ? conversation : { ...conversation, reads };
}

/** Somebody is typing, which is believed until `until`; 0 says that it is over. */
export function withTyping(conversation: Conversation, account: Id, until: number): Conversation {
  const typing = until > 0 ? new Map(conversation.typing).set(account, until) : without(conversation.typing, account);
  return typing === conversation.typing ? conversation : { ...conversation, typing };
}

/** Whoever writes has read; whoever left does not count any more. */
function readsAfter(reads: Conversation["reads"], entry: Entry, me: Id): Conversation["reads"] {
  if (entry.kind === "message" && entry.author !== me) {
    return withMarker(reads, entry.author, entry.seq);
  }
  if (entry.kind === "member" && (entry.change === "removed" || entry.change === "left")) {
    return without(reads, entry.account);
  }
  return reads;
}

function withMarker(reads: Conversation["reads"], account: Id, seq: number): Conversation["reads"] {
  return seq > (reads.get(account) ?? 0) ? new Map(reads).set(account, seq) : reads;
}

function without(map: ReadonlyMap<Id, number>, account: Id): ReadonlyMap<Id, number> {
  return map.has(account) ? new Map([...map].filter(([other]) => other !== account)) : map;
}

const isMention = (entry: Entry, me: Id): boolean =>
  entry.kind === "message" && entry.author !== me && entry.mentions.includes(me);

/**
 * Takes the answer to a send. The message is shown as sent until its entry comes; when the log is past that
 * entry already (a repeat), or the log is still to be loaded, nothing has to be waited for.
 */
export function withSent(conversation: Conversation, id: string, seq: number): Conversation {
  const { log, outbox } = conversation;
  const awaited = log.loaded && seq > lastSeq(log);
  const rest = awaited
    ? outbox.map((item): Outgoing => (item.id === id ? { ...item, state: "sent", reason: "" } : item))
    : outbox.filter((item) => item.id !== id);
  return { ...conversation, outbox: rest };
}

function advance(summary: Summary, entry: Entry, me: Id): Summary {
  if (entry.seq <= summary.head) {
    return { ...summary, last: newer(entry, summary.last) };
  }
  const mine = entry.author === me;
  const message = entry.kind === "message";
  const unread = summary.unread + (message ? 1 : 0);
  return {
    ...summary,
    head: entry.seq,
    last: entry,
    messages: summary.messages + (message ? 1 : 0),
    title: entry.kind === "title" ? entry.title : summary.title,
    role: ownRole(summary, entry, me),
    read: message && mine ? entry.seq : summary.read,
    unread: message && mine ? 0 : unread,
    mentions: message && mine ? 0 : summary.mentions + (isMention(entry, me) ? 1 : 0),
  };
}

function ownRole(summary: Summary, entry: Entry, me: Id): Summary["role"] {
  if (entry.kind !== "member" || entry.account !== me) {
    return summary.role;
  }
  return entry.role === "owner" || entry.role === "admin" ? entry.role : "member";
}

function newer(one: Entry | undefined, other: Entry | undefined): Entry | undefined {
  return (one?.seq ?? 0) >= (other?.seq ?? 0) ? one : other;
}

function delivered(outbox: readonly Outgoing[], entries: readonly Entry[], me: Id): readonly Outgoing[] {
  if (outbox.length === 0) {
    return outbox;
  }
  const ids = new Set(
    entries.flatMap((entry) => (entry.kind === "message" && entry.author === me ? [entry.id] : [])),
  );
  return outbox.filter((item) => !ids.has(item.id));
}

function isRemoval(entry: Entry, me: Id): boolean {
  return entry.kind === "member" && entry.account === me && (entry.change === "removed" || entry.change === "left");
}

function isAdding(entry: Entry, me: Id): boolean {
  return entry.kind === "member" && entry.account === me && entry.change === "added";
}
