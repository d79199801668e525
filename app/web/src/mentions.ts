// Who is meant by an @ and a handle in a text. Pure.

export interface Piece {
  readonly text: string;
  /** The piece is an @ with a handle. */
  readonly handle: boolean;
}

const HANDLE = /(?<![a-z0-9_.@])@([a-z0-9_.]{3,32})/giu;

/** The handles that a text names, in small letters, each once. A dot at the end belongs to the sentence. */
export function handlesIn(text: string): string[] {
  const found = [...text.matchAll(HANDLE)].flatMap((match) => spellings(match[1] ?? ""));
  return [...new Set(found)];
}

function spellings(written: string): string[] {
  const handle = written.toLowerCase();
  const without = handle.replace(/\.+$/u, "");
  return without === handle || without.length < 3 ? [handle] : [handle, without];
}

/** Cuts a text so that each of the handles stands alone. */
export function piecesOf(text: string, handles: readonly string[]): readonly Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(HANDLE)) {
    const handle = spellings(match[1] ?? "").find((spelling) => handles.includes(spelling));
    if (handle !== undefined) {
      const end = match.index + 1 + handle.length;
      pieces.push({ text: text.slice(from, match.index), handle: false }, { text: text.slice(match.index, end), handle: true });
      from = end;
    }
  }
  pieces.push({ text: text.slice(from), handle: false });
  return pieces.filter((piece) => piece.text !== "");
}
