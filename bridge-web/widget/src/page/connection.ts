/** The live line of one chat: a WebSocket, long poll where sockets do not pass, resumed by sequence number. */

import { ApiError } from './api';
import type { Api, ChatTicket } from './api';
import { backoff } from './backoff';
import type { Unsent } from './chat';
import { object, parseAck, parseError, parseEvent } from './wire';
import type { Ack, ChatEvent } from './wire';

const SILENCE_MS = 45_000;
const ACK_MS = 15_000;
const SOCKET_AGAIN_MS = 60_000;
const SETTLED_MS = 5_000;
const FAILURES_BEFORE_POLL = 3;
const POLL_WAIT_S = 20;
const POLL_PAUSE_MS = 1_000;
/** Answers that say nothing against the message itself: it is sent again. */
const PASSING = ['network', 'too_many', 'unavailable', 'internal'];

export interface Line {
  /** The customer typed: look into the queue. */
  poke(): void;
  /** Says what may be lost (typing, read); false when there is no socket. */
  say(frame: object): boolean;
  /** The network may be back: try at once. */
  retryNow(): void;
  /** The browser says that the network is gone. */
  lost(): void;
  hangUp(): void;
}

export interface LineEvents {
  /** A chat gone on with after a reload: its history comes in one piece, not frame by frame. */
  readonly needsHistory: boolean;
  seq(): number;
  nextUnsent(): Unsent | undefined;
  onEvents(events: ChatEvent[]): void;
  /** What has no number of its own: typing, read. */
  onFrame(frame: unknown): void;
  onAck(ack: Ack): void;
  onRefused(key: string, code: string): void;
  onConnected(connected: boolean): void;
  /** The server does not know this chat or this visitor token. */
  onUnknown(): void;
}

export interface LineWorld {
  readonly api: Api;
  openSocket(address: string, protocols: string[]): WebSocket;
  /** Runs later; the answer cancels. */
  later(ms: number, run: () => void): () => void;
  random(): number;
  now(): number;
}

const nothing = () => {};

export function connect(of: ChatTicket, world: LineWorld, events: LineEvents): Line {
  const { api, later } = world;
  let over = false;
  let socket: WebSocket | null = null;
  let polling: AbortController | null = null;
  let sending: string | null = null;
  let failures = 0;
  let attempt = 0;
  let cancelTry = nothing;
  let cancelSilence = nothing;
  let cancelAck = nothing;
  let drop = nothing;

  function openSocket(): void {
    cancelTry();
    if (over || socket) return;
    let opened: WebSocket;
    try {
      opened = world.openSocket(api.socketAddress(of, events.seq()), ['helproom.v1', `bearer.${of.visitorToken}`]);
    } catch {
      // A policy or a proxy extension may forbid sockets outright.
      failures++;
      if (!polling) void recover(false);
      return;
    }
    socket = opened;
    let openedAt: number | null = null;
    const watch = () => {
      cancelSilence();
      cancelSilence = later(SILENCE_MS, fell);
    };
    // A half-open network never fires `close`, so the line is given up without waiting for it.
    const fell = () => {
      if (socket !== opened) return;
      socket = null;
      sending = null;
      cancelSilence();
      cancelAck();
      opened.close();
      if (over) return;
      const settled = openedAt !== null && world.now() - openedAt > SETTLED_MS;
      if (settled) attempt = 0;
      if (openedAt === null) failures++;
      if (!polling) return void recover(settled);
      cancelTry();
      cancelTry = later(SOCKET_AGAIN_MS, openSocket);
    };
    drop = fell;
    watch();
    opened.onopen = () => {
      openedAt = world.now();
      failures = 0;
      stopPolling();
      watch();
      events.onConnected(true);
      pump();
    };
    opened.onmessage = (frame: MessageEvent<unknown>) => {
      if (socket !== opened) return;
      attempt = 0;
      watch();
      heard(frame.data);
    };
    opened.onclose = opened.onerror = fell;
  }

  function heard(data: unknown): void {
    let json: Record<string, unknown>;
    try {
      json = object(JSON.parse(String(data)));
    } catch {
      return;
    }
    if (json.type === 'ack') {
      const ack = parseAck(json);
      if (ack) accepted(ack);
    } else if (json.type === 'error') {
      if (typeof json.key === 'string') declined(json.key, parseError(json).code, null);
    } else {
      const event = parseEvent(json);
      if (event) events.onEvents([event]);
      else events.onFrame(json);
    }
  }

  /** One plain request tells "no network" from "no sockets" from "no such chat", which a failed socket cannot. */
  async function recover(quick: boolean): Promise<void> {
    events.onConnected(false);
    let reached = false;
    try {
      const missed = await api.events(of, events.seq(), 0);
      if (over) return;
      events.onEvents(missed);
      reached = true;
    } catch (error) {
      if (gone(error)) return;
    }
    if (over || socket || polling) return;
    if (reached && failures >= FAILURES_BEFORE_POLL) return void poll();
    cancelTry();
    cancelTry = later(quick && reached ? 0 : backoff(attempt++, world.random()), openSocket);
  }

  async function poll(): Promise<void> {
    const mine = new AbortController();
    polling = mine;
    events.onConnected(true);
    cancelTry = later(SOCKET_AGAIN_MS, openSocket);
    pump();
    while (!over && polling === mine) {
      try {
        const asked = world.now();
        const news = await api.events(of, events.seq(), POLL_WAIT_S, mine.signal);
        // A proxy that cuts the wait short must not turn it into a storm.
        if (!news.length && world.now() - asked < POLL_PAUSE_MS) await new Promise<void>((go) => later(POLL_PAUSE_MS, go));
        if (polling !== mine) return;
        attempt = 0;
        events.onEvents(news);
        pump();
      } catch (error) {
        if (polling !== mine || gone(error)) return;
        stopPolling();
        events.onConnected(false);
        cancelTry();
        cancelTry = later(backoff(attempt++, world.random()), openSocket);
      }
    }
  }

  function stopPolling(): void {
    polling?.abort();
    polling = null;
    sending = null;
  }

  /** Sends the oldest unsent message; the next one only after this one's acknowledgement, so order holds. */
  function pump(): void {
    if (over || sending !== null || !(socket?.readyState === 1 || polling)) return;
    const next = events.nextUnsent();
    if (!next) return;
    sending = next.key;
    if (socket?.readyState === 1) {
      socket.send(JSON.stringify({ type: 'message', key: next.key, text: next.text }));
      cancelAck = later(ACK_MS, drop);
    } else {
      void postMessage(next);
    }
  }

  async function postMessage({ key, text }: Unsent): Promise<void> {
    try {
      accepted(await api.sendMessage(of, key, text));
    } catch (error) {
      if (gone(error)) return;
      if (error instanceof ApiError) declined(key, error.status === 0 ? 'network' : error.code, error.retryAfterS);
    }
  }

  function accepted(ack: Ack): void {
    events.onAck(ack);
    free(ack.key);
    pump();
  }

  function declined(key: string, code: string, afterS: number | null): void {
    const goOn = () => {
      free(key);
      pump();
    };
    if (PASSING.includes(code)) {
      cancelAck();
      later((afterS ?? 2) * 1_000, goOn);
    } else {
      events.onRefused(key, code);
      goOn();
    }
  }

  function free(key: string): void {
    if (sending !== key) return;
    sending = null;
    cancelAck();
  }

  function gone(error: unknown): boolean {
    const unknown = error instanceof ApiError && [401, 404, 410].includes(error.status);
    if (unknown && !over) {
      hangUp();
      events.onUnknown();
    }
    return unknown;
  }

  function hangUp(): void {
    over = true;
    cancelTry();
    cancelSilence();
    cancelAck();
    stopPolling();
    socket?.close();
    socket = null;
  }

  async function load(): Promise<void> {
    try {
      const history = await api.events(of, events.seq(), 0);
      if (!over) events.onEvents(history);
    } catch (error) {
      if (gone(error)) return;
    }
    openSocket();
  }

  if (events.needsHistory) void load();
  else openSocket();
  return {
    poke: pump,
    say: (frame) => {
      if (socket?.readyState !== 1) return false;
      socket.send(JSON.stringify(frame));
      return true;
    },
    retryNow: () => {
      attempt = 0;
      if (!socket && !polling) openSocket();
    },
    lost: () => {
      if (polling) stopPolling();
      if (socket) drop();
      else events.onConnected(false);
    },
    hangUp,
  };
}
