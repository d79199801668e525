// How names, times and notes are put into words. Pure, apart from the language of the formats, which is fixed
// when they are made.
import type { Account, Entry, Id, MemberEntry } from "./protocol";

export const HUES = 12;

/** One of `HUES` colours, always the same for the same id. */
export function hueOf(id: Id): number {
  let hash = 0;
  for (const sign of id) {
    hash = (Math.imul(hash, 31) + (sign.codePointAt(0) ?? 0)) | 0;
  }
  // Ids of one time differ in few bits: spread them over all.
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return ((hash ^ (hash >>> 16)) >>> 0) % HUES;
}

const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: "grapheme" });

function firstGrapheme(word: string): string {
  for (const { segment } of GRAPHEMES.segment(word)) {
    return segment;
  }
  return "";
}

/** One or two capital letters that stand for a name. */
export function initials(name: string): string {
  const words = name.split(/[\s._-]+/u).filter((word) => /[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(word));
  const [first, ...rest] = words;
  const last = rest.at(-1);
  return (firstGrapheme(first ?? "?") + (last === undefined ? "" : firstGrapheme(last))).toLocaleUpperCase();
}

export type Names = ReadonlyMap<Id, Account>;

export const nameOf = (names: Names, id: Id): string => names.get(id)?.displayName ?? "Somebody";

/** A piece of a note; names are marked, so that they can be set apart and isolated in writing direction. */
export interface NotePart {
  readonly text: string;
  readonly name: boolean;
}

const plain = (text: string): NotePart => ({ text, name: false });
const called = (text: string): NotePart => ({ text, name: true });

/** A member or title entry as a sentence; nothing for an entry that makes no note. */
export function noteOf(entry: Entry, names: Names, me: Id): readonly NotePart[] {
  const who = called(entry.author === me ? "You" : nameOf(names, entry.author));
  switch (entry.kind) {
    case "title":
      return [who, plain(" named the group "), called(entry.title)];
    case "member":
      return memberNote(entry, who, names, me);
    default:
      return [];
  }
}

function memberNote(entry: MemberEntry, who: NotePart, names: Names, me: Id): readonly NotePart[] {
  const whom = called(entry.account === me ? "you" : nameOf(names, entry.account));
  const self = entry.author === entry.account;
  switch (entry.change) {
    case "added":
      return self ? [who, plain(" started the conversation")] : [who, plain(" added "), whom];
    case "removed":
      return self ? [who, plain(" left")] : [who, plain(" removed "), whom];
    case "left":
      return [who, plain(" left")];
    case "role":
      return [who, plain(" made "), whom, plain(entry.role === "member" ? " a member" : ` an ${entry.role}`)];
    case "muted":
      return [who, plain(entry.until > 0 ? " muted " : " unmuted "), whom];
    default:
      return [];
  }
}

/** What somebody did to a message, for the list; nothing for other entries. */
function actionOf(entry: Entry): string {
  switch (entry.kind) {
    case "edit":
      return "edited a message";
    case "recall":
      return "deleted a message";
    case "reaction":
      return entry.on ? `reacted ${entry.emoji}` : "took a reaction back";
    default:
      return "";
  }
}

/** One line that stands for an entry in the list. */
export function previewOf(entry: Entry | undefined, names: Names, me: Id, group: boolean): string {
  if (entry === undefined) {
    return "";
  }
  const acted = actionOf(entry);
  if (acted !== "") {
    return `${entry.author === me ? "You" : nameOf(names, entry.author)} ${acted}`;
  }
  if (entry.kind !== "message") {
    return noteOf(entry, names, me)
      .map((part) => part.text)
      .join("");
  }
  const said = entry.recalled ? "Message deleted" : entry.text.replace(/\s+/gu, " ").slice(0, 200);
  if (entry.author === me) {
    return `You: ${said}`;
  }
  return group ? `${nameOf(names, entry.author)}: ${said}` : said;
}

/** Who is typing, as a sentence; nothing when nobody is. */
export function typingWords(names: readonly string[]): string {
  switch (names.length) {
    case 0:
      return "";
    case 1:
      return `${names[0]} is typing`;
    case 2:
      return `${names[0]} and ${names[1]} are typing`;
    default:
      return "Several people are typing";
  }
}

export interface Formats {
  clock(time: number): string;
  /** A day of a conversation: Today, Yesterday, or the date. */
  day(time: number, now: number): string;
  /** For the list: the clock today, then shorter forms of the date. */
  brief(time: number, now: number): string;
  full(time: number): string;
}

/** Identifies the local day of a time. */
export function dayOf(time: number): string {
  const date = new Date(time);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}

function dayBefore(now: number): string {
  const date = new Date(now);
  return dayOf(new Date(date.getFullYear(), date.getMonth(), date.getDate() - 1, 12).getTime());
}

export function formats(language?: string): Formats {
  const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" });
  const weekday = new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long" });
  const date = new Intl.DateTimeFormat(language, { day: "numeric", month: "long", year: "numeric" });
  const short = new Intl.DateTimeFormat(language, { day: "numeric", month: "short" });
  const shortYear = new Intl.DateTimeFormat(language, { day: "numeric", month: "numeric", year: "2-digit" });
  const full = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "medium" });
  const sameYear = (time: number, now: number) => new Date(time).getFullYear() === new Date(now).getFullYear();
  return {
    clock: (time) => clock.format(time),
    day: (time, now) => relative(time, now) ?? (sameYear(time, now) ? weekday : date).format(time),
    brief: (time, now) =>
      dayOf(time) === dayOf(now)
        ? clock.format(time)
        : (relative(time, now) ?? (sameYear(time, now) ? short : shortYear).format(time)),
    full: (time) => full.format(time),
  };
}

function relative(time: number, now: number): string | undefined {
  if (dayOf(time) === dayOf(now)) {
    return "Today";
  }
  return dayOf(time) === dayBefore(now) ? "Yesterday" : undefined;
}
