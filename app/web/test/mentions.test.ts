import assert from "node:assert/strict";
import { test } from "node:test";
import { handlesIn, piecesOf } from "../src/mentions";

test("handles are found in a text, addresses of mail are none", () => {
  assert.deepEqual(handlesIn("@Bob, ask @carol.x or bob@example.org and @ab"), ["bob", "carol.x"]);
  assert.deepEqual(handlesIn("Thanks @bob."), ["bob.", "bob"]);
  assert.deepEqual(handlesIn("@bob @bob"), ["bob"]);
});

test("only those who are mentioned stand alone, and no sign of the text is lost", () => {
  const text = "Hi @bob. and @dave";
  const pieces = piecesOf(text, ["bob"]);
  assert.deepEqual(pieces.filter((piece) => piece.handle).map((piece) => piece.text), ["@bob"]);
  assert.equal(pieces.map((piece) => piece.text).join(""), text);
  assert.deepEqual(piecesOf("", []), []);
});
