import assert from "node:assert/strict";
import { test } from "node:test";
import { applyEntry, type Outgoing, withOthersRead } from "../src/conversation";
import { type Action, compareIds, ordered, reduce, START, type State, Store, unreadTotal } from "../src/store";
import { conversation, member, ME, message, messages, OTHER, seqs, summary } from "./make";

const me = { id: ME, handle: "me", displayName: "Me" };

function play(...actions: readonly Action[]): State {
  return actions.reduce(reduce, reduce(START, { type: "signed-in", me }));
}

const item = (id: string): Outgoing => ({ id, text: "hi", time: 9_000, state: "pending", reason: "", replyTo: 0, mentions: [] });
const held = (state: State, id = "1") => {
  const found = state.conversations.get(id);
  assert.ok(found);
  return found;
};

test("an entry of somebody else raises the unread count, one of ours sets it to zero", () => {
  // Promise: unread counts follow live, as the server counts them.
  const one = play(
    { type: "summaries", summaries: [summary({ head: 3, messages: 2, read: 3 })] },
    { type: "entry", conversation: "1", entry: message(4) },
    { type: "entry", conversation: "1", entry: member(5, OTHER, "300", "added") },
    { type: "entry", conversation: "1", entry: message(6) },
  );
  assert.equal(held(one).summary.unread, 2);
  assert.equal(unreadTotal(one), 2);
  const two = reduce(one, { type: "entry", conversation: "1", entry: message(7, ME) });
  assert.deepEqual([held(two).summary.unread, held(two).summary.read], [0, 7]);
});

test("a repeated entry counts once", () => {
  // Promise: a repeat changes nothing.
  const entry = { type: "entry", conversation: "1", entry: message(1) } as const;
  const state = play({ type: "summaries", summaries: [summary()] }, entry, entry);
  assert.equal(held(state).summary.unread, 1);
  assert.equal(held(state).summary.messages, 1);
});

test("an entry that skips numbers makes the counts stale until the server says", () => {
  // Promise: counts are not guessed over a gap.
  const state = play(
    { type: "summaries", summaries: [summary({ head: 3 })] },
    { type: "entry", conversation: "1", entry: message(9) },
  );
  assert.equal(held(state).stale, true);
  const told = reduce(state, { type: "summaries", summaries: [summary({ head: 9, messages: 5, unread: 4 })] });
  assert.equal(held(told).stale, false);
  assert.equal(held(told).summary.unread, 4);
  assert.equal(held(told).summary.last?.seq, 9, "the last entry is kept, although the answer has none");
});

test("an old answer of the server does not undo what was pushed since", () => {
  // Promise: the list never goes back.
  const state = play(
    { type: "summaries", summaries: [summary({ head: 3, title: "Old" })] },
    { type: "entry", conversation: "1", entry: { kind: "title", seq: 4, author: OTHER, time: 4_000, title: "New" } },
    { type: "entry", conversation: "1", entry: message(5) },
    { type: "summaries", summaries: [summary({ head: 3, title: "Old", unread: 0 })] },
  );
  assert.deepEqual(
    [held(state).summary.head, held(state).summary.title, held(state).summary.unread],
    [5, "New", 1],
  );
});

test("the answer to reading does not hide what arrived with it", () => {
  // Promise: a message that arrives while the marker is on its way stays unread.
  const state = play(
    { type: "summaries", summaries: [summary({ head: 2, messages: 2, unread: 2 })] },
    { type: "newest", conversation: "1", page: messages(1, 2) },
    { type: "entry", conversation: "1", entry: message(3) },
    { type: "read", conversation: "1", seq: 2, unread: 0 },
  );
  assert.deepEqual([held(state).summary.read, held(state).summary.unread], [2, 1]);
});

test("a read marker of another device counts, an older one does not", () => {
  // Promise: markers never go back.
  const state = play(
    { type: "summaries", summaries: [summary({ head: 8, messages: 8, read: 4, unread: 4 })] },
    { type: "read", conversation: "1", seq: 8, unread: 0 },
    { type: "read", conversation: "1", seq: 5, unread: 3 },
  );
  assert.deepEqual([held(state).summary.read, held(state).summary.unread], [8, 0]);
});

test("a message on its way leaves the outbox when its entry arrives, by push or by page", () => {
  // Promise: a message is shown once, before and after it is stored.
  const sending = play(
    { type: "summaries", summaries: [summary({ head: 1 })] },
    { type: "newest", conversation: "1", page: [message(1)] },
    { type: "queued", conversation: "1", item: item("a") },
    { type: "queued", conversation: "1", item: item("b") },
    { type: "entry", conversation: "1", entry: message(2, ME, { id: "a" }) },
  );
  assert.deepEqual(held(sending).outbox.map((other) => other.id), ["b"]);
  const gap = reduce(sending, { type: "known", conversation: "1", seq: 4 });
  const filled = reduce(gap, { type: "fill", conversation: "1", page: [message(3), message(4, ME, { id: "b" })] });
  assert.deepEqual(held(filled).outbox, []);
  assert.deepEqual(seqs(held(filled).log.entries), [1, 2, 3, 4]);
});

test("somebody else's message with the same client id is not ours", () => {
  // Promise: client ids are unique per sender only.
  const state = play(
    { type: "summaries", summaries: [summary()] },
    { type: "queued", conversation: "1", item: item("a") },
    { type: "entry", conversation: "1", entry: message(1, OTHER, { id: "a" }) },
  );
  assert.equal(held(state).outbox.length, 1);
});

test("failed, pending again, sent, discarded", () => {
  // Promise: each state of a message on its way can be shown.
  const failed = play(
    { type: "summaries", summaries: [summary()] },
    { type: "queued", conversation: "1", item: item("a") },
    { type: "failed", conversation: "1", id: "a", reason: "why" },
  );
  assert.deepEqual([held(failed).outbox[0]?.state, held(failed).outbox[0]?.reason], ["failed", "why"]);
  const again = reduce(failed, { type: "pending", conversation: "1", id: "a" });
  assert.deepEqual([held(again).outbox[0]?.state, held(again).outbox[0]?.reason], ["pending", ""]);
  assert.deepEqual(held(reduce(failed, { type: "discarded", conversation: "1", id: "a" })).outbox, []);
});

test("an answered send is shown as sent until its entry comes, and not longer", () => {
  // Promise: a message is neither missing nor there twice around its answer.
  const open = play(
    { type: "summaries", summaries: [summary({ head: 3 })] },
    { type: "newest", conversation: "1", page: messages(1, 3) },
    { type: "queued", conversation: "1", item: item("a") },
  );
  const sent = reduce(open, { type: "sent", conversation: "1", id: "a", seq: 5 });
  assert.equal(held(sent).outbox[0]?.state, "sent");
  const repeated = reduce(open, { type: "sent", conversation: "1", id: "a", seq: 2 });
  assert.deepEqual(held(repeated).outbox, [], "its entry came long ago");
});

test("who is removed is gone until added again", () => {
  // Promise: a conversation that is not ours any more cannot be written to.
  const added = { type: "summaries", summaries: [summary({ head: 1 })] } as const;
  const left = play(added, { type: "entry", conversation: "1", entry: member(2, OTHER, ME, "removed") });
  assert.equal(held(left).gone, true);
  const back = reduce(left, { type: "entry", conversation: "1", entry: member(3, OTHER, ME, "added") });
  assert.equal(held(back).gone, false);
});

test("the list is ordered by the last entry, then by id as a number", () => {
  // Promise: newest activity first.
  const state = play({
    type: "summaries",
    summaries: [
      summary({ id: "9", last: message(1), head: 1 }),
      summary({ id: "10", last: message(1), head: 1 }),
      summary({ id: "2", last: message(5), head: 5 }),
    ],
  });
  assert.deepEqual(ordered(state).map((other) => other.summary.id), ["2", "10", "9"]);
  assert.ok(compareIds("9", "10") < 0);
});

test("what concerns an unknown conversation changes nothing", () => {
  // Promise: the state is the same object, so nothing is drawn.
  const state = play();
  assert.equal(reduce(state, { type: "entry", conversation: "7", entry: message(1) }), state);
});

test("signing in again starts from nothing", () => {
  // Promise: nothing of one person is shown to the next one.
  const state = play({ type: "summaries", summaries: [summary()] }, { type: "listed" });
  const next = reduce(state, { type: "signed-in", me: { id: "5", handle: "x", displayName: "X" } });
  assert.deepEqual([next.conversations.size, next.listed, [...next.names.keys()]], [0, false, ["5"]]);
});

test("listeners hear of many changes once", () => {
  // Promise: a burst of publications is drawn once.
  const works: (() => void)[] = [];
  const store = new Store((work) => works.push(work));
  let heard = 0;
  store.listen(() => heard++);
  store.dispatch({ type: "signed-in", me });
  store.dispatch({ type: "listed" });
  assert.equal(works.length, 1);
  works.forEach((work) => work());
  assert.equal(heard, 1);
});

test("who has read: others who write or say so, nobody who left, not we", () => {
  // Promise: "Seen by 2" means two other members.
  let known = conversation({}, [message(1, ME), message(2, OTHER), message(3, ME)]);
  assert.deepEqual([...known.reads], [[OTHER, 2]]);
  known = withOthersRead(known, "300", 3);
  known = applyEntry(known, member(4, "300", "300", "left"), ME);
  assert.deepEqual([...known.reads], [[OTHER, 2]]);
});
