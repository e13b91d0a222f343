/** The live line: order, resumption, fallback. The clock, the network and the socket are played. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '../src/page/api';
import type { Api } from '../src/page/api';
import { acknowledged, openChat, received, refused, typed, unsent } from '../src/page/chat';
import { connect } from '../src/page/connection';
import type { ChatEvent } from '../src/page/wire';

const TICKET = { chat: 'c1', visitorToken: 'v1' };

class PlayedSocket {
  readyState = 0;
  readonly sent: { key: string; text: string }[] = [];
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onerror: (() => void) | null = null;
  onmessage: ((frame: { data: string }) => void) | null = null;
  constructor(readonly address: string, readonly protocols: string[]) {}
  send(text: string): void {
    this.sent.push(JSON.parse(text) as { key: string; text: string });
  }
  close(): void {
    this.readyState = 3;
  }
  opens(): void {
    this.readyState = 1;
    this.onopen?.();
  }
  falls(): void {
    this.readyState = 3;
    this.onclose?.();
  }
  hears(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
}

function stage(answers: Partial<Api> = {}, reloaded = false, forbidden = false) {
  let now = 0;
  let timers: { at: number; run: () => void }[] = [];
  const sockets: PlayedSocket[] = [];
  const said: string[] = [];
  const heard: unknown[] = [];
  let chat = openChat('c1', [], !reloaded);
  let unknown = false;
  const api = {
    socketAddress: (_: unknown, since: number) => `ws://x/socket?since=${since}`,
    events: () => Promise.reject(new ApiError(0, 'network')),
    ...answers,
  } as Api;
  const line = connect(TICKET, {
    api,
    openSocket: (address, protocols) => {
      if (forbidden) throw new Error('SecurityError');
      const socket = new PlayedSocket(address, protocols);
      sockets.push(socket);
      return socket as unknown as WebSocket;
    },
    later: (ms, run) => {
      const timer = { at: now + ms, run };
      timers.push(timer);
      return () => void (timers = timers.filter((other) => other !== timer));
    },
    random: () => 1,
    now: () => now,
  }, {
    needsHistory: reloaded,
    seq: () => chat.seq,
    nextUnsent: () => unsent(chat)[0],
    onEvents: (events: ChatEvent[]) => void (chat = received(chat, events, now)),
    onFrame: (frame) => void heard.push(frame),
    onAck: (ack) => void (chat = acknowledged(chat, ack)),
    onRefused: (key, code) => {
      chat = refused(chat, key);
      said.push(`refused ${key} ${code}`);
    },
    onConnected: (connected) => void said.push(connected ? 'connected' : 'lost'),
    onUnknown: () => void (unknown = true),
  });
  return {
    line,
    sockets,
    said,
    heard,
    chat: () => chat,
    unknown: () => unknown,
    last: () => sockets[sockets.length - 1] as PlayedSocket,
    write: (key: string) => {
      chat = typed(chat, { key, text: key, at: now });
      line.poke();
    },
    async passes(ms: number): Promise<void> {
      const end = now + ms;
      for (;;) {
        await settled();
        const due = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (!due) break;
        timers = timers.filter((timer) => timer !== due);
        now = due.at;
        due.run();
      }
      now = end;
      await settled();
    },
  };
}

/** Lets every promise that can go on go on. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
const keys = (socket: PlayedSocket) => socket.sent.map(({ key }) => key);

test('the visitor token travels as a subprotocol, never in the address', () => {
  const { last } = stage();
  assert.deepEqual(last().protocols, ['helproom.v1', 'bearer.v1']);
  assert.equal(last().address, 'ws://x/socket?since=0');
});

test('the next message leaves only after the one before was acknowledged', () => {
  const { write, last } = stage();
  ['k1', 'k2', 'k3'].forEach(write);
  assert.deepEqual(keys(last()), []);
  last().opens();
  assert.deepEqual(keys(last()), ['k1']);
  last().hears({ type: 'ack', key: 'k1', seq: 1, id: 'm1' });
  assert.deepEqual(keys(last()), ['k1', 'k2']);
});

test('after a reconnect the unacknowledged are sent again, with the same keys and in order', async () => {
  const { write, last, passes, sockets } = stage({ events: () => Promise.resolve([]) });
  last().opens();
  ['k1', 'k2'].forEach(write);
  last().falls();
  await passes(1_000);
  assert.equal(sockets.length, 2);
  last().opens();
  last().hears({ type: 'ack', key: 'k1', seq: 1, id: 'm1' });
  assert.deepEqual(keys(last()), ['k1', 'k2']);
});

test('a reconnect resumes from the last event seen', async () => {
  const { last, passes } = stage();
  last().opens();
  last().hears({ seq: 5, type: 'delete', id: 'x', at: '2026-01-05T12:00:00Z' });
  last().falls();
  await passes(1_000);
  assert.equal(last().address, 'ws://x/socket?since=5');
});

test('45 seconds of silence are a dead socket, and a heartbeat is no silence', async () => {
  const { last, passes, sockets, said } = stage();
  last().opens();
  await passes(44_000);
  last().hears({ type: 'heartbeat' });
  await passes(44_000);
  assert.equal(sockets.length, 1);
  await passes(2_000);
  assert.deepEqual(said, ['connected', 'lost']);
  assert.equal(sockets.length, 2);
});

test('a message without an answer gives the socket up', async () => {
  const { last, passes, sockets, write } = stage();
  last().opens();
  write('k1');
  await passes(16_000);
  assert.equal(sockets.length, 2);
});

test('three sockets that cannot be opened make it poll and post, and the socket is tried again later', async () => {
  const posted: string[] = [];
  let polls = 0;
  const { last, passes, sockets, write, chat } = stage({
    events: (_, __, waitS) => (waitS && polls++ ? new Promise(() => {}) : Promise.resolve([])),
    sendMessage: (_, key) => {
      posted.push(key);
      return Promise.resolve({ key, seq: posted.length, id: `m${posted.length}` });
    },
  });
  for (let i = 0; i < 3; i++) {
    last().falls();
    await passes(1_500);
  }
  assert.equal(sockets.length, 3);
  ['k1', 'k2'].forEach(write);
  await settled();
  assert.deepEqual(posted, ['k1', 'k2']);
  assert.deepEqual(unsent(chat()), []);
  await passes(60_000);
  assert.equal(sockets.length, 4);
  last().opens();
  write('k3');
  assert.deepEqual(keys(last()), ['k3']);
});

test('without any network it keeps trying sockets instead of polling', async () => {
  const { last, passes, sockets } = stage();
  for (let i = 0; i < 5; i++) {
    last().falls();
    await passes(15_000);
  }
  assert.equal(sockets.length, 6);
});

test('where sockets are forbidden outright it polls, and never in a storm', async () => {
  let polls = 0;
  const { passes } = stage({ events: () => {
    polls++;
    return Promise.resolve([]);
  } }, false, true);
  await passes(20_000);
  assert.ok(polls > 5 && polls < 30, `${polls} requests in 20 s`);
});

test('the network coming back is tried at once', async () => {
  const { last, line, passes, sockets } = stage();
  for (let i = 0; i < 6; i++) {
    last().falls();
    await passes(15_000);
  }
  last().falls();
  await settled();
  const before = sockets.length;
  line.retryNow();
  assert.equal(sockets.length, before + 1);
});

test('a token that is not known ends the line', async () => {
  const { last, passes, sockets, unknown } = stage({ events: () => Promise.reject(new ApiError(401, 'unauthorized')) });
  last().falls();
  await passes(60_000);
  assert.equal(unknown(), true);
  assert.equal(sockets.length, 1);
});

test('a refused message does not hold up the next', () => {
  const { last, write, said } = stage();
  last().opens();
  ['k1', 'k2'].forEach(write);
  last().hears({ type: 'error', key: 'k1', error: { code: 'invalid' } });
  assert.deepEqual(keys(last()), ['k1', 'k2']);
  assert.deepEqual(said, ['connected', 'refused k1 invalid']);
});

test('too many messages are no refusal: the same one goes again after a while', async () => {
  const { last, write, passes, said } = stage();
  last().opens();
  write('k1');
  last().hears({ type: 'error', key: 'k1', error: { code: 'too_many' } });
  await passes(2_500);
  assert.deepEqual(keys(last()), ['k1', 'k1']);
  assert.deepEqual(said, ['connected']);
});

test('nothing is tried after hanging up', async () => {
  const { last, line, passes, sockets } = stage();
  last().opens();
  line.hangUp();
  last().falls();
  await passes(60_000);
  assert.equal(sockets.length, 1);
});

test('after a reload the history comes in one piece before the socket is opened', async () => {
  const history: ChatEvent[] = [{ seq: 7, at: 1, type: 'unknown', json: null }];
  const { sockets, passes, chat } = stage({ events: () => Promise.resolve(history) }, true);
  assert.equal(sockets.length, 0);
  await passes(0);
  assert.equal(chat().loaded, true);
  assert.equal(sockets[0]?.address, 'ws://x/socket?since=7');
});

test('after a reload without a network the line still tries', async () => {
  const { sockets, passes, chat } = stage({}, true);
  await passes(0);
  assert.equal(sockets.length, 1);
  assert.equal(chat().loaded, false);
});

test('a frame that is no JSON is ignored', () => {
  const { last, chat } = stage();
  last().opens();
  last().onmessage?.({ data: 'not json' });
  assert.equal(chat().seq, 0);
});

test('typing and read pass both ways beside the messages, and are not kept for later', () => {
  const { last, line, heard, chat } = stage();
  assert.equal(line.say({ type: 'typing', typing: true }), false);
  last().opens();
  assert.equal(line.say({ type: 'typing', typing: true }), true);
  assert.deepEqual(last().sent, [{ type: 'typing', typing: true }]);
  last().hears({ type: 'read', seq: 9 });
  assert.deepEqual(heard, [{ type: 'read', seq: 9 }]);
  assert.equal(chat().seq, 0, 'its number is not its own');
});
