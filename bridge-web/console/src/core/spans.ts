/**
 * Where in a message something stands. The server counts Unicode scalar values, the browser UTF-16 units, and a message
 * with formatting is drawn from its html, not from its text. Pure.
 */

import type { Span } from '../wire/event';

/** How many scalar values stand before this place. */
export function scalars(text: string, units: number): number {
  let many = 0;
  for (let i = 0; i < Math.min(units, text.length); many++) i += width(text, i);
  return many;
}

/** Where in UTF-16 a place in scalar values is. */
export function units(text: string, scalars: number): number {
  let i = 0;
  for (let left = scalars; left > 0 && i < text.length; left--) i += width(text, i);
  return i;
}

const width = (text: string, i: number) => ((text.codePointAt(i) ?? 0) > 0xffff ? 2 : 1);

export interface Piece {
  readonly text: string;
  readonly masked: boolean;
  /** Where it begins, in UTF-16. */
  readonly at: number;
}

/** The text in runs; joined they are the text again. */
export function runs(text: string, masks: readonly Span[]): Piece[] {
  const out: Piece[] = [];
  let from = 0;
  const add = (to: number, masked: boolean) => {
    if (to > from) out.push({ text: text.slice(from, to), masked, at: from });
    from = Math.max(from, to);
  };
  for (const [start, end] of masks) {
    add(units(text, start), false);
    add(units(text, end), true);
  }
  add(text.length, false);
  return out;
}

/** A selection in text that is drawn as it is: white space at its ends and half characters are not meant. */
export function selected(text: string, from: number, to: number): Span | null {
  let [start, end] = [Math.max(0, Math.min(from, to)), Math.min(text.length, Math.max(from, to))];
  while (start < end && /\s/.test(text[start] ?? '')) start++;
  while (end > start && /\s/.test(text[end - 1] ?? '')) end--;
  if (isLow(text, start)) start--;
  if (isLow(text, end)) end++;
  return start < end ? [scalars(text, start), scalars(text, end)] : null;
}

const isLow = (text: string, i: number) => i > 0 && i < text.length && /[\udc00-\udfff]/.test(text[i] ?? '') && /[\ud800-\udbff]/.test(text[i - 1] ?? '');

/**
 * A selection in what was drawn from html, as a place in the plain text, which may hold signs the drawing does not
 * (`**bold**`, `1.`). Each drawn sign is looked for in the text from its beginning and again from its end; only where
 * both find the same place is it sure. Null: it is not.
 */
export function mapped(drawn: string, text: string, from: number, to: number): Span | null {
  const [seen, whole] = [signs(drawn), signs(text)];
  const chosen = seen.flatMap(({ at }, i) => (at >= Math.min(from, to) && at < Math.max(from, to) ? [i] : []));
  const [first, last] = [chosen[0], chosen.at(-1)];
  if (first === undefined || last === undefined) return null;
  const [ahead, behind] = [forwards(seen, whole), backwards(seen, whole)];
  if (!ahead || !behind || chosen.some((i) => ahead[i] !== behind[i])) return null;
  const [start, end] = [whole[ahead[first] ?? 0], whole[ahead[last] ?? 0]];
  return start && end ? [scalars(text, start.at), scalars(text, end.at) + 1] : null;
}

interface Sign {
  readonly sign: string;
  readonly at: number;
}

/** White space counts for nothing: html and text break lines differently. */
function signs(text: string): Sign[] {
  const out: Sign[] = [];
  let at = 0;
  for (const sign of text) {
    if (!/\s/.test(sign)) out.push({ sign, at });
    at += sign.length;
  }
  return out;
}

function forwards(seen: readonly Sign[], whole: readonly Sign[]): number[] | null {
  const out: number[] = [];
  let at = 0;
  for (const { sign } of seen) {
    while (at < whole.length && whole[at]?.sign !== sign) at++;
    if (at >= whole.length) return null;
    out.push(at++);
  }
  return out;
}

function backwards(seen: readonly Sign[], whole: readonly Sign[]): number[] | null {
  const out: number[] = [];
  let at = whole.length - 1;
  for (const { sign } of [...seen].reverse()) {
    while (at >= 0 && whole[at]?.sign !== sign) at--;
    if (at < 0) return null;
    out.push(at--);
  }
  return out.reverse();
}

/** The words of a span. */
export const words = (text: string, [start, end]: Span): string => text.slice(units(text, start), units(text, end));
