import assert from "node:assert/strict";
import { test } from "node:test";
import { Signals, TYPING_SAID_MILLIS } from "../src/signals";
import { FakeCommands, liveStore, settle } from "./fake";
import { ME, message, OTHER, summary } from "./make";

function looking() {
  const [store, commands] = [liveStore(), new FakeCommands()];
  store.dispatch({ type: "summaries", summaries: [summary({ head: 2 })] });
  store.dispatch({ type: "newest", conversation: "1", page: [message(1), message(2, ME)] });
  return { store, commands, signals: new Signals(store, commands) };
}

test("typing is said at most once in a while, and again after a message was sent", () => {
  const { commands, signals } = looking();
  signals.typing("1", 10_000);
  signals.typing("1", 10_000 + TYPING_SAID_MILLIS - 1);
  assert.equal(commands.asked.length, 1);
  signals.sent("1");
  signals.typing("1", 10_001);
  assert.deepEqual(commands.asked, Array(2).fill('send {"type":"typing","conversation":"1"}'));
});

test("somebody who types is shown until they send or time has passed", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const { store, signals } = looking();
  const typing = () => [...(store.state.conversations.get("1")?.typing.keys() ?? [])];
  signals.take("1", { type: "typing", account: OTHER });
  assert.deepEqual(typing(), [OTHER]);
  store.dispatch({ type: "entry", conversation: "1", entry: message(3, OTHER) });
  assert.deepEqual(typing(), []);
  signals.take("1", { type: "typing", account: OTHER });
  context.mock.timers.tick(4_000);
  signals.take("1", { type: "typing", account: OTHER });
  context.mock.timers.tick(4_000);
  assert.deepEqual(typing(), [OTHER], "the second sign counts");
  context.mock.timers.tick(2_000);
  assert.deepEqual(typing(), []);
  signals.take("1", { type: "typing", account: ME });
  assert.deepEqual(typing(), [], "we do not see ourselves");
});

test("who is there and who has read is asked once, and told by events", async () => {
  const { store, commands, signals } = looking();
  commands.there = [OTHER];
  commands.answers.set("receipts", () => ({ count: 1, accounts: [{ account: OTHER, seq: 2 }] }));
  await signals.look("1");
  await signals.look("1");
  await settle();
  assert.equal(store.state.online.get(OTHER), true);
  assert.equal(store.state.conversations.get("1")?.reads.get(OTHER), 2);
  assert.equal(commands.asked.filter((asked) => asked.startsWith("receipts")).length, 1);
  signals.take("1", { type: "presence", account: OTHER, online: false });
  signals.take("1", { type: "read", account: OTHER, seq: 1 });
  assert.equal(store.state.online.get(OTHER), false);
  assert.equal(store.state.conversations.get("1")?.reads.get(OTHER), 2, "a marker never goes back");
});
