/** Everything the page shows, at one moment. */

import type { Texts } from '../texts/type';
import type { Chat } from './chat';
import type { Talk } from './talk';
import type { HelpCenter } from './wire';

export type Screen = 'loading' | 'unreachable' | 'refused' | 'start' | 'contact' | 'contact-sent' | 'chat';

export interface Trouble {
  readonly code: string;
  readonly field: string | null;
}

export interface State {
  readonly texts: Texts;
  readonly screen: Screen;
  readonly center: HelpCenter | null;
  readonly chat: Chat | null;
  /** null until src/talk has come. */
  readonly talk: Talk | null;
  /** It did not come at once; until then its place is kept free. */
  readonly plain: boolean;
  readonly connected: boolean;
  readonly busy: boolean;
  readonly trouble: Trouble | null;
  /** The server does not believe the host page's word for who this is. */
  readonly unverified: boolean;
  readonly ticket: { readonly number: number; readonly email: string } | null;
  readonly framed: boolean;
  readonly panelOpen: boolean;
  readonly sound: boolean;
}
