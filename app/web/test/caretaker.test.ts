import assert from "node:assert/strict";
import { mock, test, type TestContext } from "node:test";
import { Caretaker, FILL_ENTRIES_MAX, GRACE_MILLIS } from "../src/caretaker";
import { Refusal } from "../src/refusal";
import type { Store } from "../src/store";
import { FakeCommands, liveStore, settle } from "./fake";
import { message, messages, OTHER, range, seqs, summary } from "./make";

interface World {
  readonly store: Store;
  readonly server: FakeCommands;
  readonly caretaker: Caretaker;
  pass(millis: number): Promise<void>;
}

function world(context: TestContext): World {
  mock.timers.enable({ apis: ["setTimeout"] });
  context.after(() => mock.timers.reset());
  const store = liveStore();
  const server = new FakeCommands();
  const caretaker = new Caretaker(store, server);
  store.listen((state) => caretaker.look(state));
  const pass = async (millis: number): Promise<void> => {
    mock.timers.tick(millis);
    await settle();
  };
  return { store, server, caretaker, pass };
}

function open(store: Store, head: number): void {
  const last = message(head);
  store.dispatch({ type: "summaries", summaries: [summary({ head, messages: head, last })] });
  store.dispatch({ type: "newest", conversation: "1", page: messages(1, head) });
  store.dispatch({ type: "names", accounts: [{ id: OTHER, handle: "o", displayName: "O" }] });
  store.dispatch({ type: "listed" });
}

const held = (store: Store): number[] => seqs(store.state.conversations.get("1")?.log.entries ?? []);

test("a hole that closes by itself is not asked for", async (context) => {
  // Promise: entries that come late but in time cost no request.
  const { store, server, pass } = world(context);
  open(store, 3);
  store.dispatch({ type: "known", conversation: "1", seq: 5 });
  await pass(GRACE_MILLIS / 2);
  store.dispatch({ type: "entry", conversation: "1", entry: message(4) });
  store.dispatch({ type: "entry", conversation: "1", entry: message(5) });
  await pass(GRACE_MILLIS * 2);
  assert.deepEqual(server.asked, []);
  assert.deepEqual(held(store), range(1, 5));
});

test("a hole is filled from history, page by page", async (context) => {
  // Promise: what a failed recovery left out is loaded, nothing missing and nothing twice.
  const { store, server, pass } = world(context);
  server.logs.set("1", messages(1, 250));
  open(store, 3);
  store.dispatch({ type: "known", conversation: "1", seq: 250 });
  await pass(GRACE_MILLIS);
  assert.deepEqual(server.asked.slice(0, 3), ["history 1 after 3", "history 1 after 103", "history 1 after 203"]);
  assert.deepEqual(held(store), range(1, 250));
});

test("a very wide hole starts over from the newest page", async (context) => {
  // Promise: coming back after a long time costs one page.
  const { store, server, pass } = world(context);
  const size = FILL_ENTRIES_MAX + 100;
  server.logs.set("1", messages(1, size));
  open(store, 3);
  store.dispatch({ type: "known", conversation: "1", seq: size });
  await pass(GRACE_MILLIS);
  assert.equal(server.asked[0], "history 1 before -");
  assert.deepEqual(held(store), range(size - 49, size));
  assert.equal(store.state.conversations.get("1")?.log.atStart, false);
});

test("a repair that was not answered is tried again", async (context) => {
  // Promise: one lost answer does not leave a hole.
  const { store, server, pass } = world(context);
  server.logs.set("1", messages(1, 5));
  server.failures = 1;
  open(store, 3);
  store.dispatch({ type: "known", conversation: "1", seq: 5 });
  await pass(GRACE_MILLIS);
  assert.deepEqual(held(store), range(1, 3));
  await pass(3_000);
  await pass(GRACE_MILLIS);
  assert.deepEqual(held(store), range(1, 5));
});

test("counts that skipped something are asked for, once", async (context) => {
  // Promise: the unread count is the server's after a gap.
  const { store, server, pass } = world(context);
  const answer = { id: "1", kind: "group", head: 9, messages: 8, unread: 6, read: 2 };
  server.answers.set("conversation.get", () => answer);
  server.logs.set("1", messages(1, 9));
  open(store, 3);
  store.dispatch({ type: "entry", conversation: "1", entry: message(9) });
  store.dispatch({ type: "entry", conversation: "1", entry: message(9) });
  await pass(GRACE_MILLIS);
  assert.equal(server.asked.filter((what) => what.startsWith("conversation.get")).length, 1);
  assert.equal(store.state.conversations.get("1")?.summary.unread, 6);
});

test("a name is asked for once, however often it is wanted", async (context) => {
  // Promise: names are cached.
  const { store, server, caretaker, pass } = world(context);
  server.answers.set("account.get", ({ account }) => ({ id: account, handle: "bob", displayName: "Bob" }));
  caretaker.wantName("7", store.state);
  caretaker.wantName("7", store.state);
  await pass(0);
  caretaker.wantName("7", store.state);
  await pass(0);
  assert.equal(server.asked.length, 1);
  assert.equal(store.state.names.get("7")?.displayName, "Bob");
});

test("whose account was deleted has a name that says so, and is asked for once", async (context) => {
  // Promise: old conversations show without asking the server again and again.
  const { store, server, caretaker, pass } = world(context);
  server.answers.set("account.get", () => {
    throw new Refusal({ code: 1006, message: "no such account" });
  });
  caretaker.wantName("7", store.state);
  await pass(0);
  await pass(10_000);
  caretaker.wantName("7", store.state);
  await pass(0);
  assert.equal(server.asked.length, 1);
  assert.deepEqual(store.state.names.get("7"), { id: "7", handle: "", displayName: "Deleted account" });
});

test("nothing is repaired while the connection is down", async (context) => {
  // Promise: the page waits for the connection instead of asking into nothing.
  const { store, server, pass } = world(context);
  open(store, 3);
  store.dispatch({ type: "link", link: "offline" });
  store.dispatch({ type: "known", conversation: "1", seq: 9 });
  await pass(60_000);
  assert.deepEqual(server.asked, []);
});
