// The part of a conversation's log that the page holds: entries without holes and without repeats, in the
// order of their numbers. Pure: each function answers a new log or the same one.
import type { Entry } from "./protocol";

/** Entries held at most; beyond it the oldest are let go, and paging upwards brings them back. */
export const LOG_ENTRIES_MAX = 2_000;
/** Entries that may wait behind a hole; more are let go, since filling the hole brings them too. */
export const WAITING_ENTRIES_MAX = 200;
const TRIM_ENTRIES = 500;

export interface Log {
  /** Ascending; empty until the newest page is there. */
  readonly entries: readonly Entry[];
  /** What came ahead of a hole, ascending. */
  readonly waiting: readonly Entry[];
  /** The highest number that is known to exist. */
  readonly known: number;
  readonly loaded: boolean;
  /** Nothing older is readable. */
  readonly atStart: boolean;
}

export const EMPTY_LOG: Log = { entries: [], waiting: [], known: 0, loaded: false, atStart: false };

export const firstSeq = (log: Log): number => log.entries[0]?.seq ?? 0;
export const lastSeq = (log: Log): number => log.entries.at(-1)?.seq ?? 0;

/** Whether entries are known to exist after the last one held. */
export const hasGap = (log: Log): boolean => log.loaded && log.known > lastSeq(log);

/** Notes that the conversation reaches to `seq`. */
export function noteKnown(log: Log, seq: number): Log {
  return seq > log.known ? { ...log, known: seq } : log;
}

/** Takes one entry as it arrives: the next one is held, an old one is ignored, one from the future waits. */
export function applyLive(log: Log, entry: Entry): Log {
  const noted = noteKnown(log, entry.seq);
  if (!log.loaded || entry.seq <= lastSeq(log)) {
    return noted;
  }
  if (entry.seq !== lastSeq(log) + 1) {
    return { ...noted, waiting: insert(log.waiting, entry) };
  }
  return trim(release({ ...noted, entries: [...log.entries, entry] }));
}

/** Takes the newest page (any order); what was held before is replaced, what came meanwhile is kept. */
export function applyNewest(log: Log, page: readonly Entry[]): Log {
  const entries = ascending(page);
  const start = entries.length === 0 || entries[0]?.seq === 1;
  const fresh = { ...log, entries, loaded: true, atStart: start };
  return entries.length === 0 ? settle(fresh) : release(noteKnown(fresh, lastSeq(fresh)));
}

/** Takes the page before the first entry held (any order); an empty one says that nothing is older. */
export function applyOlder(log: Log, page: readonly Entry[]): Log {
  const before = ascending(page).filter((entry) => entry.seq < firstSeq(log));
  const entries = [...before, ...log.entries];
  return { ...log, entries, atStart: before.length === 0 || entries[0]?.seq === 1 };
}

/**
 * Takes the page after the last entry held. It is the server's word on what follows, so the first entry need
 * not be the next number (older ones may not be readable any more); an empty page ends the search.
 */
export function applyFill(log: Log, page: readonly Entry[]): Log {
  const after = ascending(page).filter((entry) => entry.seq > lastSeq(log));
  if (after.length === 0) {
    return settle(log);
  }
  const filled = release({ ...log, entries: [...log.entries, ...after] });
  return trim(noteKnown(filled, lastSeq(filled)));
}

/** Nothing that is missing can be read: what waited follows directly. */
function settle(log: Log): Log {
  const held = { ...log, entries: [...log.entries, ...log.waiting], waiting: [] };
  return { ...held, known: lastSeq(held) };
}

/** Moves what waited, as far as it follows without a hole. */
function release(log: Log): Log {
  if (log.waiting.length === 0) {
    return log;
  }
  const entries = [...log.entries];
  const waiting: Entry[] = [];
  for (const entry of log.waiting) {
    const end = entries.at(-1)?.seq ?? 0;
    if (entry.seq === end + 1) {
      entries.push(entry);
    } else if (entry.seq > end) {
      waiting.push(entry);
    }
  }
  return { ...log, entries, waiting };
}

function insert(waiting: readonly Entry[], entry: Entry): readonly Entry[] {
  if (waiting.some((other) => other.seq === entry.seq)) {
    return waiting;
  }
  return ascending([...waiting, entry]).slice(0, WAITING_ENTRIES_MAX);
}

function ascending(page: readonly Entry[]): Entry[] {
  const sorted = [...page].sort((a, b) => a.seq - b.seq);
  return sorted.filter((entry, index) => entry.seq !== sorted[index - 1]?.seq);
}

function trim(log: Log): Log {
  if (log.entries.length <= LOG_ENTRIES_MAX) {
    return log;
  }
  return { ...log, entries: log.entries.slice(TRIM_ENTRIES), atStart: false };
}
