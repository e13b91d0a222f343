/** What a running chat shows beside its messages, and what the customer does there. */

import { ApiError, ended } from '../page/shared';
import { lastAgentSeq } from '../page/chat';
import type { ChatTicket } from '../page/api';
import type { Chat } from '../page/chat';
import type { TalkHost } from '../page/talk';
import { callsOf } from './calls';
import type { Calls, Send } from './calls';
import { tellTyping } from './typing';
import { openUploads } from './uploads';
import type { Upload } from './uploads';
import { factsOf, parseFrame, parseOffers } from './wire';
import type { Attachment, Facts, Offers } from './wire';

const TYPING_MS = 30_000;
/** Files from other people are only ever saved: under this type no browser opens them on our origin. */
const SAVED_AS = 'application/octet-stream';

export interface TalkState {
  readonly ending: 'no' | 'asking' | 'sending' | 'failed';
  /** The agent has seen the customer's messages up to this number. */
  readonly seenUpTo: number;
  readonly typing: { readonly name: string; readonly after: number } | null;
  readonly uploads: readonly Upload[];
  /** Attachments by id: under way, or not to be had. */
  readonly fetches: Readonly<Record<string, 'busy' | 'failed'>>;
  readonly shown: { readonly file: Attachment; readonly address: string } | null;
  readonly dragging: boolean;
  readonly rating: {
    readonly state: 'asking' | 'sending' | 'failed' | 'done' | 'over';
    readonly score: number;
    readonly comment: string;
    /** The request that was put aside; a later one asks again. */
    readonly aside: number;
  };
  readonly transcript: 'no' | 'busy' | 'failed';
  readonly mail: 'no' | 'asking' | 'sending' | 'sent';
  readonly mailTo: string;
  readonly mailError: string | null;
}

const FRESH: TalkState = {
  ending: 'no',
  seenUpTo: 0,
  typing: null,
  uploads: [],
  fetches: {},
  shown: null,
  dragging: false,
  rating: { state: 'asking', score: 0, comment: '', aside: 0 },
  transcript: 'no',
  mail: 'no',
  mailTo: '',
  mailError: null,
};

export interface TalkWorld {
  send: Send;
  /** Hands a file to the customer. */
  save(blob: Blob, name: string): void;
}

export type Talking = ReturnType<typeof openTalking>;

export function openTalking(host: TalkHost, { send, save }: TalkWorld) {
  let state = FRESH;
  let stamp = 0;
  let of: ChatTicket | null = null;
  let calls: Calls | null = null;
  let readTold = 0;
  let cancelTyping = () => {};
  /** What was just sent from here need not be loaded from there. */
  const sent = new Map<string, File>();

  function set(change: Partial<TalkState>): void {
    const before = state;
    state = { ...state, ...change };
    if (before.seenUpTo !== state.seenUpTo || before.fetches !== state.fetches) stamp++;
    host.changed();
  }

  const chat = () => host.state().chat;
  const connected = () => host.state().connected;
  const codeOf = (error: unknown) => (error instanceof ApiError ? error.code : 'network');
  const quietly = (call: Promise<void> | undefined) => void call?.catch(() => {});

  const uploads = openUploads({
    freshKey: host.freshKey,
    changed: (uploads) => set({ uploads }),
    async send(key, file, progress, signal) {
      sent.set(key, file);
      await calls?.upload(key, file, progress, signal);
    },
  });

  const typing = tellTyping({
    now: host.now,
    later: host.later,
    say: (typing) => host.say({ type: 'typing', typing }),
    post: (typing) => connected() && quietly(calls?.typing(typing)),
  });

  function look(): void {
    const ticket = host.ticket();
    if (ticket?.chat !== of?.chat) begin(ticket);
    const now = chat();
    if (!now || !of) return;
    uploads.arrived(new Set(now.entries.map(({ key }) => key)));
    if (now.stage !== 'closed') tellRead(host.seen());
  }

  function begin(ticket: ChatTicket | null): void {
    of = ticket;
    calls = of && callsOf(host.api, of, send);
    readTold = 0;
    cancelTyping();
    sent.clear();
    state = FRESH;
    uploads.clear();
  }

  function tellRead(seq: number): void {
    if (seq <= readTold || !connected()) return;
    const before = readTold;
    readTold = seq;
    if (host.say({ type: 'read', seq })) return;
    void calls?.read(seq).catch(() => {
      if (readTold === seq) readTold = before;
    });
  }

  function hear(value: unknown): void {
    const frame = parseFrame(value);
    const now = chat();
    if (!frame || !now) return;
    if (frame.type === 'read') return set({ seenUpTo: Math.max(state.seenUpTo, frame.seq) });
    cancelTyping();
    set({ typing: frame.name === null ? null : { name: frame.name || (now.agent ?? ''), after: lastAgentSeq(now) } });
    cancelTyping = host.later(TYPING_MS, () => set({ typing: null }));
  }

  const offers = memoOf((center: unknown): Offers => parseOffers(center));
  const facts = memoOf((chat: Chat | null): Facts => (chat ? factsOf(chat) : { asked: 0, score: null, warning: null }));

  async function fetchOf(file: Attachment): Promise<Blob> {
    const own = file.key === null ? undefined : sent.get(file.key);
    if (own) return own;
    if (!calls) throw new ApiError(0, 'network');
    return calls.attachment(file.id);
  }

  const mark = (id: string, as: 'busy' | 'failed' | null) => {
    const { [id]: _, ...others } = state.fetches;
    set({ fetches: as ? { ...others, [id]: as } : others });
  };

  return {
    state: () => state,
    stamp: () => stamp,
    chat,
    facts: () => facts(chat()),
    offers: () => offers(host.state().center?.offers),
    /** Whether files may be sent now. */
    takesFiles: () => offers(host.state().center?.offers).files !== null && chat()?.stage !== 'closed' && host.state().screen === 'chat',
    look,
    hear,
    wrote: (text: string) => typing(chat()?.stage === 'active' ? text : ''),
    newChat: host.newChat,
    showContact: host.showContact,
    now: host.now,
    retry: uploads.retry,
    drop: uploads.drop,

    attach(files: readonly File[]): void {
      const limits = offers(host.state().center?.offers).files;
      if (limits && files.length) uploads.add(files, limits);
    },

    drag: (dragging: boolean) => {
      if (dragging !== state.dragging) set({ dragging });
    },

    askToEnd: (asking: boolean) => set({ ending: asking ? 'asking' : 'no' }),

    async end(): Promise<void> {
      if (!calls || state.ending === 'sending') return;
      set({ ending: 'sending' });
      try {
        await calls.close();
        set({ ending: 'no' });
        host.changeChat((chat) => ended(chat, 'customer'));
      } catch {
        set({ ending: 'failed' });
      }
    },

    /** For an image; what cannot be had is shown as a file. */
    async address(file: Attachment): Promise<string | null> {
      try {
        return URL.createObjectURL(await fetchOf(file));
      } catch {
        mark(file.id, 'failed');
        return null;
      }
    },

    cannotShow: (file: Attachment) => mark(file.id, 'failed'),

    async download(file: Attachment): Promise<void> {
      if (state.fetches[file.id] === 'busy') return;
      mark(file.id, 'busy');
      try {
        save(new Blob([await fetchOf(file)], { type: SAVED_AS }), file.name);
        mark(file.id, null);
      } catch {
        mark(file.id, 'failed');
      }
    },

    show: (file: Attachment | null, address = '') => set({ shown: file && { file, address } }),

    rateLater: () => set({ rating: { ...state.rating, aside: facts(chat()).asked } }),
    rateAgain: (score: number) => set({ rating: { ...state.rating, state: 'asking', score } }),
    choose: (score: number) => set({ rating: { ...state.rating, score } }),
    remark: (comment: string) => set({ rating: { ...state.rating, comment } }),

    async rate(): Promise<void> {
      const { rating } = state;
      if (!calls || !rating.score || rating.state === 'sending') return;
      set({ rating: { ...rating, state: 'sending' } });
      try {
        await calls.rate(rating.score, rating.comment.trim());
        set({ rating: { ...state.rating, state: 'done' } });
      } catch (error) {
        const over = error instanceof ApiError && error.status === 409;
        set({ rating: { ...state.rating, state: over ? 'over' : 'failed' } });
      }
    },

    async saveTranscript(): Promise<void> {
      if (!calls || state.transcript === 'busy') return;
      set({ transcript: 'busy' });
      try {
        save(await calls.transcript(), `chat-${new Date(host.now()).toISOString().slice(0, 10)}.txt`);
        set({ transcript: 'no' });
      } catch {
        set({ transcript: 'failed' });
      }
    },

    askForMail: () => set({ mail: 'asking' }),
    mailTo: (mailTo: string) => set({ mailTo, mailError: null }),

    async mailTranscript(): Promise<void> {
      if (!calls || state.mail === 'sending') return;
      set({ mail: 'sending', mailError: null });
      try {
        await calls.mailTranscript(state.mailTo.trim());
        set({ mail: 'sent' });
      } catch (error) {
        set({ mail: 'asking', mailError: codeOf(error) });
      }
    },
    refuseMail: () => set({ mailError: 'invalid' }),
  };
}

/** Of an immutable value the answer stays the same. */
function memoOf<A, B>(make: (from: A) => B): (from: A) => B {
  let last: { readonly from: A; readonly made: B } | null = null;
  return (from) => {
    if (!last || last.from !== from) last = { from, made: make(from) };
    return last.made;
  };
}
