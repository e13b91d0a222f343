/** What the browser keeps, and only after a chat was started: which chat, its drafts and its unsent messages. */

import type { ChatTicket } from './api';
import type { Unsent } from './chat';
import { object } from './wire';

export interface Settings {
  readonly locale?: string;
  readonly sound?: boolean;
}

export interface Memory {
  /** The chat to go on with: an open one, or one that ended in this tab. */
  chat(): ChatTicket | null;
  /** The customer's token, which outlives the chat so that the same person stays the same customer. */
  visitorToken(): string | null;
  keepOpen(chat: ChatTicket): void;
  keepClosed(chat: ChatTicket): void;
  forgetChat(): void;
  forgetVisitor(): void;
  draft(): string;
  keepDraft(text: string): void;
  unstored(): Unsent[];
  keepUnstored(messages: readonly Unsent[]): void;
  readSeq(): number;
  keepReadSeq(seq: number): void;
  settings(): Settings;
  keepSettings(settings: Settings): void;
}

type Shelf = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** `lasting` is shared by the customer's tabs; `tab` ends with the tab. Either may be missing or refuse. */
export function memory(service: string, lasting: Shelf | null, tab: Shelf | null): Memory {
  const name = (what: string) => `helproom:${service}:${what}`;
  const get = (shelf: Shelf | null, what: string): unknown => {
    try {
      return JSON.parse(shelf?.getItem(name(what)) ?? 'null');
    } catch {
      return null;
    }
  };
  const put = (shelf: Shelf | null, what: string, value: unknown) => {
    try {
      if (value === null) shelf?.removeItem(name(what));
      else shelf?.setItem(name(what), JSON.stringify(value));
    } catch {
      // Full or forbidden: the chat goes on, it only will not survive a reload.
    }
  };
  const ticket = (value: unknown): ChatTicket | null => {
    const { chat, visitorToken, version } = object(value);
    if (typeof chat !== 'string' || typeof visitorToken !== 'string') return null;
    return { chat, visitorToken, ...(typeof version === 'string' && { version }) };
  };

  return {
    chat: () => ticket(get(lasting, 'chat')) ?? ticket(get(tab, 'closed')),
    visitorToken: () => {
      const kept = get(lasting, 'visitor');
      return typeof kept === 'string' ? kept : null;
    },
    keepOpen: (chat) => {
      put(lasting, 'chat', chat);
      put(lasting, 'visitor', chat.visitorToken);
    },
    keepClosed: (chat) => {
      put(lasting, 'chat', null);
      put(tab, 'closed', chat);
    },
    forgetChat: () => {
      for (const what of ['chat', 'read']) put(lasting, what, null);
      for (const what of ['closed', 'draft', 'unsent']) put(tab, what, null);
    },
    forgetVisitor: () => put(lasting, 'visitor', null),
    draft: () => {
      const kept = get(tab, 'draft');
      return typeof kept === 'string' ? kept : '';
    },
    keepDraft: (text) => put(tab, 'draft', text || null),
    unstored: () => {
      const kept = get(tab, 'unsent');
      return (Array.isArray(kept) ? kept : []).flatMap((item) => {
        const { key, text, at } = object(item);
        return typeof key === 'string' && typeof text === 'string' ? [{ key, text, at: Number(at) || 0 }] : [];
      });
    },
    keepUnstored: (messages) => put(tab, 'unsent', messages.length ? messages : null),
    readSeq: () => Number(get(lasting, 'read')) || 0,
    keepReadSeq: (seq) => put(lasting, 'read', seq),
    settings: () => {
      const { locale, sound } = object(get(lasting, 'settings'));
      return {
        ...(typeof locale === 'string' && { locale }),
        ...(typeof sound === 'boolean' && { sound }),
      };
    },
    keepSettings: (settings) => put(lasting, 'settings', settings),
  };
}
