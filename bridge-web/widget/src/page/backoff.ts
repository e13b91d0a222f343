/** How long to wait before the next try: half a second, doubling to fifteen, with jitter. Pure. */

const FIRST_MS = 500;
const LONGEST_MS = 15_000;

/** `random` is in 0..1; the wait lies between half of the step and the whole of it. */
export function backoff(attempt: number, random: number): number {
  const step = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return Math.round(step * (0.5 + random / 2));
}
