/** A chat as the customer sees it: what events, acknowledgements and typing make of it. Pure. */

import type { Ack, ChatEvent, Ender, Sender, Stage } from './wire';

export interface Message {
  readonly kind: 'message';
  /** Ours for what was typed here, the server's otherwise; stays the same from pending to sent. */
  readonly key: string;
  readonly id: string | null;
  readonly seq: number | null;
  readonly from: Sender;
  readonly text: string;
  readonly html?: string | null;
  readonly replyTo?: string | null;
  readonly file?: unknown;
  /** What a mask made of the file's name; null: of the file nothing is left. */
  readonly name?: string | null | undefined;
  readonly at: number;
  readonly state: 'pending' | 'sent' | 'failed';
  readonly edited?: boolean;
  readonly removed?: boolean;
  readonly masked?: boolean | undefined;
}

export interface Notice {
  readonly kind: 'joined' | 'tookOver' | 'left';
  readonly key: string;
  readonly seq: number;
  readonly name: string;
  readonly at: number;
}

export type Entry = Message | Notice;

export interface Place {
  readonly position: number | null;
  readonly waitS: number | null;
  /** When the estimate was true. */
  readonly at: number;
}

export interface Chat {
  readonly id: string;
  readonly stage: Stage;
  readonly place: Place | null;
  readonly contact: boolean;
  readonly agent: string | null;
  readonly closedBy: Ender | null;
  readonly entries: readonly Entry[];
  /** Events that only src/talk understands, which may come later than they. */
  readonly others: readonly ChatEvent[];
  /** The last event seen: from here a reconnect resumes. */
  readonly seq: number;
  readonly loaded: boolean;
}

export interface Unsent {
  readonly key: string;
  readonly text: string;
  readonly at: number;
}

export function openChat(id: string, unsent: readonly Unsent[] = [], loaded = false): Chat {
  const chat: Chat = {
    id,
    stage: 'waiting',
    place: null,
    contact: false,
    agent: null,
    closedBy: null,
    entries: [],
    others: [],
    seq: 0,
    loaded,
  };
  return unsent.reduce(typed, chat);
}

export function typed(chat: Chat, { key, text, at }: Unsent): Chat {
  const from: Sender = { kind: 'customer', name: null };
  const message: Message = { kind: 'message', key, id: null, seq: null, from, text, at, state: 'pending' };
  return { ...chat, entries: [...chat.entries, message] };
}

/** Events in any number; what was seen before is ignored. */
export function received(chat: Chat, events: readonly ChatEvent[], now: number): Chat {
  // What happened before this page was loaded carries its own time; later the customer's clock is the honest one.
  const at = (event: ChatEvent) => (chat.loaded ? now : event.at || now);
  const after = events.reduce((before, event) => (event.seq > before.seq ? apply(before, event, at(event)) : before), chat);
  return after.loaded ? after : { ...after, loaded: true };
}

function apply(before: Chat, event: ChatEvent, now: number): Chat {
  const chat = { ...before, seq: event.seq };
  switch (event.type) {
    case 'state':
      return moved(chat, event, now);
    case 'message':
      return said(chat, event, now);
    case 'edit':
      return changed(chat, event.id, { text: event.text, html: event.html, edited: true });
    case 'mask':
      return changed(chat, event.id, { text: event.text, html: event.html, masked: event.masked, name: event.name });
    case 'delete':
      return withdrawn(chat, event.id);
    case 'failed':
      return changed(chat, event.id, { state: 'failed' });
    case 'closed':
      return ended(chat, event.by);
    case 'unknown':
      return { ...chat, others: [...chat.others, event] };
  }
}

function moved(chat: Chat, event: ChatEvent & { type: 'state' }, now: number): Chat {
  if (chat.stage === 'closed') return chat;
  const next = { ...chat, stage: event.state, contact: event.contact };
  const notice = (kind: Notice['kind'], name: string): Notice => ({ kind, name, seq: event.seq, key: `${kind}-${event.seq}`, at: now });
  if (event.state === 'active') {
    const name = event.agent ?? chat.agent;
    const joined = name && name !== chat.agent ? [notice(chat.agent ? 'tookOver' : 'joined', name)] : [];
    return { ...next, agent: name, place: null, entries: ordered([...chat.entries, ...joined]) };
  }
  if (event.state === 'closed') return ended(next, null);
  const left = chat.stage === 'active' && chat.agent ? [notice('left', chat.agent)] : [];
  return {
    ...next,
    agent: null,
    place: { position: event.position, waitS: event.waitS, at: now },
    entries: ordered([...chat.entries, ...left]),
  };
}

/** What had not left by now never will; marking it says so, and the customer can still copy it. */
export function ended(chat: Chat, by: Ender | null): Chat {
  return {
    ...chat,
    stage: 'closed',
    closedBy: chat.closedBy ?? by,
    // What was typed after the end is for the next chat.
    entries: chat.stage === 'closed' ? chat.entries : chat.entries.map(givenUp),
  };
}

/** Marks what is pending as not sent. */
export function givenUp(entry: Entry): Entry {
  return entry.kind === 'message' && entry.state === 'pending' ? { ...entry, state: 'failed' } : entry;
}

function said(chat: Chat, event: ChatEvent & { type: 'message' }, now: number): Chat {
  const mine = (entry: Entry) =>
    entry.kind === 'message' && (entry.id === event.id || (event.key !== null && entry.key === event.key));
  const known = chat.entries.find(mine) as Message | undefined;
  const message: Message = {
    kind: 'message',
    key: event.key ?? event.id,
    id: event.id,
    seq: event.seq,
    from: event.from,
    text: event.text,
    html: event.html,
    replyTo: event.replyTo,
    file: event.file,
    at: event.at || now,
    state: known?.state === 'failed' && known.id ? 'failed' : 'sent',
  };
  const others = known ? chat.entries.filter((entry) => entry !== known) : chat.entries;
  return { ...chat, entries: ordered([...others, message]) };
}

/** A message leaves a mark where it stood, a file nothing. */
function withdrawn(chat: Chat, id: string): Chat {
  const rest = chat.entries.filter((entry) => !(entry.kind === 'message' && entry.id === id && entry.file));
  return changed({ ...chat, entries: rest }, id, { text: '', html: null, removed: true });
}

function changed(chat: Chat, id: string, change: Partial<Message>): Chat {
  return {
    ...chat,
    entries: chat.entries.map((entry) => (entry.kind === 'message' && entry.id === id ? { ...entry, ...change } : entry)),
  };
}

export function acknowledged(chat: Chat, { key, seq, id }: Ack): Chat {
  return {
    ...chat,
    entries: ordered(
      chat.entries.map((entry) =>
        entry.kind === 'message' && entry.key === key && entry.id === null ? { ...entry, id, seq, state: 'sent' } : entry,
      ),
    ),
  };
}

/** The server did not take the message; it stays, marked, until the customer tries again. */
export function refused(chat: Chat, key: string): Chat {
  return {
    ...chat,
    entries: chat.entries.map((entry) =>
      entry.kind === 'message' && entry.key === key && entry.state === 'pending' ? { ...entry, state: 'failed' } : entry,
    ),
  };
}

/**
 * Queues a failed message again, at the end. One the server had taken but could not deliver goes under a new
 * key, because under the old one the server would answer that it has it already.
 */
export function retried(chat: Chat, key: string, freshKey: string, now: number): Chat {
  const failed = chat.entries.find((entry): entry is Message => entry.kind === 'message' && entry.key === key && entry.state === 'failed' && !entry.file);
  if (!failed) return chat;
  const rest = { ...chat, entries: chat.entries.filter((entry) => entry !== failed) };
  return typed(rest, { key: failed.id === null ? key : freshKey, text: failed.text, at: now });
}

/** What is still to be sent, in the order it was typed. */
export function unsent(chat: Chat): Unsent[] {
  return chat.entries.flatMap((entry) =>
    entry.kind === 'message' && entry.state === 'pending' ? [{ key: entry.key, text: entry.text, at: entry.at }] : [],
  );
}

/** What the server does not have yet, refused or not: this must survive a reload. */
export function unstored(chat: Chat): Unsent[] {
  return chat.entries.flatMap((entry) =>
    entry.kind === 'message' && entry.id === null ? [{ key: entry.key, text: entry.text, at: entry.at }] : [],
  );
}

export function lastAgentSeq(chat: Chat): number {
  return chat.entries.reduce((last, entry) => (isFromAgent(entry) ? Math.max(last, entry.seq ?? 0) : last), 0);
}

export function unread(chat: Chat, readSeq: number): number {
  return chat.entries.filter((entry) => isFromAgent(entry) && !entry.removed && (entry.seq ?? 0) > readSeq).length;
}

function isFromAgent(entry: Entry): entry is Message {
  return entry.kind === 'message' && entry.from.kind === 'agent';
}

function ordered(entries: readonly Entry[]): Entry[] {
  return [...entries].sort((a, b) => (a.seq ?? Infinity) - (b.seq ?? Infinity) || 0);
}
