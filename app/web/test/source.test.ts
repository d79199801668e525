import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";

// The bundle of this test lies elsewhere; the runner says where the page's folder is.
const folder = path.join(process.env["PARLEY_WEB"] ?? ".", "src");
const files = fs.readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => path.join(folder, name));
const read = (ending: string): [string, string][] =>
  files.filter((file) => file.endsWith(ending)).map((file) => [file, fs.readFileSync(file, "utf8")]);

test("no source turns text into markup or code", () => {
  // Promise: text nodes only.
  const banned = /innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|setHTML|\beval\(|new Function|srcdoc/;
  assert.ok(read(".ts").length > 20);
  for (const [file, source] of read(".ts")) {
    assert.doesNotMatch(source, banned, file);
  }
});

test("the page has no inline script or style and asks no other host", () => {
  // Promise: the strict content security policy holds.
  for (const [file, source] of read(".html")) {
    assert.doesNotMatch(source, /<style|<script(?![^>]* src=)|\sstyle=|\son\w+=/, file);
    assert.doesNotMatch(source, /https?:\/\//, file);
  }
  for (const [file, source] of read(".css")) {
    assert.doesNotMatch(source, /url\(|https?:\/\//, file);
  }
});

test("files stay small", () => {
  // Promise: sizes of the conventions (at most 250 lines).
  for (const [file, source] of read(".ts")) {
    assert.ok(source.split("\n").length <= 250, file);
  }
});
