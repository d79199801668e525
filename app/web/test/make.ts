// Makes the pieces that the tests need.
import { applyEntry, type Conversation, newConversation } from "../src/conversation";
import type { Entry, MessageEntry, Summary } from "../src/protocol";

export const ME = "100";
export const OTHER = "200";

export function message(seq: number, author = OTHER, changes: Partial<MessageEntry> = {}): MessageEntry {
  const id = `id-${seq}`;
  return { kind: "message", seq, author, time: seq * 1_000, id, text: `text ${seq}`, recalled: false, edited: 0, reactions: new Map(), replyTo: 0, mentions: [], ...changes };
}

export const messages = (first: number, last: number, author = OTHER): MessageEntry[] =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => message(first + index, author));

export const member = (seq: number, author: string, account: string, change: string, role = "member"): Entry => ({
  kind: "member",
  seq,
  author,
  time: seq * 1_000,
  account,
  change,
  role,
  until: 0,
});

export function summary(changes: Partial<Summary> = {}): Summary {
  return {
    id: "1",
    kind: "group",
    title: "Title",
    with: undefined,
    role: "member",
    head: 0,
    messages: 0,
    read: 0,
    unread: 0,
    mentions: 0,
    last: undefined,
    ...changes,
  };
}

export function conversation(changes: Partial<Summary> = {}, entries: readonly Entry[] = []): Conversation {
  return entries.reduce((held, entry) => applyEntry(held, entry, ME), newConversation(summary(changes)));
}

export const seqs = (entries: readonly Entry[]): number[] => entries.map((entry) => entry.seq);

export const range = (first: number, last: number): number[] =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);

/** Numbers that look random and are the same for the same seed. */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % below;
  };
}

export const seedOf = (turn: number): number => Number(process.env["PARLEY_SEED"] ?? (Date.now() % 1_000_000) + turn);
