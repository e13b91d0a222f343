/** Tickets: the list, one with all that belongs to it, its audit. */

import { parseTicketRef } from './chat';
import type { TicketRef } from './chat';
import { parseEvents } from './event';
import type { ChatEvent } from './event';
import { count, each, flag, moment, object, oneOf, person, text, webAddress } from './json';
import type { Person } from './json';

export const TICKET_STATUSES = ['open', 'pending', 'solved', 'closed'] as const;
export type TicketStatus = (typeof TICKET_STATUSES)[number];
export const PRIORITIES = ['low', 'normal', 'high', 'urgent'] as const;
export type Priority = (typeof PRIORITIES)[number];

export interface Tag {
  readonly name: string;
  readonly fixed: boolean;
}

export interface TicketLine {
  readonly number: number;
  readonly subject: string;
  readonly status: TicketStatus;
  readonly priority: Priority;
  readonly assignee: Person | null;
  readonly tags: readonly Tag[];
  readonly customer: string | null;
  readonly createdAt: number | null;
  readonly changedAt: number | null;
}

export interface TicketList {
  readonly tickets: readonly TicketLine[];
  readonly more: boolean;
}

export interface TicketComment {
  readonly number: number;
  readonly by: Person | null;
  readonly text: string;
  readonly public: boolean;
  readonly at: number | null;
}

export interface TicketChange {
  readonly by: Person | null;
  readonly at: number | null;
  readonly field: string;
  readonly old: string | null;
  readonly new: string | null;
}

export interface Ticket extends TicketLine {
  readonly description: string;
  readonly email: string | null;
  readonly chat: { readonly id: string; readonly number: number; readonly exists: boolean } | null;
  readonly madeBy: Person | null;
  readonly room: string | null;
  readonly comments: readonly TicketComment[];
  readonly changes: readonly TicketChange[];
  readonly hasConversation: boolean;
  readonly others: readonly TicketRef[];
}

export interface AuditEntry {
  readonly at: number | null;
  readonly who: string;
  readonly what: string;
  readonly subject: string | null;
  readonly old: string | null;
  readonly new: string | null;
}

export function parseTicketList(value: unknown): TicketList | null {
  const json = object(value);
  return Array.isArray(json.tickets) ? { tickets: each(json.tickets, parseTicketLine), more: flag(json.more) } : null;
}

function parseTicketLine(value: unknown): TicketLine | null {
  const json = object(value);
  const number = count(json.number);
  if (number === null) return null;
  return {
    number,
    subject: text(json.subject) ?? '',
    status: oneOf(TICKET_STATUSES, json.status) ?? 'open',
    priority: oneOf(PRIORITIES, json.priority) ?? 'normal',
    assignee: person(json.assignee),
    tags: each(json.tags, parseTag),
    customer: text(json.customer) || null,
    createdAt: moment(json.created_at),
    changedAt: moment(json.changed_at),
  };
}

function parseTag(value: unknown): Tag | null {
  const json = object(value);
  const name = text(json.name);
  return name ? { name, fixed: flag(json.fixed) } : null;
}

export function parseTicket(value: unknown): Ticket | null {
  const [line, json] = [parseTicketLine(value), object(value)];
  if (!line) return null;
  const chat = object(json.chat);
  const [id, number] = [text(chat.id), count(chat.number)];
  return {
    ...line,
    description: text(json.description) ?? '',
    email: text(json.email) || null,
    chat: id && number !== null ? { id, number, exists: flag(chat.exists) } : null,
    madeBy: person(json.made_by),
    room: webAddress(json.room),
    comments: each(json.comments, parseComment),
    changes: each(json.changes, parseChange),
    hasConversation: flag(json.has_conversation),
    others: each(json.others, parseTicketRef),
  };
}

function parseComment(value: unknown): TicketComment | null {
  const json = object(value);
  const [number, words] = [count(json.number), text(json.text)];
  return number === null || words === null ? null : { number, by: person(json.by), text: words, public: flag(json.public), at: moment(json.at) };
}

function parseChange(value: unknown): TicketChange | null {
  const json = object(value);
  const field = text(json.field);
  return field ? { by: person(json.by), at: moment(json.at), field, old: text(json.old), new: text(json.new) } : null;
}

export function parseAudit(value: unknown): AuditEntry[] | null {
  const { entries } = object(value);
  if (!Array.isArray(entries)) return null;
  return each(entries, (item) => {
    const json = object(item);
    const [who, what] = [text(json.who), text(json.what)];
    return who !== null && what !== null ? { at: moment(json.at), who, what, subject: text(json.subject), old: text(json.old), new: text(json.new) } : null;
  });
}

export const parseConversation = (value: unknown): readonly ChatEvent[] | null => parseEvents(value)?.events ?? null;

export const parseNumber = (value: unknown): number | null => count(object(value).number);
