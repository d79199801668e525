import assert from "node:assert/strict";
import { test } from "node:test";
import * as log from "../src/log";
import type { Entry } from "../src/protocol";
import { message, messages, randomFrom, range, seedOf, seqs } from "./make";

const loaded = (first: number, last: number): log.Log => log.applyNewest(log.EMPTY_LOG, messages(first, last));

test("the next entry is held, a repeat is ignored", () => {
  // Promise: each entry is shown once, in the order of the numbers.
  const next = log.applyLive(loaded(1, 3), message(4));
  assert.deepEqual(seqs(next.entries), [1, 2, 3, 4]);
  assert.deepEqual(seqs(log.applyLive(next, message(4)).entries), [1, 2, 3, 4]);
  const again = log.applyLive(next, message(2));
  assert.deepEqual([seqs(again.entries), seqs(again.waiting)], [[1, 2, 3, 4], []]);
});

test("what waited follows when the missing entry is pushed", () => {
  // Promise: a hole that closes by itself leaves nothing behind.
  const closed = log.applyLive(log.applyLive(loaded(1, 3), message(5)), message(4));
  assert.deepEqual([seqs(closed.entries), seqs(closed.waiting)], [[1, 2, 3, 4, 5], []]);
});

test("an entry ahead of a hole waits until the hole is filled", () => {
  // Promise: no entry is shown before those that come before it.
  const waiting = log.applyLive(log.applyLive(loaded(1, 3), message(6)), message(5));
  assert.deepEqual(seqs(waiting.entries), [1, 2, 3]);
  assert.equal(log.hasGap(waiting), true);
  const filled = log.applyFill(waiting, [message(4)]);
  assert.deepEqual(seqs(filled.entries), [1, 2, 3, 4, 5, 6]);
  assert.equal(log.hasGap(filled), false);
  assert.deepEqual(filled.waiting, []);
});

test("a number that is known to exist and is not held is a gap", () => {
  // Promise: what a failed recovery left out is noticed.
  assert.equal(log.hasGap(log.noteKnown(loaded(1, 3), 9)), true);
  assert.equal(log.hasGap(log.noteKnown(loaded(1, 3), 3)), false);
  assert.equal(log.hasGap(log.noteKnown(log.EMPTY_LOG, 9)), false, "a log that was never loaded has no gap");
});

test("an empty answer ends the search for what is missing", () => {
  // Promise: the page does not ask for ever for what it may not read.
  const gap = log.applyLive(log.noteKnown(loaded(1, 3), 9), message(7));
  const ended = log.applyFill(gap, []);
  assert.equal(log.hasGap(ended), false);
  assert.deepEqual(seqs(ended.entries), [1, 2, 3, 7]);
});

test("older pages go in front, and the start is known", () => {
  // Promise: paging upwards meets every entry once and ends.
  const page = [...messages(41, 90)].reverse();
  const once = log.applyOlder(loaded(91, 140), page);
  assert.deepEqual(seqs(once.entries), range(41, 140));
  assert.equal(once.atStart, false);
  const twice = log.applyOlder(once, messages(1, 40));
  assert.equal(twice.atStart, true);
  assert.equal(log.applyOlder(once, []).atStart, true, "nothing older is readable");
});

test("what arrives while the newest page is loading is not lost", () => {
  // Promise: opening a conversation while others write in it leaves no gap behind.
  const early = log.applyLive(log.EMPTY_LOG, message(51));
  const opened = log.applyNewest(early, messages(1, 50));
  assert.equal(log.hasGap(opened), true);
  assert.deepEqual(seqs(log.applyFill(opened, [message(51)]).entries), range(1, 51));
});

test("a long log lets its oldest entries go and can page them in again", () => {
  // Promise: the page holds a bounded number of entries.
  let held = loaded(1, log.LOG_ENTRIES_MAX);
  held = log.applyLive(held, message(log.LOG_ENTRIES_MAX + 1));
  assert.ok(held.entries.length <= log.LOG_ENTRIES_MAX);
  assert.equal(held.atStart, false);
  const again = log.applyOlder(held, messages(1, log.firstSeq(held) - 1));
  assert.deepEqual(seqs(again.entries), range(1, log.LOG_ENTRIES_MAX + 1));
});

test("entries that wait are bounded, and filling brings all of them", () => {
  // Promise: a wide hole costs bounded memory and no entry.
  const ahead = messages(10, 10 + log.WAITING_ENTRIES_MAX + 50);
  const held = ahead.reduce(log.applyLive, loaded(1, 3));
  assert.equal(held.waiting.length, log.WAITING_ENTRIES_MAX);
  const filled = log.applyFill(log.applyFill(held, messages(4, 9)), messages(210, 260));
  assert.deepEqual(seqs(filled.entries), range(1, 260));
});

test("any order of arrival, losses and repeats ends in the whole log", () => {
  // Promise: as the sessions promise it (every entry, in order, none twice), whatever happens on the way.
  for (let turn = 0; turn < 300; turn++) {
    const seed = seedOf(turn);
    const random = randomFrom(seed);
    const size = 20 + random(60);
    let held = log.applyNewest(log.EMPTY_LOG, messages(1, random(10)));
    for (let step = 0; step < size * 3; step++) {
      held = oneStep(held, size, random);
      assert.deepEqual(seqs(held.entries), range(1, held.entries.length), `dense at all times, seed ${seed}`);
    }
    held = log.noteKnown(held, size);
    while (log.hasGap(held)) {
      held = log.applyFill(held, messages(log.lastSeq(held) + 1, Math.min(size, log.lastSeq(held) + 7)));
    }
    assert.deepEqual(seqs(held.entries), range(1, size), `complete at the end, seed ${seed}`);
  }
});

function oneStep(held: log.Log, size: number, random: (below: number) => number): log.Log {
  const arrived: Entry = message(1 + random(size));
  switch (random(6)) {
    case 0:
      return log.noteKnown(held, 1 + random(size));
    case 1:
      return log.hasGap(held) ? log.applyFill(held, messages(log.lastSeq(held) + 1, held.known)) : held;
    case 2:
      return log.applyLive(held, message(log.lastSeq(held) + 1 <= size ? log.lastSeq(held) + 1 : size));
    default:
      return log.applyLive(held, arrived);
  }
}
