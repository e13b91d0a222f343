/** Time left and time gone. Pure. */

/** Whole seconds until then, never below 0. */
export const secondsLeft = (until: number, now: number): number => Math.max(0, Math.ceil((until - now) / 1_000));

export type Ago = { readonly unit: 'now' } | { readonly unit: 'minutes' | 'hours' | 'days'; readonly many: number };

export function ago(since: number, now: number): Ago {
  const minutes = Math.floor((now - since) / 60_000);
  if (minutes < 1) return { unit: 'now' };
  if (minutes < 60) return { unit: 'minutes', many: minutes };
  if (minutes < 24 * 60) return { unit: 'hours', many: Math.floor(minutes / 60) };
  return { unit: 'days', many: Math.floor(minutes / (24 * 60)) };
}

/** The server's clock and this one may differ: its `Date` header tells by how much, so that a countdown is honest. */
export function skew(header: string | null, now: number): number | null {
  const theirs = Date.parse(header ?? '');
  const ahead = theirs - now;
  if (Number.isNaN(theirs)) return null;
  // The header has whole seconds, so less than two may be none at all.
  return Math.abs(ahead) < 2_000 ? 0 : ahead;
}
