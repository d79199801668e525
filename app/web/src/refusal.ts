// What the server, or the SDK in its place, says when a command was not done.
import { fields } from "./protocol";

/** Codes that are temporary whatever else is said: busy, and outcome unknown. */
const TEMPORARY = new Set([111, 1005]);

/** A command that was refused or not answered. `temporary`: the same command may do better later. */
export class Refusal extends Error {
  readonly code: number;
  readonly temporary: boolean;

  constructor(fault: unknown) {
    const data = fields(fault);
    const code = typeof data["code"] === "number" ? data["code"] : 0;
    super(typeof data["message"] === "string" ? data["message"] : "no answer");
    this.code = code;
    this.temporary = code < 100 || data["temporary"] === true || TEMPORARY.has(code);
  }
}

const SENTENCES: Record<number, string> = {
  1001: "This conversation does not exist any more, or you are no member of it.",
  1002: "You are not allowed to do this.",
  1003: "This message is too long.",
  1004: "You are muted in this conversation.",
  1006: "There is no such account.",
  1007: "This group is full.",
  1008: "You cannot write to this person.",
  1009: "This message could not be matched with an earlier try. Please write it again.",
};

/** A refusal in words for a person. */
export function explain(fault: unknown): string {
  const refusal = fault instanceof Refusal ? fault : new Refusal(fault);
  const sentence = SENTENCES[refusal.code];
  if (sentence !== undefined) {
    return sentence;
  }
  return refusal.temporary ? "The server did not answer. Please try again." : "The server refused this.";
}
