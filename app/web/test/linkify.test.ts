import assert from "node:assert/strict";
import { test } from "node:test";
import { linkify } from "../src/linkify";
import { HOSTILE } from "./hostile";

const links = (text: string): string[] => linkify(text).flatMap((part) => part.href ?? []);
const whole = (text: string): string => linkify(text).map((part) => part.text).join("");

test("an address in a sentence links without what ends the sentence", () => {
  // Promise: links are what a reader would take for the address.
  assert.deepEqual(links("see https://example.org/a?b=1#c."), ["https://example.org/a?b=1#c"]);
  assert.deepEqual(links("http://a.test, HTTPS://B.test!"), ["http://a.test/", "https://b.test/"]);
  assert.deepEqual(links("(https://example.org/x_(y)) [https://a.test]"), ["https://example.org/x_(y)", "https://a.test/"]);
  assert.deepEqual(links("two\nhttps://a.test/1\nlines"), ["https://a.test/1"]);
});

test("the parts put together are the text, whatever it is", () => {
  // Promise: linking neither adds nor loses a character.
  for (const text of [...HOSTILE, "", "plain", "a https://b.test c http://d.test", "https://", "http://?"]) {
    assert.equal(whole(text), text);
  }
});

test("nothing but http and https becomes a link", () => {
  // Promise: text from others leads nowhere but to the web.
  for (const text of HOSTILE) {
    for (const href of links(text)) {
      const url = new URL(href);
      assert.match(url.protocol, /^https?:$/, text);
      assert.doesNotMatch(href, /["'<>\s]/, text);
    }
  }
});

test("an address that names a person in front of its host is no link", () => {
  // Promise: a link does not look as if it led to another host than it does.
  assert.deepEqual(links("https://bank.example@evil.test/"), []);
  assert.deepEqual(links("https://user:secret@evil.test/"), []);
});

test("random texts are kept and their links are web addresses", () => {
  // Promise: as above, for 5,000 texts of a printed seed.
  const seed = Number(process.env["PARLEY_SEED"] ?? Date.now() % 1_000_000);
  console.log(`seed ${seed}`);
  let state = seed || 1;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const pieces = ["http://", "https://", "a.test", "/", "?", "#", "(", ")", ".", ",", " ", "\"", "<", ">", "'", "@", ":", "\u202e", "\n", "javascript:", "data:", "%00", "é", "😀"];
  for (let turn = 0; turn < 5_000; turn++) {
    const text = Array.from({ length: random(12) }, () => pieces[random(pieces.length)]).join("");
    assert.equal(whole(text), text);
    links(text).forEach((href) => assert.match(href, /^https?:\/\/[^/]/, text));
  }
});
