// A server for one conversation list, of the narrow kind that the parts of the page ask.
import type { Entry, Id } from "../src/protocol";
import { Refusal } from "../src/refusal";
import type { Commands, PageRequest } from "../src/session";
import { Store } from "../src/store";
import { ME } from "./make";

export class FakeCommands implements Commands {
  online = true;
  readonly asked: string[] = [];
  readonly answers = new Map<string, (data: Record<string, unknown>) => unknown>();
  readonly logs = new Map<Id, Entry[]>();
  there: Id[] = [];
  /** So many commands from now on are not answered. */
  failures = 0;

  async rpc(method: string, data: unknown): Promise<unknown> {
    this.#ask(`${method} ${JSON.stringify(data)}`);
    return this.answers.get(method)?.(data as Record<string, unknown>);
  }

  async history(conversation: Id, { limit, reverse, since }: PageRequest): Promise<Entry[]> {
    this.#ask(`history ${conversation} ${reverse === true ? "before" : "after"} ${since ?? "-"}`);
    const log = this.logs.get(conversation) ?? [];
    const wanted = log.filter(({ seq }) => since === undefined || (reverse === true ? seq < since : seq > since));
    return (reverse === true ? wanted.reverse() : wanted).slice(0, limit);
  }

  send(data: unknown): void {
    this.#ask(`send ${JSON.stringify(data)}`);
  }

  async presence(conversation: Id): Promise<Id[]> {
    this.#ask(`presence ${conversation}`);
    return this.there;
  }

  #ask(what: string): void {
    this.asked.push(what);
    if (this.failures > 0) {
      this.failures--;
      throw new Refusal({ code: 1, message: "timeout" });
    }
  }
}

/** A store whose listeners hear at once, of somebody who is signed in and connected. */
export function liveStore(): Store {
  const store = new Store((work) => work());
  store.dispatch({ type: "signed-in", me: { id: ME, handle: "me", displayName: "Me" } });
  store.dispatch({ type: "link", link: "online" });
  return store;
}

/** Lets everything that is ready run. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) {
    await Promise.resolve();
  }
}
