/** What happened in a chat: the events of its customer's page, and where its masks are. */

import { count, each, list, moment, object, oneOf, text } from './json';

export type Span = readonly [start: number, end: number];

export interface Attachment {
  readonly name: string;
  readonly mime: string;
  /** In bytes; 0: not known. */
  readonly size: number;
  readonly width: number | null;
  readonly height: number | null;
}

export interface Sender {
  readonly kind: 'customer' | 'agent';
  readonly name: string | null;
}

export interface Wording {
  readonly text: string;
  readonly html: string | null;
  /** The masked runs of the text, in Unicode scalar values. */
  readonly masks: readonly Span[];
}

export type ChatEvent = { readonly seq: number; readonly at: number | null } & (
  | { readonly type: 'state'; readonly state: 'waiting' | 'active'; readonly agent: string | null }
  | ({ readonly type: 'message'; readonly id: string; readonly from: Sender; readonly replyTo: string | null; readonly file: Attachment | null } & Wording)
  | ({ readonly type: 'edit'; readonly id: string } & Wording)
  | ({ readonly type: 'mask'; readonly id: string; readonly name: string | null; readonly masked: boolean } & Wording)
  | { readonly type: 'delete' | 'failed'; readonly id: string }
  | { readonly type: 'closed'; readonly by: 'customer' | 'agent' | 'idle' | null }
  | { readonly type: 'rating_request' }
  | { readonly type: 'idle_warning'; readonly closesAt: number | null }
  | { readonly type: 'rated'; readonly score: number }
  /** Kept, because its number still moves the place from which reading goes on. */
  | { readonly type: 'unknown' }
);

export interface Events {
  readonly next: number;
  readonly events: readonly ChatEvent[];
}

export function parseEvents(value: unknown): Events | null {
  const json = object(value);
  if (!Array.isArray(json.events)) return null;
  const events = each(json.events, parseEvent);
  return { events, next: count(json.next) ?? events.at(-1)?.seq ?? 0 };
}

export function parseEvent(value: unknown): ChatEvent | null {
  const json = object(value);
  const seq = count(json.seq);
  if (seq === null) return null;
  const base = { seq, at: moment(json.at) };
  const id = text(json.id);
  switch (json.type) {
    case 'state': {
      const state = oneOf(['waiting', 'active'] as const, json.state);
      if (state) return { ...base, type: 'state', state, agent: text(object(json.agent).name) };
      break;
    }
    case 'message':
    case 'attachment': {
      const from = parseSender(json.from);
      const file = json.type === 'attachment' ? parseFile(json) : null;
      if (!id || !from || (json.type === 'attachment' ? !file : text(json.text) === null)) break;
      return { ...base, type: 'message', id, from, file, replyTo: text(json.reply_to), ...wording(json) };
    }
    case 'edit':
      if (id && text(json.text) !== null) return { ...base, type: 'edit', id, ...wording(json) };
      break;
    case 'mask':
      if (id && text(json.text) !== null) return { ...base, type: 'mask', id, name: text(json.name), masked: json.masked !== false, ...wording(json) };
      break;
    case 'delete':
    case 'failed':
      if (id) return { ...base, type: json.type, id };
      break;
    case 'closed':
      return { ...base, type: 'closed', by: oneOf(['customer', 'agent', 'idle'] as const, json.by) };
    case 'rating_request':
      return { ...base, type: 'rating_request' };
    case 'idle_warning':
      return { ...base, type: 'idle_warning', closesAt: moment(json.closes_at) };
    case 'rated': {
      const score = count(json.score);
      if (score) return { ...base, type: 'rated', score };
      break;
    }
  }
  return { ...base, type: 'unknown' };
}

function parseSender(value: unknown): Sender | null {
  const json = object(value);
  const kind = oneOf(['customer', 'agent'] as const, json.kind);
  return kind && { kind, name: text(json.name) };
}

function parseFile(json: Record<string, unknown>): Attachment | null {
  const name = text(json.name);
  if (name === null) return null;
  return { name, mime: text(json.mime) ?? '', size: count(json.size) ?? 0, width: count(json.width) || null, height: count(json.height) || null };
}

function wording(json: Record<string, unknown>): Wording {
  return { text: text(json.text) ?? '', html: text(json.html), masks: spans(json.masks) };
}

/** In order, and none over another: what is drawn from them must not lose a letter. */
function spans(value: unknown): Span[] {
  const all = each(value, (item): Span | null => {
    const [start, end] = list(item).map(count);
    return start != null && end != null && Number.isInteger(start) && Number.isInteger(end) && start < end ? [start, end] : null;
  });
  all.sort((a, b) => a[0] - b[0]);
  return all.filter(([start], i) => i === 0 || start >= (all[i - 1]?.[1] ?? 0));
}
