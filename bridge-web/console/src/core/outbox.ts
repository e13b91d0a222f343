/** What was written here and is not yet among the events: pending, sent, failed. Pure. */

import type { Conversation } from './conversation';

export interface Unsent {
  readonly key: string;
  readonly text: string;
  readonly at: number;
  readonly state: 'pending' | 'sent' | 'failed';
  /** The server's id, once it has it. */
  readonly id: string | null;
  /** Why it failed, for the agent. */
  readonly why: string | null;
  /** The last event that was known when it was written. */
  readonly after: number;
}

export const written = (all: readonly Unsent[], key: string, text: string, at: number, after: number): Unsent[] => [
  ...all,
  { key, text, at, after, state: 'pending', id: null, why: null },
];

export const next = (all: readonly Unsent[]): Unsent | null => all.find(({ state }) => state === 'pending') ?? null;

const change = (all: readonly Unsent[], key: string, what: Partial<Unsent>): Unsent[] => all.map((one) => (one.key === key ? { ...one, ...what } : one));

export const stored = (all: readonly Unsent[], key: string, id: string): Unsent[] => change(all, key, { state: 'sent', id });
export const failed = (all: readonly Unsent[], key: string, why: string): Unsent[] => change(all, key, { state: 'failed', why });

/** Under the same key, so that it cannot arrive twice. */
export const retried = (all: readonly Unsent[], key: string): Unsent[] => change(all, key, { state: 'pending', why: null });
export const dropped = (all: readonly Unsent[], key: string): Unsent[] => all.filter((one) => one.key !== key);

/** What is drawn behind the events. The event of a message may come before the answer that names it. */
export function shown(all: readonly Unsent[], { items }: Conversation): Unsent[] {
  const taken = new Set<number>();
  return all.filter((one) => {
    const event = items.find((item) => {
      if (item.kind !== 'message' || item.from.kind !== 'agent' || taken.has(item.seq)) return false;
      return one.id === null ? item.seq > one.after && one.state === 'pending' && item.text === one.text : item.id === one.id;
    });
    if (event) taken.add(event.seq);
    return !event;
  });
}

/** Those whose event is there can be forgotten. */
export function kept(all: readonly Unsent[], { items }: Conversation): readonly Unsent[] {
  const rest = all.filter(({ id }) => id === null || !items.some((item) => item.kind === 'message' && item.id === id));
  return rest.length === all.length ? all : rest;
}
