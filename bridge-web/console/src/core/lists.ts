/** The list of chats as it is drawn, and what is new in it. Pure. */

import type { ChatLine, ChatList, Me } from '../wire/chat';

export type Section = 'offered' | 'mine' | 'waiting' | 'others';
export const SECTIONS: readonly Section[] = ['offered', 'mine', 'waiting', 'others'];

export function sectionOf({ state, mine }: ChatLine): Section {
  if (state === 'offered') return mine ? 'offered' : 'others';
  if (state === 'waiting') return 'waiting';
  return mine ? 'mine' : 'others';
}

export function sections(chats: readonly ChatLine[]): { readonly section: Section; readonly chats: readonly ChatLine[] }[] {
  return SECTIONS.map((section) => ({ section, chats: chats.filter((chat) => sectionOf(chat) === section && chat.state !== 'closed') })).filter(({ chats }) => chats.length > 0);
}

export const offers = (list: ChatList | null): readonly ChatLine[] => (list?.chats ?? []).filter((chat) => sectionOf(chat) === 'offered');

/** What ends first comes first. */
export const soonest = (chats: readonly ChatLine[]): ChatLine[] => [...chats].sort((a, b) => (a.offeredUntil ?? Infinity) - (b.offeredUntil ?? Infinity) || 0);

/** Those that were not offered to this agent before. An offer that comes again counts, because its deadline is another. */
export function fresh(before: ChatList | null, after: ChatList | null): readonly ChatLine[] {
  const known = new Set(offers(before).map(({ id, offeredUntil }) => `${id} ${offeredUntil}`));
  return offers(after).filter(({ id, offeredUntil }) => !known.has(`${id} ${offeredUntil}`));
}

/** Up to which event each chat was looked at. */
export type Seen = Readonly<Record<string, number>>;

export const isUnread = ({ id, last, mine, state }: ChatLine, seen: Seen): boolean =>
  mine && state === 'active' && last !== null && last.from === 'customer' && last.seq > (seen[id] ?? 0);

/** Whether new chats come to this agent: yes, once there is a free slot, or no. */
export const reach = ({ routable, load, capacity }: Me): 'on' | 'full' | 'off' => (!routable ? 'off' : load < capacity ? 'on' : 'full');

/** The chat above or below, in the order of the sections. */
export function neighbour(chats: readonly ChatLine[], current: string | null, step: 1 | -1): string | null {
  const order = sections(chats).flatMap((section) => section.chats.map(({ id }) => id));
  const at = current === null ? -1 : order.indexOf(current);
  if (at < 0) return order[step > 0 ? 0 : order.length - 1] ?? null;
  return order[at + step] ?? null;
}
