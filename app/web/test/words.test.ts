import assert from "node:assert/strict";
import { test } from "node:test";
import { formats, HUES, hueOf, initials, previewOf } from "../src/words";
import { ME, message, OTHER } from "./make";

const names = new Map([[OTHER, { id: OTHER, handle: "bob", displayName: "Bob" }]]);

test("initials are whole characters of the first and last word", () => {
  // Promise: names in any writing get an avatar.
  assert.equal(initials("Alice Ånström"), "AÅ");
  assert.equal(initials("bob"), "B");
  assert.equal(initials("Ada de Lovelace"), "AL");
  assert.equal(initials("👩‍👩‍👧 family"), "👩‍👩‍👧F");
  assert.equal(initials("東京"), "東");
  assert.equal(initials("<b>"), "<");
  assert.equal(initials("  "), "?");
});

test("an id keeps its hue, and neighbours differ", () => {
  // Promise: stable colours that tell people apart.
  const ids = Array.from({ length: 1_200 }, (_, index) => String(7_000_000_000_000_000n + BigInt(index)));
  const hues = ids.map(hueOf);
  assert.deepEqual(ids.map(hueOf), hues);
  const counts = Array.from({ length: HUES }, (_, hue) => hues.filter((other) => other === hue).length);
  assert.ok(counts.every((number) => number > 50 && number < 170), `spread evenly: ${counts.join(" ")}`);
});

test("one line stands for an entry", () => {
  // Promise: the list shows who said what, in one line.
  assert.equal(previewOf(message(1, OTHER, { text: "a\n b" }), names, ME, true), "Bob: a b");
  assert.equal(previewOf(message(1, OTHER, { text: "a" }), names, ME, false), "a");
  assert.equal(previewOf(message(1, ME, { text: "a" }), names, ME, true), "You: a");
  assert.equal(previewOf(message(1, OTHER, { recalled: true, text: "" }), names, ME, false), "Message deleted");
  assert.equal(previewOf(message(1, "300"), names, ME, true), "Somebody: text 1");
  assert.equal(previewOf(undefined, names, ME, true), "");
});

test("times in the list are short", () => {
  // Promise: the clock today, then the day.
  const form = formats("en-GB");
  const now = new Date(2026, 4, 20, 12).getTime();
  assert.equal(form.brief(new Date(2026, 4, 20, 9, 5).getTime(), now), "09:05");
  assert.equal(form.brief(new Date(2026, 4, 19, 23).getTime(), now), "Yesterday");
  assert.equal(form.brief(new Date(2026, 0, 3).getTime(), now), "3 Jan");
  assert.equal(form.brief(new Date(2024, 0, 3).getTime(), now), "03/01/24");
});
