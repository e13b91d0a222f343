/** What views need of the browser around the page. */

import type { Desk } from '../core/desk';
import type { Store } from '../core/store';
import type { Language } from '../wire/session';

export interface Surroundings {
  readonly desk: Desk;
  go(hash: string): void;
  /** The language of this tab, kept in its address. */
  speak(language: Language): void;
  /** Whether offers are told by the browser while the page is hidden; `never`: it cannot or may not. */
  readonly notifying: Store<'on' | 'off' | 'never'>;
  switchNotifying(): void;
}
