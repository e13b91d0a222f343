/** The JSON of bridge-web, parsed at the border: what does not fit its type never gets further than here. */

export interface Consent {
  readonly version: string;
  readonly text: string;
  readonly url: string | null;
}

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly required: boolean;
}

export interface HelpCenter {
  readonly name: string;
  readonly chat: 'available' | 'queue' | 'absent' | 'disabled';
  readonly consent: Consent;
  readonly fields: readonly Field[];
  readonly queue: { readonly waiting: number; readonly waitS: number | null };
  readonly contact: boolean;
  readonly accent: string | null;
  readonly locales: readonly string[];
  readonly greeting: string | null;
  /** When chat opens again, while it is closed for its hours. */
  readonly nextOpen: number | null;
  /** The whole answer: what only a running chat needs is parsed there. */
  readonly offers: unknown;
}

export type Stage = 'waiting' | 'offered' | 'active' | 'closed';
export type Party = 'customer' | 'agent' | 'system';
export type Ender = Party | 'idle';
export interface Sender {
  readonly kind: Party;
  readonly name: string | null;
}

export type ChatEvent = { readonly seq: number; readonly at: number } & (
  | {
      readonly type: 'state';
      readonly state: Stage;
      readonly position: number | null;
      readonly waitS: number | null;
      readonly contact: boolean;
      readonly agent: string | null;
    }
  | {
      readonly type: 'message';
      readonly id: string;
      readonly key: string | null;
      readonly from: Sender;
      /** Of an attachment its name. */
      readonly text: string;
      readonly html: string | null;
      readonly replyTo: string | null;
      /** An attachment's event, parsed where it is shown. */
      readonly file: unknown;
    }
  | {
      readonly type: 'edit' | 'mask';
      readonly id: string;
      readonly text: string;
      readonly html: string | null;
      /** Of a masked message's file; null: it has none, or none any more. */
      readonly name?: string | null;
      /** False when a mask is taken off. */
      readonly masked?: boolean;
    }
  | { readonly type: 'delete' | 'failed'; readonly id: string }
  | { readonly type: 'closed'; readonly by: Ender }
  /** Kept as it came, for whoever knows it. */
  | { readonly type: 'unknown'; readonly json: unknown }
);

export interface Ack {
  readonly key: string;
  readonly seq: number;
  readonly id: string;
}

type Json = Record<string, unknown>;

export const object = (value: unknown): Json => (typeof value === 'object' && value ? (value as Json) : {});
export const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
export const count = (value: unknown): number | null => (typeof value === 'number' && value >= 0 ? value : null);
export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const oneOf = <T extends string>(all: readonly T[], value: unknown): T | null => all.find((one) => one === value) ?? null;
const webAddress = (value: unknown): string | null => (/^https?:\/\//i.test(text(value) ?? '') ? text(value) : null);

const STAGES = ['waiting', 'offered', 'active', 'closed'] as const;
const PARTIES = ['customer', 'agent', 'system'] as const;
const ENDERS = [...PARTIES, 'idle'] as const;
export const moment = (value: unknown): number | null => Date.parse(text(value) ?? '') || null;

export function parseHelpCenter(value: unknown): HelpCenter | null {
  const json = object(value);
  const [consent, queue, name] = [object(json.consent), object(json.queue), text(json.name)];
  if (name === null) return null;
  return {
    name,
    chat: oneOf(['available', 'queue', 'absent', 'disabled'] as const, json.chat) ?? 'disabled',
    consent: { version: text(consent.version) ?? '', text: text(consent.text) ?? '', url: webAddress(consent.url) },
    fields: list(json.fields).flatMap((item) => {
      const field = object(item);
      const name = text(field.name);
      return name ? [{ name, label: text(field.label) ?? name, required: field.required === true }] : [];
    }),
    queue: { waiting: count(queue.waiting) ?? 0, waitS: count(queue.wait_s) },
    contact: json.contact !== false,
    accent: text(object(json.theme).accent),
    locales: list(json.locales).filter((item): item is string => typeof item === 'string'),
    greeting: text(json.greeting),
    nextOpen: moment(object(json.hours).next_open),
    offers: value,
  };
}

/** Null for what has no sequence number of its own (typing, read, heartbeat) or is broken. */
export function parseEvent(value: unknown): ChatEvent | null {
  const json = object(value);
  const seq = count(json.seq);
  // Its number is that of the message that was read.
  if (seq === null || json.type === 'read') return null;
  const base = { seq, at: moment(json.at) ?? 0 };
  const id = text(json.id);
  const file = json.type === 'attachment' && value;
  const name = text(json.name);
  const words = name ?? text(json.text);
  const html = text(json.html);
  switch (json.type) {
    case 'state': {
      const state = oneOf(STAGES, json.state);
      if (!state) break;
      return {
        ...base,
        type: 'state',
        state,
        position: count(json.position),
        waitS: count(json.wait_s),
        contact: json.contact === true,
        agent: text(object(json.agent).name),
      };
    }
    case 'attachment':
    case 'message': {
      const from = object(json.from);
      const kind = oneOf(PARTIES, from.kind);
      if (id === null || words === null || !kind) break;
      return { ...base, type: 'message', id, key: text(json.key), from: { kind, name: text(from.name) }, text: words, html, replyTo: text(json.reply_to), file };
    }
    case 'edit':
    case 'mask':
      if (id !== null && words !== null) return { ...base, type: json.type, id, text: words, html, name, masked: json.masked !== false };
      break;
    case 'delete':
    case 'failed':
      if (id !== null) return { ...base, type: json.type, id };
      break;
    case 'closed':
      return { ...base, type: 'closed', by: oneOf(ENDERS, json.by) ?? 'system' };
  }
  // Kept, because its number still moves the place from which a reconnect resumes.
  return { ...base, type: 'unknown', json };
}

export function parseAck(value: unknown): Ack | null {
  const json = object(value);
  const [key, seq, id] = [text(json.key), count(json.seq), text(json.id)];
  return key !== null && seq !== null && id !== null ? { key, seq, id } : null;
}

export function parseEvents(value: unknown): ChatEvent[] {
  return list(object(value).events).flatMap((item) => parseEvent(item) ?? []);
}

export interface ErrorBody {
  readonly code: string;
  readonly field: string | null;
}

export function parseError(value: unknown): ErrorBody {
  const error = object(object(value).error);
  return { code: text(error.code) ?? 'unknown', field: text(error.field) };
}

export function parseStarted(value: unknown): { chat: string; visitorToken: string } | null {
  const json = object(value);
  const [chat, visitorToken] = [text(json.chat), text(json.visitor_token)];
  return chat && visitorToken ? { chat, visitorToken } : null;
}

export function parseTicket(value: unknown): number | null {
  return count(object(value).ticket);
}
