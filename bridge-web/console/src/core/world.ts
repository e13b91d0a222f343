/** What the desk needs from outside, and what it asks views to show. */

import type { PatientFetch } from '../../../widget/src/page/api';
import type { Texts } from '../texts/type';
import type { ChatLine } from '../wire/chat';
import type { Language } from '../wire/session';
import type { OpenChat } from './chat';
import type { Vouching } from './door';
import type { Patience } from './live';

export interface World extends Patience {
  readonly base: URL;
  readonly fetch: PatientFetch;
  /** As a widget. */
  readonly vouching: Vouching | null;
  now(): number;
  freshKey(): string;
  later(ms: number, run: () => void): () => void;
  hash(): string;
  /** `replace`: back does not lead here. */
  go(hash: string, replace: boolean): void;
  texts(language: Language): Texts;
  /** The language asked for in the address. */
  wished(): Language | null;
  /** A chat is offered while nobody looks. */
  notify(chat: ChatLine, texts: Texts): void;
}

export type Dialog =
  | { readonly kind: 'keys' }
  | { readonly kind: 'transfer' | 'close' | 'ticket'; readonly chat: OpenChat }
  | { readonly kind: 'mask'; readonly chat: OpenChat; readonly message: string }
  | { readonly kind: 'image'; readonly chat: OpenChat; readonly message: string; readonly name: string; readonly source: string };

export interface Toast {
  readonly key: number;
  readonly text: string;
  readonly bad: boolean;
  /** Where one can go from it. */
  readonly link: { readonly hash: string; readonly label: string } | null;
}
