/** One chat that is looked at: what is known of it, its conversation, what is written here, its masks. */

import { backoff } from '../../../widget/src/page/backoff';
import type { ChatDetails } from '../wire/chat';
import type { Span } from '../wire/event';
import { ApiError, WAIT_S } from './api';
import type { Api, MaskWhat } from './api';
import { EMPTY, messages, received } from './conversation';
import type { Conversation } from './conversation';
import type { Patience } from './live';
import * as outbox from './outbox';
import type { Unsent } from './outbox';
import { Revealing } from './reveal';
import { words } from './spans';
import { Store } from './store';

export interface ChatDeps extends Patience {
  api: Api;
  now(): number;
  freshKey(): string;
  later(ms: number, run: () => void): () => void;
  /** In the agent's language. */
  explain(error: unknown): string;
}

/** What is known, or why it is not. */
export interface Known {
  readonly details: ChatDetails | null;
  readonly error: ApiError | null;
}

export class OpenChat {
  readonly known = new Store<Known>({ details: null, error: null });
  readonly conversation = new Store<Conversation>(EMPTY);
  readonly loaded = new Store(false);
  /** Reading does not work at the moment. */
  readonly troubled = new Store(false);
  readonly unsent = new Store<readonly Unsent[]>([]);
  /** What went wrong, beside the message it is about. */
  readonly problems = new Store<Readonly<Record<string, string>>>({});
  readonly revealing: Revealing;
  draft = '';
  private stop: AbortController | null = null;
  private sending = false;
  private rouse = new AbortController();

  constructor(
    readonly id: string,
    private readonly deps: ChatDeps,
  ) {
    const { api, explain, now, later } = deps;
    this.revealing = new Revealing({ ask: (message, reason) => api.reveal(id, message, reason), explain, now, later });
  }

  start(): void {
    if (this.stop) return;
    this.stop = new AbortController();
    void this.refresh();
    void this.read(this.stop.signal);
  }

  pause(): void {
    this.stop?.abort();
    this.stop = null;
    this.revealing.forget();
  }

  poke(): void {
    this.rouse.abort();
    if (!this.stop) return;
    this.stop.abort();
    this.stop = null;
    this.start();
  }

  async refresh(): Promise<void> {
    try {
      this.known.set({ details: await this.deps.api.chat(this.id), error: null });
    } catch (error) {
      if (error instanceof ApiError && error.code !== 'aborted') this.known.update(({ details }) => ({ details: error.passes || error.status === 401 ? details : null, error }));
    }
  }

  private async read(stopped: AbortSignal): Promise<void> {
    for (let failures = 0; !stopped.aborted; ) {
      try {
        const { seq } = this.conversation.value;
        // All that is there comes first, and only then it is worth waiting.
        const { events, next } = await this.deps.api.events(this.id, seq, this.loaded.value ? WAIT_S : 0, stopped);
        if (stopped.aborted) return;
        failures = 0;
        this.troubled.set(false);
        this.take(received(this.conversation.value, events), next);
        if (events.length === 0) this.loaded.set(true);
        if (events.some(({ type }) => type === 'state' || type === 'closed' || type === 'rated' || type === 'rating_request')) void this.refresh();
      } catch (error) {
        if (stopped.aborted) return;
        if (!(error instanceof ApiError)) throw error;
        if (!error.passes) {
          this.known.update(({ details }) => ({ details: error.status === 404 ? null : details, error }));
          return;
        }
        this.troubled.set(true);
        await this.deps.wait(Math.max((error.retryAfterS ?? 0) * 1_000, backoff(failures++, this.deps.random())), stopped);
      }
    }
  }

  private take(conversation: Conversation, next: number): void {
    this.conversation.set({ ...conversation, seq: Math.max(conversation.seq, next) });
    this.unsent.update((all) => outbox.kept(all, conversation));
  }

  write(text: string): void {
    this.unsent.update((all) => outbox.written(all, this.deps.freshKey(), text, this.deps.now(), this.conversation.value.seq));
    void this.pump();
  }

  retry(key: string): void {
    this.unsent.update((all) => outbox.retried(all, key));
    void this.pump();
  }

  drop(key: string): void {
    this.unsent.update((all) => outbox.dropped(all, key));
  }

  /** One after the other, so that they arrive in the order they were written. */
  private async pump(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    for (let failures = 0; ; ) {
      const one = outbox.next(this.unsent.value);
      if (!one) break;
      try {
        const { id } = await this.deps.api.send(this.id, one.key, one.text);
        failures = 0;
        this.unsent.update((all) => outbox.kept(outbox.stored(all, one.key, id), this.conversation.value));
      } catch (error) {
        if (!(error instanceof ApiError) || !error.passes || failures >= GIVE_UP_AFTER) {
          this.unsent.update((all) => outbox.failed(all, one.key, this.deps.explain(error)));
          continue;
        }
        this.rouse = new AbortController();
        await this.deps.wait(Math.max((error.retryAfterS ?? 0) * 1_000, backoff(failures++, this.deps.random())), this.rouse.signal);
      }
    }
    this.sending = false;
  }

  async mask(message: string, what: MaskWhat): Promise<void> {
    await this.about(message, async () => {
      const { note } = await this.deps.api.mask(this.id, message, what);
      if (note) this.tell(message, note);
    });
  }

  /** The words go along, so that the server can refuse when the message has changed in the meantime. */
  async maskSpan(message: string, span: Span): Promise<void> {
    const found = messages(this.conversation.value).find(({ id }) => id === message);
    if (found) await this.mask(message, { start: span[0], end: span[1], text: words(found.text, span) });
  }

  async undo(message: string): Promise<void> {
    this.revealing.forget();
    await this.about(message, () => this.deps.api.undo(this.id, message, ''));
  }

  tell(message: string, problem: string | null): void {
    this.problems.update(({ [message]: _, ...others }) => (problem ? { ...others, [message]: problem } : others));
  }

  private async about(message: string, act: () => Promise<unknown>): Promise<void> {
    this.tell(message, null);
    try {
      await act();
    } catch (error) {
      this.tell(message, this.deps.explain(error));
    }
  }
}

const GIVE_UP_AFTER = 6;
