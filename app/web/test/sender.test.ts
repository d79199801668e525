import assert from "node:assert/strict";
import { test } from "node:test";
import type { Outgoing } from "../src/conversation";
import { Refusal } from "../src/refusal";
import { ATTEMPTS_MAX, Sender, type SenderPort, type Sent } from "../src/sender";

const item = (id: string): Outgoing => ({ id, text: id, time: 0, state: "pending", reason: "", replyTo: 0, mentions: [] });
const temporary = (): Refusal => new Refusal({ code: 111, message: "busy", temporary: true });
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A server that answers by a script: each call takes the next answer, or stores the message. */
class FakeServer implements SenderPort {
  connected = true;
  readonly log: string[] = [];
  readonly tried: string[] = [];
  readonly failures: string[] = [];
  readonly delays: number[] = [];
  script: (Refusal | "stored, answer lost")[] = [];

  async send(_: string, sent: Outgoing): Promise<Sent> {
    this.tried.push(sent.id);
    const next = this.script.shift();
    if (next instanceof Refusal) {
      throw next;
    }
    if (!this.log.includes(sent.id)) {
      this.log.push(sent.id);
    }
    if (next !== undefined) {
      throw new Refusal({ code: 1, message: "timeout" });
    }
    return { seq: this.log.indexOf(sent.id) + 1, time: 1 };
  }

  online = (): boolean => this.connected;
  delay = async (millis: number): Promise<void> => void this.delays.push(millis);
  sent = (): void => undefined;
  failed = (_: string, failed: Outgoing): void => void this.failures.push(failed.id);
}

async function run(server: FakeServer, ids: readonly string[]): Promise<Sender> {
  const sender = new Sender(server);
  ids.forEach((id) => sender.add("1", item(id)));
  for (let turn = 0; turn < 40; turn++) {
    await settle();
  }
  return sender;
}

test("an unanswered send is repeated with the same id, and later ones wait for it", async () => {
  // Promise: one message stays one message, and the order stays.
  const server = new FakeServer();
  server.script = ["stored, answer lost", temporary(), temporary()];
  await run(server, ["a", "b", "c"]);
  assert.deepEqual(server.tried, ["a", "a", "a", "a", "b", "c"]);
  assert.deepEqual(server.log, ["a", "b", "c"]);
  assert.deepEqual(server.failures, []);
});

test("a final refusal fails that message only", async () => {
  // Promise: one bad message does not hold the others up.
  const server = new FakeServer();
  server.script = [new Refusal({ code: 1002, message: "not permitted" })];
  await run(server, ["a", "b"]);
  assert.deepEqual([server.failures, server.log], [["a"], ["b"]]);
});

test("outcome unknown is temporary, whatever the flag says", async () => {
  // Promise: code 1005 means to send again with the same id.
  const server = new FakeServer();
  server.script = [new Refusal({ code: 1005, message: "outcome unknown" })];
  await run(server, ["a"]);
  assert.deepEqual([server.tried, server.failures], [["a", "a"], []]);
});

test("tries are bounded, with growing pauses", async () => {
  // Promise: the page gives up and says so.
  const server = new FakeServer();
  server.script = Array.from({ length: 100 }, temporary);
  await run(server, ["a"]);
  assert.equal(server.tried.length, ATTEMPTS_MAX);
  assert.deepEqual(server.failures, ["a"]);
  assert.deepEqual(server.delays, [500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
});

test("nothing is tried while the connection is down, and all of it when it is back", async () => {
  // Promise: what is written offline is sent later, in order.
  const server = new FakeServer();
  server.connected = false;
  const sender = await run(server, ["a", "b"]);
  assert.deepEqual(server.tried, []);
  server.connected = true;
  sender.wake();
  for (let turn = 0; turn < 20; turn++) {
    await settle();
  }
  assert.deepEqual(server.log, ["a", "b"]);
});

test("a failed message can be sent again, as the same message", async () => {
  // Promise: the retry button repeats the id.
  const server = new FakeServer();
  server.script = [new Refusal({ code: 1007, message: "full" })];
  const sender = await run(server, ["a"]);
  assert.deepEqual(server.failures, ["a"]);
  sender.add("1", item("a"));
  await settle();
  assert.deepEqual(server.tried, ["a", "a"]);
});

test("after signing out nothing is sent any more", async () => {
  // Promise: a stopped sender is silent.
  const server = new FakeServer();
  server.connected = false;
  const sender = await run(server, ["a"]);
  sender.stop();
  server.connected = true;
  await settle();
  assert.deepEqual(server.tried, []);
});
