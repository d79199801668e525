import assert from "node:assert/strict";
import { test } from "node:test";
import { linkify } from "../src/linkify";

const links = (text: string) => linkify(text).flatMap((part) => part.href ?? []);

test("an address in a sentence links without what ends the sentence", () => {
  assert.deepEqual(links("see https://example.org/a?b=1#c."), ["https://example.org/a?b=1#c"]);
  assert.deepEqual(links("(https://example.org/x_(y))"), ["https://example.org/x_(y)"]);
  assert.deepEqual(links("http://a.test, HTTPS://B.test!"), ["http://a.test/", "https://b.test/"]);
});
