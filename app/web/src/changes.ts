// What later entries made of the messages of a log: edits, deletions, reactions. Pure.
//
// A message arrives as it is at the time of reading, and the entries that changed it follow. Each change says
// what holds after it, so applying it again, or applying one that the message shows already, does no harm.
import type { Entry, Id, MessageEntry } from "./protocol";

export interface Reaction {
  readonly emoji: string;
  readonly count: number;
  /** We are among those who reacted so. */
  readonly mine: boolean;
}

/** A message as it is now. */
export interface Current {
  readonly text: string;
  readonly edited: boolean;
  readonly recalled: boolean;
  readonly reactions: readonly Reaction[];
}

interface Change {
  text?: string;
  /** The number of the edit that brought the text. */
  edited: number;
  recalled: boolean;
  readonly counts: Map<string, number>;
  readonly mine: Map<string, boolean>;
}

export type Changes = ReadonlyMap<number, Change>;

/** The changes that the entries hold, by the number of the message that they concern. */
export function changesOf(entries: readonly Entry[], me: Id): Changes {
  const changes = new Map<number, Change>();
  for (const entry of entries) {
    if (entry.kind !== "edit" && entry.kind !== "recall" && entry.kind !== "reaction") {
      continue;
    }
    const change: Change = changes.get(entry.target) ?? { edited: 0, recalled: false, counts: new Map(), mine: new Map() };
    changes.set(entry.target, change);
    if (entry.kind === "recall") {
      change.recalled = true;
    } else if (entry.kind === "edit" && entry.text !== undefined) {
      change.text = entry.text;
      change.edited = entry.seq;
    } else if (entry.kind === "reaction" && entry.emoji !== "") {
      change.counts.set(entry.emoji, entry.count);
      if (entry.author === me) {
        change.mine.set(entry.emoji, entry.on);
      }
    }
  }
  return changes;
}

export function currentOf(message: MessageEntry, changes: Changes): Current {
  const change = changes.get(message.seq);
  if (message.recalled || change?.recalled === true) {
    return { text: "", edited: false, recalled: true, reactions: [] };
  }
  // A message that was read later than an edit shows what came of it.
  const edited = change?.text !== undefined && change.edited > message.edited;
  const counts = new Map([...message.reactions, ...(change?.counts ?? [])]);
  return {
    text: edited ? (change.text ?? "") : message.text,
    edited: edited || message.edited > 0,
    recalled: false,
    reactions: [...counts]
      .filter(([, count]) => count > 0)
      .map(([emoji, count]) => ({ emoji, count, mine: change?.mine.get(emoji) ?? false })),
  };
}
