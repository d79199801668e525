import assert from "node:assert/strict";
import { test } from "node:test";
import { AGE_MILLIS_MAX, readOutbox } from "../src/outbox";
import { ME } from "./make";

const NOW = 1_800_000_000_000;
const entry = (changes: object): object => ({ id: "a", text: "hi", time: NOW - 1_000, state: "pending", reason: "", replyTo: 0, mentions: [], ...changes });
const kept = (...items: readonly object[]): string =>
  JSON.stringify({ account: ME, items: items.map((item) => ({ conversation: "1", item })) });

test("what was on its way is read with its ids", () => {
  // Promise: a reload loses no message and sends none twice.
  const [found] = readOutbox(kept(entry({})), ME, NOW);
  assert.deepEqual(found, { conversation: "1", item: entry({}) });
});

test("what failed, or is old, waits for a person", () => {
  // Promise: nothing old is sent by surprise.
  const found = readOutbox(kept(entry({ state: "failed", reason: "why" }), entry({ time: NOW - AGE_MILLIS_MAX - 1 })), ME, NOW);
  assert.deepEqual(found.map(({ item }) => item.state), ["failed", "failed"]);
});

test("the outbox of somebody else, or a broken one, is not taken", () => {
  // Promise: nobody sends for another person.
  assert.deepEqual(readOutbox(kept(entry({})), "other", NOW), []);
  for (const broken of ["", "{", "null", "[]", "{\"items\":3}", kept({}), `{"account":"${ME}","items":[null,1]}`]) {
    assert.deepEqual(readOutbox(broken, ME, NOW), []);
  }
});
