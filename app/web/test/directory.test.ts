import assert from "node:assert/strict";
import { test } from "node:test";
import { Directory } from "../src/directory";
import type { Store } from "../src/store";
import { FakeCommands, liveStore, settle } from "./fake";
import { message } from "./make";

const view = (id: string, head: number): object => ({ id, kind: "group", title: `T${id}`, role: "member", head, messages: head, read: head, unread: 0 });

function world(): { store: Store; server: FakeCommands; directory: Directory } {
  const store = liveStore();
  const server = new FakeCommands();
  return { store, server, directory: new Directory(store, server) };
}

const ids = (store: Store): string[] => [...store.state.conversations.keys()].sort();

test("the list is read to its end, then what changed, with the cursor it gave", async () => {
  // Promise: after every connect the page knows all its conversations.
  const { store, server, directory } = world();
  server.answers.set("conversation.list", ({ after }) =>
    after === undefined ? { conversations: [view("1", 3)], next: "p2" } : { conversations: [view("2", 3)] },
  );
  server.answers.set("sync", ({ cursor }) =>
    cursor === undefined
      ? { conversations: [view("3", 1)], removed: [], cursor: "c1", has_more: true }
      : { conversations: [], removed: ["1"], cursor: "c2", has_more: false },
  );
  await directory.synchronise();
  assert.deepEqual(ids(store), ["2", "3"]);
  assert.equal(store.state.listed, true);
  server.asked.length = 0;
  await directory.synchronise();
  assert.deepEqual(server.asked, ['sync {"limit":200,"cursor":"c2"}'], "later only what changed");
});

test("an entry that comes before its conversation is known is not lost", async () => {
  // Promise: what is pushed while the list is loading counts.
  const { store, server, directory } = world();
  server.answers.set("conversation.list", () => {
    directory.entry("1", message(4));
    return { conversations: [view("1", 3)] };
  });
  server.answers.set("sync", () => ({ conversations: [], removed: [], cursor: "c", has_more: false }));
  await directory.synchronise();
  assert.deepEqual(
    [store.state.conversations.get("1")?.summary.head, store.state.conversations.get("1")?.summary.unread],
    [4, 1],
  );
});

test("an entry of an unknown conversation brings the conversation, once", async () => {
  // Promise: a conversation appears with its first entry.
  const { store, server, directory } = world();
  store.dispatch({ type: "listed" });
  server.answers.set("conversation.get", () => ({ ...view("5", 1), members: [] }));
  directory.entry("5", message(1));
  directory.entry("5", message(2));
  await settle();
  assert.equal(server.asked.length, 1);
  assert.equal(store.state.conversations.get("5")?.summary.head, 2);
});

test("two reconnects at once synchronise one after the other", async () => {
  // Promise: nothing that happened between the two is missed.
  const { server, directory } = world();
  server.answers.set("conversation.list", () => ({ conversations: [] }));
  server.answers.set("sync", () => ({ conversations: [], removed: [], cursor: "c", has_more: false }));
  const first = directory.synchronise();
  void directory.synchronise();
  void directory.synchronise();
  await first;
  await settle();
  assert.equal(server.asked.filter((what) => what.startsWith("sync")).length, 2);
});

test("creating asks with the same id again, and shows the conversation", async () => {
  // Promise: a press that is repeated makes one conversation.
  const { store, server, directory } = world();
  server.answers.set("conversation.create", () => ({ conversation: "8", seq: 2, created: true }));
  server.answers.set("conversation.get", () => ({ ...view("8", 2), members: [] }));
  server.failures = 1;
  await assert.rejects(directory.createDirect("k", "9"));
  assert.equal(await directory.createDirect("k", "9"), "8");
  const create = 'conversation.create {"id":"k","kind":"direct","with":"9"}';
  assert.deepEqual(server.asked.slice(0, 2), [create, create]);
  assert.deepEqual(ids(store), ["8"]);
});
