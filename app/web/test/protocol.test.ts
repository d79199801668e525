import assert from "node:assert/strict";
import { test } from "node:test";
import { conversationOf, parseEntry, parseMembers, parseSummaries } from "../src/protocol";
import { HOSTILE } from "./hostile";

test("an entry is read, the offset is its number", () => {
  // Promise: the shapes of the contract.
  const body = { text: "hi" };
  const entry = parseEntry({ seq: 4, kind: "message", author: "1", time: 5, id: "x", body }, 7);
  assert.deepEqual(entry, { kind: "message", seq: 7, author: "1", time: 5, id: "x", text: "hi", recalled: false, edited: 0, reactions: new Map(), replyTo: 0, mentions: [] });
  assert.equal(parseEntry({ seq: 4, kind: "poll", author: "1" })?.kind, "other", "unknown kinds hold their place");
  assert.equal(parseEntry({ kind: "message" }), undefined, "no number, no entry");
});

test("broken data from outside makes defaults, not faults", () => {
  // Promise: the page survives whatever another client has put into a body.
  const bodies: unknown[] = [null, 1, "text", [], { text: 5 }, { text: null }, {}];
  for (const body of bodies) {
    const entry = parseEntry({ seq: 1, kind: "message", author: 5, id: {}, body });
    assert.equal(entry?.kind === "message" && entry.text, "");
  }
  for (const value of [null, 5, "x", [], {}, { conversations: 3 }]) {
    assert.deepEqual(parseSummaries(value), []);
    assert.equal(parseEntry(value), undefined);
    assert.deepEqual(parseMembers(value), []);
  }
});

test("hostile text is kept as it is", () => {
  // Promise: text is neither changed nor interpreted on the way in.
  for (const text of HOSTILE) {
    const entry = parseEntry({ seq: 1, kind: "message", body: { text } });
    assert.equal(entry?.kind === "message" && entry.text, text);
  }
  assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
});

test("channels of conversations are told from others", () => {
  // Promise: personal events are not taken for entries.
  assert.equal(conversationOf("c:12"), "12");
  assert.equal(conversationOf("u:12"), undefined);
  assert.equal(conversationOf("c:"), undefined);
});
