// What is on its way out, kept in this tab over a reload. The ids stay, so nothing is sent twice.
import type { Outgoing } from "./conversation";
import { count, fields, id as idOf, type Id, parseIds, text } from "./protocol";
import type { State } from "./store";

const KEY = "parley.outbox";
/** What is older is not sent by itself any more. */
export const AGE_MILLIS_MAX = 24 * 60 * 60 * 1000;

export interface Kept {
  readonly conversation: Id;
  readonly item: Outgoing;
}

let written = "";

/** Writes down what the server has not answered for; only when it changed. */
export function keepOutbox(state: State): void {
  if (state.me === undefined || !state.listed) {
    return;
  }
  const items = [...state.conversations].flatMap(([conversation, { outbox }]) =>
    outbox.filter((item) => item.state !== "sent").map((item) => ({ conversation, item })),
  );
  const next = items.length === 0 ? "" : JSON.stringify({ account: state.me.id, items });
  if (next !== written) {
    written = next;
    write(next);
  }
}

export function keptOutbox(account: Id): readonly Kept[] {
  try {
    return readOutbox(sessionStorage.getItem(KEY) ?? "", account, Date.now());
  } catch {
    return [];
  }
}

export function forgetOutbox(): void {
  written = "";
  write("");
}

/** Reads what was written, if it is of this account; old messages wait for a person to send them. */
export function readOutbox(kept: string, account: Id, now: number): readonly Kept[] {
  let data: unknown;
  try {
    data = JSON.parse(kept === "" ? "{}" : kept);
  } catch {
    return [];
  }
  const items = fields(data)["items"];
  if (idOf(fields(data)["account"]) !== account || !Array.isArray(items)) {
    return [];
  }
  return items.flatMap((value: unknown) => readItem(fields(value), now) ?? []);
}

function readItem(value: Readonly<Record<string, unknown>>, now: number): Kept | undefined {
  const item = fields(value["item"]);
  const [conversation, id, time] = [idOf(value["conversation"]), text(item["id"]), count(item["time"])];
  if (conversation === "" || id === "") {
    return undefined;
  }
  const old = now - time > AGE_MILLIS_MAX;
  const failed = old || item["state"] === "failed";
  const reason = old ? "It was written a while ago." : text(item["reason"]);
  const kept: Outgoing = {
    id,
    text: text(item["text"]),
    time,
    state: failed ? "failed" : "pending",
    reason,
    replyTo: count(item["replyTo"]),
    mentions: parseIds(item["mentions"]),
  };
  return { conversation, item: kept };
}

function write(value: string): void {
  try {
    if (value === "") {
      sessionStorage.removeItem(KEY);
    } else {
      sessionStorage.setItem(KEY, value);
    }
  } catch {
    // A browser that keeps nothing for us forgets it with the page.
  }
}
