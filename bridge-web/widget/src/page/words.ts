/** The text of a message: its length as the server counts it, its links, its masked runs. Pure. */

export const LONGEST_MESSAGE = 10_000;
const NEAR = 500;

/** How much room is left, in Unicode scalar values, once it is worth saying. */
export function roomLeft(text: string): number | null {
  // UTF-16 units are never fewer than scalar values, so short texts need no count.
  if (text.length < LONGEST_MESSAGE - NEAR) return null;
  const left = LONGEST_MESSAGE - [...text].length;
  return left <= NEAR ? left : null;
}

export const LINK = /https?:\/\/[^\s<>"']+/gi;
export const MASKED = /\*{2,}/g;

export interface Piece {
  /** Whether this is what was looked for, or the plain text between. */
  readonly found: boolean;
  readonly text: string;
}

/** The pieces joined are the text again, character by character. */
export function pieces(text: string, what: RegExp): Piece[] {
  const out: Piece[] = [];
  let from = 0;
  const plain = (to: number) => {
    if (to > from) out.push({ found: false, text: text.slice(from, to) });
  };
  for (const match of text.matchAll(what)) {
    const found = what === LINK ? withoutTail(match[0]) : match[0];
    if (what === LINK && !linkable(found)) continue;
    plain(match.index);
    out.push({ found: true, text: found });
    from = match.index + found.length;
  }
  plain(text.length);
  return out;
}

function linkable(address: string): boolean {
  try {
    return /^https?:$/.test(new URL(address).protocol);
  } catch {
    return false;
  }
}

/** `(see https://a.example/b).` links to `https://a.example/b`; brackets that pair up belong to the address. */
function withoutTail(address: string): string {
  let end = address.length;
  for (;;) {
    const last = address[end - 1] ?? '';
    const inside = address.slice(0, end);
    const unpaired = last === ')' && inside.split(')').length > inside.split('(').length;
    if (!/[.,;:!?*_~\]}]/.test(last) && !unpaired) return inside;
    end--;
  }
}
