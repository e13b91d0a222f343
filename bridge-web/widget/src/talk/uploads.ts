/** Files on their way to the server: one after the other, each under a key that makes a repeat harmless. */

import { ApiError } from '../page/shared';
import type { Offers } from './wire';

export interface Upload {
  readonly key: string;
  readonly file: File;
  /** 0 to 1. */
  readonly sent: number;
  readonly state: 'waiting' | 'going' | 'done' | 'failed';
  /** The server's code for why not. */
  readonly why: string | null;
}

/** Of these the same file may get through later. */
const PASSING = ['network', 'too_many', 'unavailable', 'internal', 'too_slow', 'unknown'];

export const canRetry = ({ state, why }: Upload) => state === 'failed' && PASSING.includes(why ?? '');

export interface UploadWorld {
  freshKey(): string;
  send(key: string, file: File, progress: (sent: number) => void, signal: AbortSignal): Promise<void>;
  /** The list is another one. */
  changed(uploads: readonly Upload[]): void;
}

export function openUploads(world: UploadWorld) {
  let all: readonly Upload[] = [];
  let going: AbortController | null = null;

  function set(next: readonly Upload[]): void {
    all = next;
    world.changed(all);
  }

  const change = (key: string, to: Partial<Upload>) => set(all.map((one) => (one.key === key ? { ...one, ...to } : one)));

  async function pump(): Promise<void> {
    const next = all.find(({ state }) => state === 'waiting');
    if (!next || going) return;
    const mine = new AbortController();
    going = mine;
    change(next.key, { state: 'going', sent: 0, why: null });
    try {
      await world.send(next.key, next.file, (sent) => change(next.key, { sent }), mine.signal);
      change(next.key, { state: 'done', sent: 1 });
    } catch (error) {
      change(next.key, { state: 'failed', why: error instanceof ApiError ? error.code : 'network' });
    }
    if (going === mine) going = null;
    void pump();
  }

  return {
    add(files: readonly File[], limits: NonNullable<Offers['files']>): void {
      set([
        ...all,
        ...files.map((file): Upload => {
          const why = refusal(file, limits);
          return { key: world.freshKey(), file, sent: 0, state: why ? 'failed' : 'waiting', why };
        }),
      ]);
      void pump();
    },

    retry(key: string): void {
      change(key, { state: 'waiting', why: null });
      void pump();
    },

    /** Takes it back, or clears it away. */
    drop(key: string): void {
      if (all.find((one) => one.key === key)?.state === 'going') going?.abort();
      set(all.filter((one) => one.key !== key));
    },

    /** Their events came: the conversation shows them from now on. */
    arrived(keys: ReadonlySet<string>): void {
      if (all.some(({ key }) => keys.has(key))) set(all.filter(({ key }) => !keys.has(key)));
    },

    clear(): void {
      going?.abort();
      going = null;
      if (all.length) set([]);
    },
  };
}

/** Known beforehand, so that nothing large leaves only to be refused. */
function refusal(file: File, { maxBytes, types }: NonNullable<Offers['files']>): string | null {
  if (file.size > maxBytes) return 'too_large';
  if (file.size === 0) return 'invalid';
  const fits = (type: string) => type === file.type || (type.endsWith('/*') && file.type.startsWith(type.slice(0, -1)));
  return !types.length || types.some(fits) ? null : 'unsupported_type';
}
