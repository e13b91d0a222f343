/** Chats: the list, one with all that is known of it, the agents it can go to. */

import { count, each, flag, moment, number, object, oneOf, person, text, texts, webAddress } from './json';
import type { Person } from './json';

const STATES = ['waiting', 'offered', 'active', 'closed'] as const;
export type ChatState = (typeof STATES)[number];

export const STATUSES = ['online', 'away', 'offline', 'auto'] as const;
export type Status = (typeof STATUSES)[number];

export interface Me {
  readonly status: Status;
  readonly presence: 'online' | 'unavailable' | 'offline' | 'unknown';
  readonly routable: boolean;
  readonly load: number;
  readonly capacity: number;
}

export interface LastWords {
  readonly seq: number;
  readonly from: 'customer' | 'agent';
  readonly text: string;
  readonly at: number | null;
}

export interface ChatLine {
  readonly id: string;
  readonly number: number;
  readonly state: ChatState;
  readonly customer: string | null;
  readonly topic: string | null;
  /** Who has it, or to whom it is offered. */
  readonly agent: Person | null;
  readonly mine: boolean;
  readonly offeredUntil: number | null;
  readonly since: number | null;
  readonly locale: string;
  readonly last: LastWords | null;
}

export interface ChatList {
  /** Null: who looks is no agent of the service, only its supervisor. */
  readonly me: Me | null;
  readonly chats: readonly ChatLine[];
}

export interface ChatDetails extends ChatLine {
  readonly service: string;
  readonly room: string | null;
  readonly mayAnswer: boolean;
  readonly customerDetails: { readonly name: string | null; readonly email: string | null; readonly identified: boolean; readonly since: number | null };
  readonly fields: readonly { readonly name: string; readonly label: string; readonly value: string }[];
  readonly page: { readonly url: string; readonly link: string | null; readonly title: string | null } | null;
  readonly consent: { readonly version: string; readonly at: number | null } | null;
  readonly rating: { readonly score: number | null; readonly comment: string | null; readonly asked: boolean } | null;
  readonly chats: readonly { readonly id: string; readonly number: number; readonly state: ChatState; readonly at: number | null }[];
  readonly tickets: readonly TicketRef[];
  readonly why: readonly string[] | null;
}

export interface TicketRef {
  readonly number: number;
  readonly subject: string;
  readonly status: string;
}

export interface AgentLine extends Person {
  readonly routable: boolean;
  readonly load: number;
  readonly capacity: number;
  readonly groups: readonly string[];
  readonly permissions: readonly string[];
}

export interface Canned {
  readonly name: string;
  readonly text: string;
}

export interface Revealed {
  readonly text: string;
  readonly fileName: string | null;
  readonly seconds: number;
  /** Why not all of it could be shown. */
  readonly left: string | null;
  /** What the formatting said, where that is more than the text: an address behind a link. */
  readonly formatting: string | null;
}

export function parseChatList(value: unknown): ChatList | null {
  const json = object(value);
  const me = object(json.me);
  if (!Array.isArray(json.chats)) return null;
  return {
    me: json.me
      ? {
          status: oneOf(STATUSES, me.status) ?? 'auto',
          presence: oneOf(['online', 'unavailable', 'offline', 'unknown'] as const, me.presence) ?? 'unknown',
          routable: flag(me.routable),
          load: count(me.load) ?? 0,
          capacity: count(me.capacity) ?? 0,
        }
      : null,
    chats: each(json.chats, parseLine),
  };
}

export function parseLine(value: unknown): ChatLine | null {
  const json = object(value);
  const [id, number, state] = [text(json.id), count(json.number), oneOf(STATES, json.state)];
  if (!id || number === null || !state) return null;
  return {
    id,
    number,
    state,
    customer: text(json.customer) || null,
    topic: text(json.topic) || null,
    agent: person(json.agent),
    mine: flag(json.mine),
    offeredUntil: moment(json.offered_until),
    since: moment(json.since),
    locale: text(json.locale) ?? '',
    last: parseLast(json.last),
  };
}

function parseLast(value: unknown): LastWords | null {
  const json = object(value);
  const [seq, from] = [count(json.seq), oneOf(['customer', 'agent'] as const, json.from)];
  return seq === null || !from ? null : { seq, from, text: text(json.text) ?? '', at: moment(json.at) };
}

export function parseDetails(value: unknown): ChatDetails | null {
  const [line, json] = [parseLine(value), object(value)];
  const service = text(json.service);
  if (!line || !service) return null;
  const [who, rating] = [object(json.customer_details), object(json.rating)];
  return {
    ...line,
    service,
    room: webAddress(json.room),
    mayAnswer: flag(json.may_answer),
    customerDetails: { name: text(who.name) || null, email: text(who.email) || null, identified: flag(who.identified), since: moment(who.since) },
    fields: each(json.fields, parseField),
    page: parsePage(json.page),
    consent: parseConsent(json.consent),
    rating: json.rating ? { score: count(rating.score), comment: text(rating.comment) || null, asked: flag(rating.asked) } : null,
    chats: each(json.chats, parseEarlier),
    tickets: each(json.tickets, parseTicketRef),
    why: Array.isArray(json.why) ? texts(json.why) : null,
  };
}

function parseField(value: unknown) {
  const json = object(value);
  const [name, answer] = [text(json.name), text(json.value)];
  return name && answer !== null ? { name, label: text(json.label) || name, value: answer } : null;
}

function parsePage(value: unknown): ChatDetails['page'] {
  const json = object(value);
  const url = text(json.url);
  return url ? { url, link: webAddress(url), title: text(json.title) || null } : null;
}

function parseConsent(value: unknown): ChatDetails['consent'] {
  const json = object(value);
  const version = text(json.version);
  return version ? { version, at: moment(json.at) } : null;
}

function parseEarlier(value: unknown) {
  const json = object(value);
  const [id, number, state] = [text(json.id), count(json.number), oneOf(STATES, json.state)];
  return id && number !== null && state ? { id, number, state, at: moment(json.at) } : null;
}

export function parseTicketRef(value: unknown): TicketRef | null {
  const json = object(value);
  const number = count(json.number);
  return number === null ? null : { number, subject: text(json.subject) ?? '', status: text(json.status) ?? '' };
}

export function parseAgents(value: unknown): AgentLine[] | null {
  const { agents } = object(value);
  if (!Array.isArray(agents)) return null;
  return each(agents, (item) => {
    const [who, json] = [person(item), object(item)];
    if (!who) return null;
    return {
      ...who,
      routable: flag(json.routable),
      load: count(json.load) ?? 0,
      capacity: count(json.capacity) ?? 0,
      groups: texts(json.groups),
      permissions: texts(json.permissions),
    };
  });
}

export function parseCanned(value: unknown): Canned[] | null {
  const { canned } = object(value);
  if (!Array.isArray(canned)) return null;
  return each(canned, (item) => {
    const json = object(item);
    const [name, words] = [text(json.name), text(json.text)];
    return name && words !== null ? { name, text: words } : null;
  });
}

export function parseRevealed(value: unknown): Revealed | null {
  const json = object(value);
  const [words, seconds] = [text(json.text), number(json.seconds)];
  if (words === null) return null;
  return { text: words, fileName: text(json.file_name), formatting: text(json.formatting), seconds: seconds && seconds > 0 ? seconds : 60, left: text(json.left) };
}

/** What is to be known of a message that is masked now. */
export const parseMasked = (value: unknown): { readonly note: string | null } => ({ note: text(object(value).note) });

export function parseSent(value: unknown): { readonly seq: number; readonly id: string } | null {
  const json = object(value);
  const [seq, id] = [count(json.seq), text(json.id)];
  return seq !== null && id ? { seq, id } : null;
}
