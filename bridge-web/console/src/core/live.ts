/** Something that is read again as soon as it differs: a long poll with an entity tag, which never gives up. */

import { backoff } from '../../../widget/src/page/backoff';
import { ApiError } from './api';
import type { Fresh, Waiting } from './api';
import { Store } from './store';

export interface LiveState<T> {
  readonly value: T | null;
  /** It could not be read: for good, or (`passes`) until now. */
  readonly error: ApiError | null;
}

export interface Patience {
  /** Resolves after `ms`, or as soon as the signal says so. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
  random(): number;
}

export class Live<T> {
  readonly state = new Store<LiveState<T>>({ value: null, error: null });
  private stop = new AbortController();
  private rouse = new AbortController();
  private running = false;

  constructor(
    private readonly ask: (wait: Waiting) => Promise<Fresh<T>>,
    private readonly patience: Patience,
  ) {}

  start(): void {
    if (this.running) return;
    this.running = true;
    this.stop = new AbortController();
    void this.run(this.stop.signal);
  }

  pause(): void {
    this.running = false;
    this.stop.abort();
    this.rouse.abort();
  }

  /** Reads now, whatever it waits for: something was changed, or the network is back. */
  poke(): void {
    if (!this.running) return;
    this.pause();
    this.start();
  }

  private async run(stopped: AbortSignal): Promise<void> {
    // What is known is from before a pause, so the first look does not wait.
    let etag: string | null = null;
    for (let failures = 0; !stopped.aborted; ) {
      try {
        const fresh = await this.ask({ etag, signal: stopped });
        if (stopped.aborted) return;
        failures = 0;
        this.took(fresh.value);
        // Without a tag nothing can be waited for, and asking on and on would be a flood.
        if (fresh.etag === null) await this.sleep(NO_TAG_MS, stopped);
        etag = fresh.etag;
      } catch (error) {
        if (stopped.aborted) return;
        if (!(error instanceof ApiError)) throw error;
        // Who logs in again finds what was there; what is gone or forbidden is not shown any longer.
        const keeps = error.passes || error.status === 401;
        this.state.set({ value: keeps ? this.state.value.value : null, error });
        if (!error.passes) return;
        const least = (error.retryAfterS ?? 0) * 1_000;
        await this.sleep(Math.max(least, backoff(failures++, this.patience.random())), stopped);
      }
    }
  }

  private took(value: T | null): void {
    const { value: before, error } = this.state.value;
    if (value !== null || error !== null) this.state.set({ value: value ?? before, error: null });
  }

  private sleep(ms: number, stopped: AbortSignal): Promise<void> {
    this.rouse = new AbortController();
    stopped.addEventListener('abort', () => this.rouse.abort(), { once: true });
    return this.patience.wait(ms, this.rouse.signal);
  }
}

const NO_TAG_MS = 5_000;
