// Sends messages: one at a time per conversation, so they keep their order, and each until it is answered,
// always with the same client message id, so a repeat is not a second message.
import type { Outgoing } from "./conversation";
import type { Id } from "./protocol";
import { Refusal } from "./refusal";

export const ATTEMPTS_MAX = 8;
const FIRST_DELAY_MILLIS = 500;
const DELAY_MILLIS_MAX = 8_000;

export interface Sent {
  readonly seq: number;
  readonly time: number;
}

/** What sending needs from the rest of the page. */
export interface SenderPort {
  send(conversation: Id, item: Outgoing): Promise<Sent>;
  online(): boolean;
  delay(millis: number): Promise<void>;
  sent(conversation: Id, item: Outgoing, sent: Sent): void;
  failed(conversation: Id, item: Outgoing, refusal: Refusal): void;
}

export class Sender {
  readonly #port: SenderPort;
  readonly #queues = new Map<Id, Outgoing[]>();
  #wakers: (() => void)[] = [];
  #stopped = false;

  constructor(port: SenderPort) {
    this.#port = port;
  }

  /** Takes a message on its way; also one that failed before. */
  add(conversation: Id, item: Outgoing): void {
    const queue = this.#queues.get(conversation);
    if (queue !== undefined) {
      queue.push(item);
      return;
    }
    const fresh = [item];
    this.#queues.set(conversation, fresh);
    void this.#drain(conversation, fresh);
  }

  /** Says that the connection is there (again). */
  wake(): void {
    const wakers = this.#wakers;
    this.#wakers = [];
    wakers.forEach((waker) => waker());
  }

  stop(): void {
    this.#stopped = true;
    this.#queues.clear();
    this.wake();
  }

  async #drain(conversation: Id, queue: Outgoing[]): Promise<void> {
    for (let item = queue[0]; item !== undefined && !this.#stopped; item = queue[0]) {
      await this.#deliver(conversation, item);
      queue.shift();
    }
    if (this.#queues.get(conversation) === queue) {
      this.#queues.delete(conversation);
    }
  }

  async #deliver(conversation: Id, item: Outgoing): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      await this.#connection();
      if (this.#stopped) {
        return;
      }
      const refusal = await this.#attempt(conversation, item);
      if (refusal === undefined) {
        return;
      }
      // What an attempt met while the connection was down says nothing about the message.
      if (!refusal.temporary || (attempt >= ATTEMPTS_MAX && this.#port.online())) {
        this.#port.failed(conversation, item, refusal);
        return;
      }
      await this.#port.delay(Math.min(DELAY_MILLIS_MAX, FIRST_DELAY_MILLIS * 2 ** (attempt - 1)));
    }
  }

  async #attempt(conversation: Id, item: Outgoing): Promise<Refusal | undefined> {
    try {
      this.#port.sent(conversation, item, await this.#port.send(conversation, item));
      return undefined;
    } catch (fault) {
      return fault instanceof Refusal ? fault : new Refusal(fault);
    }
  }

  async #connection(): Promise<void> {
    while (!this.#port.online() && !this.#stopped) {
      await new Promise<void>((resolve) => this.#wakers.push(resolve));
    }
  }
}
