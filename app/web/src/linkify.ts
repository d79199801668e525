// Finds web addresses in text. Pure: the parts put together are the text again, and only an address that a
// URL parser takes as http or https becomes a link.

export interface TextPart {
  readonly text: string;
  /** Where the part links to; absent in plain text. */
  readonly href?: string;
}

const CANDIDATE = /https?:\/\/[^\s<>"'`\u0000-\u001f\u007f\u200b-\u200f\u2028-\u202e\u2066-\u2069]+/giu;
const TRAILING = /[.,:;!?…*_~|]+$/u;
const PAIRS: Record<string, string> = { ")": "(", "]": "[", "}": "{" };

export function linkify(text: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let done = 0;
  for (const match of text.matchAll(CANDIDATE)) {
    const shown = withoutTail(match[0]);
    const href = address(shown);
    if (href === undefined) {
      continue;
    }
    if (match.index > done) {
      parts.push({ text: text.slice(done, match.index) });
    }
    parts.push({ text: shown, href });
    done = match.index + shown.length;
  }
  if (done < text.length) {
    parts.push({ text: text.slice(done) });
  }
  return parts;
}

/** What ends a sentence does not belong to the address, nor does a bracket that was opened before it. */
function withoutTail(candidate: string): string {
  let shown = candidate;
  for (;;) {
    const cut = shown.replace(TRAILING, "");
    const last = cut.at(-1) ?? "";
    const opening = PAIRS[last];
    const closed = opening !== undefined && occurrences(cut, last) > occurrences(cut, opening);
    const next = closed ? cut.slice(0, -1) : cut;
    if (next === shown) {
      return shown;
    }
    shown = next;
  }
}

const occurrences = (text: string, sign: string): number => text.split(sign).length - 1;

function address(candidate: string): string | undefined {
  if (!URL.canParse(candidate)) {
    return undefined;
  }
  const url = new URL(candidate);
  const safe = (url.protocol === "http:" || url.protocol === "https:") && url.hostname !== "";
  // A name and password in front of the host only serve to make a foreign host look like a known one.
  return safe && url.username === "" && url.password === "" ? url.href : undefined;
}
