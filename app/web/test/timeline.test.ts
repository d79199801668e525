import assert from "node:assert/strict";
import { test } from "node:test";
import type { Conversation } from "../src/conversation";
import { applyNewest } from "../src/log";
import type { Entry } from "../src/protocol";
import { GROUP_MILLIS_MAX, type MessageRow, type Row, timeline, type Viewpoint } from "../src/timeline";
import { formats } from "../src/words";
import { conversation, member, ME, message, OTHER } from "./make";

const NOON = new Date(2026, 4, 20, 12).getTime();
const names = new Map([
  [ME, { id: ME, handle: "me", displayName: "Me" }],
  [OTHER, { id: OTHER, handle: "bob", displayName: "Bob" }],
]);
const view: Viewpoint = { me: ME, names, formats: formats("en-GB"), now: NOON, newAfter: undefined };

const at = (minutes: number): number => NOON + minutes * 60_000;

function rows(entries: readonly Entry[], changes: Partial<Conversation> = {}, viewpoint = view): readonly Row[] {
  const base = conversation();
  return timeline({ ...base, log: applyNewest(base.log, entries), ...changes }, viewpoint);
}

const said = (all: readonly Row[]): MessageRow[] => all.filter((row): row is MessageRow => row.type === "message");

test("messages of one author within minutes form a group", () => {
  // Promise: grouping by author.
  const all = said(
    rows([
      message(1, OTHER, { time: at(0) }),
      message(2, OTHER, { time: at(1) }),
      message(3, ME, { time: at(1) }),
      message(4, OTHER, { time: at(2) }),
      message(5, OTHER, { time: at(2) + GROUP_MILLIS_MAX + 1 }),
    ]),
  );
  assert.deepEqual(all.map((row) => row.opens), [true, false, true, true, true]);
  assert.deepEqual(all.map((row) => row.closes), [false, true, true, true, true]);
  assert.deepEqual(all.map((row) => row.named), [true, false, false, true, true]);
});

test("each day has one heading, and a group does not cross it", () => {
  // Promise: grouping by day, with words for the last two days.
  const day = 24 * 60;
  const all = rows([
    message(1, OTHER, { time: at(-400 * day) }),
    message(2, OTHER, { time: at(-2 * day) }),
    message(3, OTHER, { time: at(-day) }),
    message(4, OTHER, { time: at(0) }),
    message(5, OTHER, { time: at(1) }),
  ]);
  const labels = all.flatMap((row) => (row.type === "day" ? [row.label] : []));
  assert.deepEqual(labels, ["15 April 2025", "Monday 18 May", "Yesterday", "Today"]);
});

test("member and title entries are notes", () => {
  // Promise: they read as calm lines.
  const all = rows([
    member(1, OTHER, OTHER, "added"),
    member(2, OTHER, ME, "added"),
    { kind: "title", seq: 3, author: ME, time: 3_000, title: "Club" },
    member(4, ME, OTHER, "role", "admin"),
    member(5, OTHER, ME, "removed"),
    member(6, OTHER, OTHER, "left"),
    { kind: "other", seq: 7, author: OTHER, time: 7_000 },
  ]);
  const notes = all.flatMap((row) => (row.type === "note" ? [row.parts.map((part) => part.text).join("")] : []));
  assert.deepEqual(notes, [
    "Bob started the conversation",
    "Bob added you",
    "You named the group Club",
    "You made Bob an admin",
    "Bob removed you",
    "Bob left",
  ]);
});

test("a direct conversation does not say that its two people were added", () => {
  // Promise: only who started it.
  const base = conversation({ kind: "direct", with: OTHER });
  const log = applyNewest(base.log, [member(1, ME, ME, "added"), member(2, ME, OTHER, "added")]);
  assert.equal(timeline({ ...base, log }, view).filter((row) => row.type === "note").length, 1);
});

test("what came after the marker is introduced once, and never by a message of ours", () => {
  // Promise: the place where reading stopped is marked.
  const entries = [message(1), message(2, ME), message(3), message(4)];
  const all = rows(entries, {}, { ...view, newAfter: 1 });
  const places = all.map((row) => (row.type === "message" ? row.id : row.type));
  assert.deepEqual(places, ["day", "id-1", "id-2", "new", "id-3", "id-4"]);
  assert.ok(!rows(entries).some((row) => row.type === "new"));
});

test("a message keeps its key from the first try to the log", () => {
  // Promise: the element of a message stays, so it is neither drawn nor announced twice.
  const outgoing = { id: "abc", text: "hi", time: at(0), state: "pending", reason: "", replyTo: 0, mentions: [] } as const;
  const before = said(rows([], { outbox: [outgoing] }))[0];
  const after = said(rows([message(1, ME, { id: "abc", time: at(0) })]))[0];
  assert.equal(before?.key, after?.key);
  assert.deepEqual([before?.status, after?.status], ["pending", "sent"]);
});

test("a recalled message shows no text of its own", () => {
  // Promise: what was recalled is gone from the page.
  const [row] = said(rows([message(1, OTHER, { recalled: true, text: "" })]));
  assert.equal(row?.status, "recalled");
});

test("two authors with the same client id are two messages", () => {
  // Promise: keys are unique.
  const all = rows([message(1, OTHER, { id: "same" }), message(2, ME, { id: "same" })]);
  assert.equal(new Set(all.map((row) => row.key)).size, all.length);
});
