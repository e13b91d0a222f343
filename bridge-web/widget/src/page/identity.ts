/** Who the host page says the customer is. Held here and never stored: the host page says it again. */

import { ApiError } from './api';
import type { Api, ChatTicket } from './api';

export interface IdentityWorld {
  readonly api: Api;
  /** Whether an open chat from another device may be asked for, and gone on with. */
  ready(): boolean;
  goOn(ticket: ChatTicket): void;
  /** Whether the server did not believe it. */
  unverified(is: boolean): void;
}

export function openIdentity({ api, ready, goOn, unverified }: IdentityWorld) {
  let heard: string | null = null;
  let believed: string | null = null;
  let asked: string | null = null;
  return {
    now: () => believed,

    /** Heard again with every visit of the host page; only another one counts. */
    hear(jwt: string): void {
      if (jwt === heard) return;
      believed = heard = jwt;
      unverified(false);
    },

    asGuest(): void {
      believed = null;
      unverified(false);
    },

    forget(): void {
      believed = heard = null;
    },

    async resume(): Promise<void> {
      if (!believed || !ready() || asked === believed) return;
      const mine = (asked = believed);
      try {
        const ticket = await api.resume(mine);
        if (ready() && mine === believed) goOn(ticket);
        else asked = null;
      } catch (error) {
        if (!(error instanceof ApiError)) return;
        if (error.code === 'identity_invalid') unverified(true);
        else if (error.status !== 404) asked = null;
      }
    },
  };
}
