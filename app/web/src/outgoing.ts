// What a message on its way is for the server.
import type { Outgoing } from "./conversation";
import type { Id } from "./protocol";

/** A new message of ours. */
export const written = (text: string, replyTo: number, mentions: readonly Id[]): Outgoing => ({
  id: newId(),
  text,
  time: Date.now(),
  state: "pending",
  reason: "",
  replyTo,
  mentions,
});

/** What a message says, as the server takes it. */
export const contentOf = (item: Outgoing): object => ({
  body: { text: item.text },
  ...(item.replyTo === 0 ? {} : { replyTo: item.replyTo }),
  ...(item.mentions.length === 0 ? {} : { mentions: item.mentions }),
});

/** A random id also where the page is served without TLS and `randomUUID` is not offered. */
export function newId(): string {
  if (typeof crypto.randomUUID === "function") {
    return crypto.randomUUID();
  }
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
