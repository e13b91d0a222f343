/** Everything the page shows, at one moment. */

import type { Texts } from '../texts/type';
import type { Chat } from './chat';
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
  readonly connected: boolean;
  readonly busy: boolean;
  readonly trouble: Trouble | null;
  readonly ticket: { readonly number: number; readonly email: string } | null;
  readonly ending: 'no' | 'asking' | 'sending' | 'failed';
  readonly framed: boolean;
  readonly panelOpen: boolean;
  readonly sound: boolean;
}
