// Turns a conversation into the rows that the page shows: days, notes, messages in groups, what is on its
// way. Pure.
import { changesOf, type Changes, currentOf, type Reaction } from "./changes";
import type { Conversation, Outgoing } from "./conversation";
import type { Entry, Id, MessageEntry } from "./protocol";
import { dayOf, type Formats, nameOf, type Names, noteOf, type NotePart } from "./words";

export type Status = "sent" | "pending" | "failed" | "recalled";

export interface MessageRow {
  readonly type: "message";
  readonly key: string;
  /** The client message id. */
  readonly id: string;
  /** The number of its entry, 0 while it is on its way. */
  readonly seq: number;
  readonly author: Id;
  readonly name: string;
  readonly mine: boolean;
  readonly time: number;
  readonly text: string;
  readonly status: Status;
  readonly edited: boolean;
  readonly reason: string;
  readonly reactions: readonly Reaction[];
  /** What it answers; nothing when it is no reply. */
  readonly reply: Reply | undefined;
  /** The handles of those whom it mentions. */
  readonly mentions: readonly string[];
  /** It mentions us. */
  readonly calls: boolean;
  /** Who has read it, in words, on the newest message of ours that somebody has read. */
  readonly seen: string;
  /** First and last of a group: the same author within a few minutes. */
  readonly opens: boolean;
  readonly closes: boolean;
  /** The author's name stands above the text. */
  readonly named: boolean;
}

/** The message that another one answers, as far as it is known here. */
export interface Reply {
  readonly seq: number;
  readonly name: string;
  readonly text: string;
}

export type Row =
  | MessageRow
  | { readonly type: "day"; readonly key: string; readonly label: string }
  | { readonly type: "new"; readonly key: string }
  | { readonly type: "note"; readonly key: string; readonly parts: readonly NotePart[] };

export interface Viewpoint {
  readonly me: Id;
  readonly names: Names;
  readonly formats: Formats;
  readonly now: number;
  /** The read marker when the conversation was opened; what came after it is introduced as new. */
  readonly newAfter: number | undefined;
}

export const GROUP_MILLIS_MAX = 5 * 60 * 1000;

export function timeline(conversation: Conversation, view: Viewpoint): readonly Row[] {
  const rows: Row[] = [];
  let day = "";
  const at = (time: number): void => {
    if (dayOf(time) !== day) {
      day = dayOf(time);
      rows.push({ type: "day", key: `day:${day}`, label: view.formats.day(time, view.now) });
    }
  };
  const known: Known = {
    changes: changesOf(conversation.log.entries, view.me),
    messages: new Map(conversation.log.entries.flatMap((entry) => (entry.kind === "message" ? [[entry.seq, entry]] : []))),
    seen: seenOf(conversation, view.me),
  };
  let introduced = false;
  for (const entry of conversation.log.entries) {
    at(entry.time);
    if (!introduced && isNew(entry, view)) {
      introduced = true;
      rows.push({ type: "new", key: "new" });
    }
    const row = isFounding(entry, conversation) ? undefined : rowOf(entry, view, known);
    if (row !== undefined) {
      rows.push(row);
    }
  }
  for (const item of conversation.outbox) {
    at(item.time);
    rows.push(outgoingRow(item, view, known));
  }
  return grouped(withoutEmptyDays(rows), conversation.summary.kind === "group");
}

function isNew(entry: Entry, view: Viewpoint): boolean {
  const after = view.newAfter;
  return after !== undefined && entry.seq > after && entry.kind === "message" && entry.author !== view.me;
}

/** In a direct conversation there are always the same two: only who started it is worth a note. */
function isFounding(entry: Entry, conversation: Conversation): boolean {
  const direct = conversation.summary.kind === "direct";
  return direct && entry.kind === "member" && entry.change === "added" && entry.author !== entry.account;
}

/** What the rows of one drawing need to know of each other. */
interface Known {
  readonly changes: Changes;
  readonly messages: ReadonlyMap<number, MessageEntry>;
  readonly seen: { readonly seq: number; readonly words: string };
}

const handlesOf = (accounts: readonly Id[], view: Viewpoint): readonly string[] =>
  accounts.flatMap((account) => view.names.get(account)?.handle || []);

/** The newest message of ours that others have read. */
function seenOf(conversation: Conversation, me: Id): Known["seen"] {
  const farthest = Math.max(0, ...conversation.reads.values());
  const own = conversation.log.entries.findLast(
    (entry) => entry.kind === "message" && entry.author === me && entry.seq <= farthest,
  );
  const seq = own?.seq ?? 0;
  const by = [...conversation.reads.values()].filter((read) => read >= seq).length;
  return { seq, words: conversation.summary.kind === "direct" ? "Seen" : `Seen by ${by}` };
}

function replyOf(seq: number, view: Viewpoint, known: Known): Reply | undefined {
  if (seq === 0) {
    return undefined;
  }
  const message = known.messages.get(seq);
  if (message === undefined) {
    return { seq, name: "", text: "An earlier message" };
  }
  const now = currentOf(message, known.changes);
  return { seq, name: nameOf(view.names, message.author), text: now.recalled ? "Deleted message" : now.text.slice(0, 200) };
}

function rowOf(entry: Entry, view: Viewpoint, known: Known): Row | undefined {
  if (entry.kind === "message") {
    return messageRow(entry, view, known);
  }
  const parts = noteOf(entry, view.names, view.me);
  return parts.length === 0 ? undefined : { type: "note", key: `seq:${entry.seq}`, parts };
}

/** The key of a message is its author and client id, so it stays the same from the first try to the log. */
const messageKey = (author: Id, id: string, seq: number): string =>
  id === "" ? `seq:${seq}` : `message:${author}:${id}`;

function messageRow(entry: MessageEntry, view: Viewpoint, known: Known): MessageRow {
  const now = currentOf(entry, known.changes);
  return {
    type: "message",
    key: messageKey(entry.author, entry.id, entry.seq),
    id: entry.id,
    seq: entry.seq,
    author: entry.author,
    name: nameOf(view.names, entry.author),
    mine: entry.author === view.me,
    time: entry.time,
    text: now.text,
    status: now.recalled ? "recalled" : "sent",
    edited: now.edited,
    reason: "",
    reactions: now.reactions,
    reply: now.recalled ? undefined : replyOf(entry.replyTo, view, known),
    mentions: handlesOf(entry.mentions, view),
    calls: entry.mentions.includes(view.me) && entry.author !== view.me,
    seen: entry.seq === known.seen.seq && !now.recalled ? known.seen.words : "",
    opens: true,
    closes: true,
    named: false,
  };
}

function outgoingRow(item: Outgoing, view: Viewpoint, known: Known): MessageRow {
  return {
    type: "message",
    key: messageKey(view.me, item.id, 0),
    id: item.id,
    seq: 0,
    author: view.me,
    name: nameOf(view.names, view.me),
    mine: true,
    time: item.time,
    text: item.text,
    status: item.state,
    edited: false,
    reason: item.reason,
    reactions: [],
    reply: replyOf(item.replyTo, view, known),
    mentions: handlesOf(item.mentions, view),
    calls: false,
    seen: "",
    opens: true,
    closes: true,
    named: false,
  };
}

function withoutEmptyDays(rows: readonly Row[]): readonly Row[] {
  return rows.filter((row, index) => row.type !== "day" || (rows[index + 1]?.type ?? "day") !== "day");
}

function grouped(rows: readonly Row[], group: boolean): readonly Row[] {
  return rows.map((row, index) => {
    if (row.type !== "message") {
      return row;
    }
    const opens = !belongs(rows[index - 1], row);
    return { ...row, opens, closes: !belongs(row, rows[index + 1]), named: group && opens && !row.mine };
  });
}

function belongs(before: Row | undefined, after: Row | undefined): boolean {
  return (
    before?.type === "message" &&
    after?.type === "message" &&
    before.author === after.author &&
    after.time - before.time <= GROUP_MILLIS_MAX
  );
}
