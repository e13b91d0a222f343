/** Log-in and log-out: how the page comes to a session, and what it does when that ends. */

import type { Session } from '../wire/session';
import { ApiError } from './api';
import type { Api, OpenIdToken } from './api';
import { Store } from './store';

/** Why nobody is logged in: never was, it ended, the link was used or is too old, one left, the homeserver's word did not count, no answer. */
export type Shut = 'none' | 'ended' | 'spent' | 'left' | 'openid' | 'unreachable';

export type Entry =
  | { readonly at: 'opening' }
  | { readonly at: 'open'; readonly session: Session }
  /** `last` stays on the screen behind the question, so that nothing typed is lost. */
  | { readonly at: 'shut'; readonly why: Shut; readonly last: Session | null };

/** As a widget: who asks for the homeserver's word on who this is, and for which room. */
export interface Vouching {
  readonly room: string;
  openId(): Promise<OpenIdToken>;
}

export class Door {
  readonly entry = new Store<Entry>({ at: 'opening' });
  private renewing: Promise<boolean> | null = null;
  /** Kept until the server has answered to it. */
  private code: string | null = null;

  constructor(
    private readonly api: () => Api,
    private readonly vouching: Vouching | null,
  ) {}

  session(): Session | null {
    const entry = this.entry.value;
    return entry.at === 'open' ? entry.session : null;
  }

  /** With the code of a link, by the homeserver's word, or with the session this browser has already. */
  async enter(code: string | null): Promise<void> {
    const last = this.last();
    this.code = code ?? this.code;
    try {
      if (this.vouching) return this.letIn(await this.vouched());
      this.letIn(await (this.code === null ? this.api().session() : this.byLink(this.code)));
    } catch (error) {
      if (error instanceof ApiError && !error.passes) this.code = null;
      this.entry.set({ at: 'shut', why: whyOf(error, last !== null), last });
    }
  }

  /** One at a time, however many calls find out at once. */
  renew(of: Session | null): Promise<boolean> {
    if (this.session() !== of && this.session()) return Promise.resolve(true);
    this.renewing ??= this.again().finally(() => (this.renewing = null));
    return this.renewing;
  }

  /** Another tab may have logged in anew, and the cookie is that session's. */
  async recall(of: Session | null): Promise<boolean> {
    const now = this.session();
    if (now && now !== of) return now.agent.id === of?.agent.id;
    try {
      const session = await this.api().session();
      this.letIn(session);
      return session.agent.id === of?.agent.id;
    } catch {
      return false;
    }
  }

  async leave(): Promise<void> {
    await this.api().leave();
    this.entry.set({ at: 'shut', why: 'left', last: null });
  }

  private async again(): Promise<boolean> {
    const last = this.last();
    try {
      if (!this.vouching) throw new ApiError(401, 'unauthorized', '');
      this.letIn(await this.vouched());
      return true;
    } catch (error) {
      // A homeserver that is away for a moment is no reason to leave.
      if (error instanceof ApiError && error.passes) return false;
      this.entry.set({ at: 'shut', why: whyOf(error, last !== null), last });
      return false;
    }
  }

  private async vouched(): Promise<Session> {
    const { openId, room } = this.vouching as Vouching;
    return this.api().open({ openid: await openId(), room });
  }

  /** Who is in already stays so: a link that somebody sent must not make one work under another name. */
  private async byLink(code: string): Promise<Session> {
    const nobody = (error: unknown) => (error instanceof ApiError && error.status === 401 ? null : Promise.reject(error));
    return (await this.api().session().catch(nobody)) ?? this.api().open({ link: code });
  }

  private letIn(session: Session): void {
    this.code = null;
    this.entry.set({ at: 'open', session });
  }

  private last(): Session | null {
    const entry = this.entry.value;
    return entry.at === 'open' ? entry.session : entry.at === 'shut' ? entry.last : null;
  }
}

function whyOf(error: unknown, wasIn: boolean): Shut {
  if (!(error instanceof ApiError)) return 'openid';
  if (error.passes) return 'unreachable';
  if (error.code === 'link_spent') return 'spent';
  if (error.code === 'openid_refused') return 'openid';
  return wasIn ? 'ended' : 'none';
}
