/** A conversation as events make it. Pure. */

import type { Attachment, ChatEvent, Sender, Span } from '../wire/event';

export interface Message {
  readonly kind: 'message';
  readonly id: string;
  readonly seq: number;
  readonly from: Sender;
  readonly text: string;
  readonly html: string | null;
  readonly masks: readonly Span[];
  readonly masked: boolean;
  readonly replyTo: string | null;
  /** Null: it never had one, or nothing is left of it. */
  readonly file: Attachment | null;
  readonly at: number | null;
  readonly edited: boolean;
  readonly removed: boolean;
  /** It will never reach the room. */
  readonly failed: boolean;
}

export interface Notice {
  readonly kind: 'notice';
  readonly seq: number;
  readonly at: number | null;
  readonly what: 'joined' | 'waits' | 'closed' | 'asked' | 'rated' | 'idle';
  /** A name, who closed it, or a score. */
  readonly of: string | null;
}

export type Item = Message | Notice;

export interface Conversation {
  readonly items: readonly Item[];
  /** The last event seen. */
  readonly seq: number;
  readonly closed: boolean;
  readonly agent: string | null;
}

export const EMPTY: Conversation = { items: [], seq: 0, closed: false, agent: null };

/** Events in any number; what was seen before is ignored. */
export function received(conversation: Conversation, events: readonly ChatEvent[]): Conversation {
  return events.reduce((before, event) => (event.seq > before.seq ? applied({ ...before, seq: event.seq }, event) : before), conversation);
}

function applied(chat: Conversation, event: ChatEvent): Conversation {
  switch (event.type) {
    case 'state':
      return moved(chat, event);
    case 'message': {
      const { seq, at, id, from, text, html, masks, replyTo, file } = event;
      const said: Message = { kind: 'message', id, seq, at, from, text, html, masks, masked: hidesSomething(text, masks, file), replyTo, file, edited: false, removed: false, failed: false };
      return { ...chat, items: [...chat.items, said] };
    }
    case 'edit':
      return changed(chat, event.id, ({ masked }) => ({ text: event.text, html: event.html, masks: event.masks, masked: masked || event.masks.length > 0, edited: true }));
    case 'mask':
      return changed(chat, event.id, ({ file }) => ({
        text: event.text,
        html: event.html,
        masks: event.masks,
        masked: event.masked,
        file: file && event.name !== null ? { ...file, name: event.name } : null,
      }));
    case 'delete':
      return changed(chat, event.id, () => ({ text: '', html: null, masks: [], masked: false, file: null, removed: true }));
    case 'failed':
      return changed(chat, event.id, () => ({ failed: true }));
    case 'closed':
      return noted({ ...chat, closed: true }, event, 'closed', event.by);
    case 'rating_request':
      return noted(chat, event, 'asked', null);
    case 'rated':
      return noted(chat, event, 'rated', String(event.score));
    case 'idle_warning':
      return noted(chat, event, 'idle', null);
    case 'unknown':
      return chat;
  }
}

/** Of a file that is masked nothing is told any more, and a name says what it hides by asterisks alone. */
function hidesSomething(text: string, masks: readonly Span[], file: Attachment | null): boolean {
  return masks.length > 0 || (file ? /\*{2}/.test(file.name) : text === '');
}

/** The place in the queue changes often, and says nothing to an agent: only that it waits again. */
function moved(chat: Conversation, event: ChatEvent & { type: 'state' }): Conversation {
  if (event.state === 'active') {
    if (event.agent === chat.agent) return chat;
    return noted({ ...chat, agent: event.agent }, event, 'joined', event.agent);
  }
  return chat.agent === null ? chat : noted({ ...chat, agent: null }, event, 'waits', null);
}

function noted(chat: Conversation, { seq, at }: ChatEvent, what: Notice['what'], of: string | null): Conversation {
  return { ...chat, items: [...chat.items, { kind: 'notice', seq, at, what, of }] };
}

function changed(chat: Conversation, id: string, change: (message: Message) => Partial<Message>): Conversation {
  return { ...chat, items: chat.items.map((item) => (item.kind === 'message' && item.id === id ? { ...item, ...change(item) } : item)) };
}

export type Block =
  | { readonly kind: 'day'; readonly key: string; readonly at: number }
  | { readonly kind: 'notice'; readonly key: string; readonly notice: Notice }
  | { readonly kind: 'group'; readonly key: string; readonly messages: readonly Message[] };

/** Days, notices, and what one sender wrote within one minute. A block that did not change is the same object as before. */
export function blocks(items: readonly Item[], dayOf: (at: number) => string, before: readonly Block[] = []): Block[] {
  const out: Block[] = [];
  let day: string | null = null;
  for (const item of items) {
    const today: string | null = item.at === null ? day : dayOf(item.at);
    if (today !== day && item.at !== null) out.push({ kind: 'day', key: `day-${item.seq}`, at: item.at });
    day = today;
    const last = out.at(-1);
    if (item.kind === 'notice') out.push({ kind: 'notice', key: `notice-${item.seq}`, notice: item });
    else if (last?.kind === 'group' && together(last.messages[0], item)) out[out.length - 1] = { ...last, messages: [...last.messages, item] };
    else out.push({ kind: 'group', key: `group-${item.seq}`, messages: [item] });
  }
  const known = new Map(before.map((block) => [block.key, block]));
  return out.map((block) => {
    const old = known.get(block.key);
    return old && same(old, block) ? old : block;
  });
}

function together(first: Message | undefined, next: Message): boolean {
  const minute = (at: number | null) => Math.floor((at ?? 0) / 60_000);
  return first !== undefined && first.from.kind === next.from.kind && first.from.name === next.from.name && minute(first.at) === minute(next.at);
}

function same(a: Block, b: Block): boolean {
  if (a.kind === 'group' && b.kind === 'group') return a.messages.length === b.messages.length && a.messages.every((message, i) => message === b.messages[i]);
  if (a.kind === 'notice' && b.kind === 'notice') return a.notice === b.notice;
  return a.kind === 'day' && b.kind === 'day' && a.at === b.at;
}

export const messages = ({ items }: Conversation): Message[] => items.filter((item): item is Message => item.kind === 'message');
