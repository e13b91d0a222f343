/** The conversation as it is drawn: days, groups of one sender within one minute, notices. Pure. */

import type { Entry, Message, Notice } from './chat';

export type Block =
  | { readonly kind: 'day'; readonly key: string; readonly at: number }
  | { readonly kind: 'notice'; readonly key: string; readonly notice: Notice }
  | { readonly kind: 'group'; readonly key: string; readonly messages: readonly Message[] };

const MINUTE_MS = 60_000;

export function blocks(entries: readonly Entry[], dayOf: (at: number) => string): Block[] {
  const out: Block[] = [];
  let day: string | null = null;
  for (const entry of entries) {
    const today = dayOf(entry.at);
    if (today !== day) out.push({ kind: 'day', key: `day-${entry.key}`, at: entry.at });
    day = today;
    const last = out[out.length - 1];
    if (entry.kind !== 'message') out.push({ kind: 'notice', key: entry.key, notice: entry });
    else if (last?.kind === 'group' && together(last.messages[0], entry)) {
      out[out.length - 1] = { ...last, messages: [...last.messages, entry] };
    } else out.push({ kind: 'group', key: entry.key, messages: [entry] });
  }
  return out;
}

function together(first: Message | undefined, next: Message): boolean {
  return (
    first !== undefined &&
    first.from.kind === next.from.kind &&
    first.from.name === next.from.name &&
    Math.floor(first.at / MINUTE_MS) === Math.floor(next.at / MINUTE_MS)
  );
}
