/** The text of a message: its length as the server counts it, its links, its masked runs. Pure. */

export const LONGEST_MESSAGE = 10_000;
const NEAR = 500;

/** Unicode scalar values, which is what the server's limit counts. */
export function lengthOf(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** How much room is left, once it is worth saying. */
export function roomLeft(text: string): number | null {
  // UTF-16 units are never fewer than scalar values, so short texts need no count.
  if (text.length < LONGEST_MESSAGE - NEAR) return null;
  const left = LONGEST_MESSAGE - lengthOf(text);
  return left <= NEAR ? left : null;
}

export type Piece = { readonly kind: 'text' | 'link' | 'masked'; readonly text: string };

const LINK = /https?:\/\/[^\s<>"']+/gi;
const MASKED = /\*{2,}/g;

/** The pieces joined are the text again, character by character. */
export function pieces(text: string, masked: boolean): Piece[] {
  const out: Piece[] = [];
  let from = 0;
  const plain = (to: number) => {
    if (to > from) out.push({ kind: 'text', text: text.slice(from, to) });
  };
  for (const match of text.matchAll(masked ? MASKED : LINK)) {
    const found = masked ? match[0] : withoutTail(match[0]);
    if (!masked && !linkable(found)) continue;
    plain(match.index);
    out.push({ kind: masked ? 'masked' : 'link', text: found });
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
