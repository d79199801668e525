// Turns a conversation into the rows that the page shows: days, notes, messages in groups, what is on its
// way. Pure.
import type { Conversation, Outgoing } from "./conversation";
import type { Entry, Id, MessageEntry } from "./protocol";
import { dayOf, type Formats, nameOf, type Names, noteOf, type NotePart } from "./words";

export type Status = "sent" | "pending" | "failed" | "recalled";

export interface MessageRow {
  readonly type: "message";
  readonly key: string;
  /** The client message id. */
  readonly id: string;
  readonly author: Id;
  readonly name: string;
  readonly mine: boolean;
  readonly time: number;
  readonly text: string;
  readonly status: Status;
  readonly edited: boolean;
  readonly reason: string;
  /** First and last of a group: the same author within a few minutes. */
  readonly opens: boolean;
  readonly closes: boolean;
  /** The author's name stands above the text. */
  readonly named: boolean;
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
  let introduced = false;
  for (const entry of conversation.log.entries) {
    at(entry.time);
    if (!introduced && isNew(entry, view)) {
      introduced = true;
      rows.push({ type: "new", key: "new" });
    }
    const row = isFounding(entry, conversation) ? undefined : rowOf(entry, view);
    if (row !== undefined) {
      rows.push(row);
    }
  }
  for (const item of conversation.outbox) {
    at(item.time);
    rows.push(outgoingRow(item, view));
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

function rowOf(entry: Entry, view: Viewpoint): Row | undefined {
  if (entry.kind === "message") {
    return messageRow(entry, view);
  }
  const parts = noteOf(entry, view.names, view.me);
  return parts.length === 0 ? undefined : { type: "note", key: `seq:${entry.seq}`, parts };
}

/** The key of a message is its author and client id, so it stays the same from the first try to the log. */
const messageKey = (author: Id, id: string, seq: number): string =>
  id === "" ? `seq:${seq}` : `message:${author}:${id}`;

function messageRow(entry: MessageEntry, view: Viewpoint): MessageRow {
  return {
    type: "message",
    key: messageKey(entry.author, entry.id, entry.seq),
    id: entry.id,
    author: entry.author,
    name: nameOf(view.names, entry.author),
    mine: entry.author === view.me,
    time: entry.time,
    text: entry.text,
    status: entry.recalled ? "recalled" : "sent",
    edited: entry.edited,
    reason: "",
    opens: true,
    closes: true,
    named: false,
  };
}

function outgoingRow(item: Outgoing, view: Viewpoint): MessageRow {
  return {
    type: "message",
    key: messageKey(view.me, item.id, 0),
    id: item.id,
    author: view.me,
    name: nameOf(view.names, view.me),
    mine: true,
    time: item.time,
    text: item.text,
    status: item.state,
    edited: false,
    reason: item.reason,
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
