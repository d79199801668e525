import assert from "node:assert/strict";
import { test } from "node:test";
import { changesOf, currentOf } from "../src/changes";
import type { Entry, MessageEntry } from "../src/protocol";
import { ME, message, OTHER, randomFrom, seedOf } from "./make";

const edit = (seq: number, target: number, text: string | undefined): Entry => ({ kind: "edit", seq, author: OTHER, time: 0, target, text });
const recall = (seq: number, target: number): Entry => ({ kind: "recall", seq, author: OTHER, time: 0, target });
const react = (seq: number, target: number, emoji: string, on: boolean, count: number, author = OTHER): Entry => ({
  kind: "reaction", seq, author, time: 0, target, emoji, on, count,
});

test("the last edit is shown, and one that the message shows already changes nothing", () => {
  const changes = changesOf([edit(2, 1, "b"), edit(3, 1, "c")], ME);
  assert.equal(currentOf(message(1), changes).text, "c");
  assert.equal(currentOf(message(1, OTHER, { text: "d", edited: 4 }), changes).text, "d");
  assert.equal(currentOf(message(1), changes).edited, true);
});

test("a deleted message shows nothing, whatever was done to it", () => {
  const changes = changesOf([edit(2, 1, undefined), react(3, 1, "👍", true, 1), recall(4, 1)], ME);
  const now = currentOf(message(1), changes);
  assert.deepEqual(now, { text: "", edited: false, recalled: true, reactions: [] });
});

test("a reaction whose words are gone changes nothing", () => {
  const now = currentOf(message(1, OTHER, { reactions: new Map([["👍", 3]]) }), changesOf([react(2, 1, "", false, 0)], ME));
  assert.deepEqual(now.reactions, [{ emoji: "👍", count: 3, mine: false }]);
});

test("reactions are counted by the server, and our own are known", () => {
  const changes = changesOf([react(2, 1, "👍", true, 4, ME), react(3, 1, "🎉", true, 1), react(4, 1, "🎉", false, 0)], ME);
  const now = currentOf(message(1, OTHER, { reactions: new Map([["👍", 3], ["😂", 2]]) }), changes);
  assert.deepEqual(now.reactions, [
    { emoji: "👍", count: 4, mine: true },
    { emoji: "😂", count: 2, mine: false },
  ]);
});

// From whatever number the page reads: applying what follows gives what a fresh read gives.
test("a page read at any time and the entries after it give the same", () => {
  for (let turn = 0; turn < 200; turn++) {
    const seed = seedOf(turn);
    const random = randomFrom(seed);
    const entries: Entry[] = [];
    let state = message(1);
    const read: MessageEntry[] = [state];
    for (let seq = 2; seq < 12; seq++) {
      const what = random(3);
      const count = random(4);
      if (what === 0) {
        state = { ...state, text: `edit ${seq}`, edited: seq };
        entries.push(edit(seq, 1, state.text));
      } else if (what === 1) {
        state = { ...state, reactions: new Map([...state.reactions, ["👍", count]]) };
        entries.push(react(seq, 1, "👍", count > 0, count));
      } else {
        entries.push(react(seq, 9, "👍", true, 1));
      }
      read.push(state);
    }
    const fresh = currentOf(state, changesOf([], ME));
    for (const [at, known] of read.entries()) {
      const from = random(at + 1);
      assert.deepEqual(currentOf(known, changesOf(entries.slice(from), ME)), fresh, `seed ${seed}, read after ${at}`);
    }
  }
});
