/** Where in the console one is: the address behind the `#`, so that back works and a link can be sent. Pure. */

import { TICKET_STATUSES } from '../wire/ticket';
import type { TicketStatus } from '../wire/ticket';

export interface TicketFilter {
  readonly status: readonly TicketStatus[];
  /** A user id, or null for everybody's. */
  readonly assignee: string | null;
  readonly tag: string;
  readonly words: string;
}

export const UNSOLVED: TicketFilter = { status: ['open', 'pending'], assignee: null, tag: '', words: '' };

export const QUICK = ['chat', 'customer', 'others', 'audit'] as const;
export type Quick = (typeof QUICK)[number];

export const SPANS = [1, 7, 30, 90] as const;

export type Place =
  | { readonly page: 'chats'; readonly service: string | null; readonly chat: string | null }
  | { readonly page: 'tickets'; readonly service: string | null; readonly ticket: number | null; readonly quick: Quick | null; readonly filter: TicketFilter }
  | { readonly page: 'report'; readonly service: string | null; readonly days: number };

export const START: Place = { page: 'chats', service: null, chat: null };

/** The one-time code of a log-in link; with it may stand where to go then: `#code/acme/tickets/12`. */
export function codeOf(hash: string): { readonly code: string; readonly then: string } | null {
  const rest = hash.replace(/^#/, '');
  if (!rest || rest.startsWith('/')) return null;
  const slash = rest.indexOf('/');
  return slash < 0 ? { code: rest, then: '' } : { code: rest.slice(0, slash), then: `#${rest.slice(slash)}` };
}

export function placeOf(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [service, page, id] = path.split('/').map(decoded);
  const slug = service || null;
  const search = new URLSearchParams(query);
  if (page === 'tickets') {
    const quick = QUICK.find((one) => one === search.get('quick')) ?? null;
    const ticket = /^\d{1,9}$/.test(id ?? '') ? Number(id) : null;
    return { page, service: slug, ticket, quick: ticket === null ? null : quick, filter: filterOf(search) };
  }
  if (page === 'report') {
    const days = Number(search.get('days'));
    return { page, service: slug, days: SPANS.find((one) => one === days) ?? 7 };
  }
  return { page: 'chats', service: slug, chat: page === 'chats' ? id || null : null };
}

export function addressOf(place: Place): string {
  const slug = place.service === null ? '' : encodeURIComponent(place.service);
  switch (place.page) {
    case 'chats':
      return `#/${slug}/chats${place.chat === null ? '' : `/${encodeURIComponent(place.chat)}`}`;
    case 'tickets': {
      const search = searchOf(place.filter);
      if (place.quick && place.ticket !== null) search.set('quick', place.quick);
      return `#/${slug}/tickets${place.ticket === null ? '' : `/${place.ticket}`}${asQuery(search)}`;
    }
    case 'report':
      return `#/${slug}/report?days=${place.days}`;
  }
}

const asQuery = (search: URLSearchParams) => (search.size ? `?${search.toString()}` : '');

function filterOf(search: URLSearchParams): TicketFilter {
  const asked = search.get('status');
  const wanted = asked?.split(',') ?? [];
  return {
    status: asked === null ? UNSOLVED.status : TICKET_STATUSES.filter((one) => wanted.includes(one)),
    assignee: search.get('assignee') || null,
    tag: search.get('tag') ?? '',
    words: search.get('q') ?? '',
  };
}

/** No status at all is said, because what is not said means the unsolved. */
export function searchOf({ status, assignee, tag, words }: TicketFilter): URLSearchParams {
  const search = new URLSearchParams();
  if (status.join() !== UNSOLVED.status.join()) search.set('status', status.length ? status.join(',') : 'all');
  if (assignee) search.set('assignee', assignee);
  if (tag) search.set('tag', tag);
  if (words) search.set('q', words);
  return search;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}
