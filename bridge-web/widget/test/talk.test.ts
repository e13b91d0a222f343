/** A running chat beyond plain text: what is told, what is asked, what is taken back. The server and the clock are played. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '../src/page/api';
import type { Api } from '../src/page/api';
import { openChat, received, typed } from '../src/page/chat';
import type { Chat } from '../src/page/chat';
import type { State } from '../src/page/state';
import type { TalkHost } from '../src/page/talk';
import { parseEvents } from '../src/page/wire';
import { openTalking } from '../src/talk/state';
import { canRetry } from '../src/talk/uploads';
import { factsOf, parseAttachment, parseFrame, parseOffers } from '../src/talk/wire';

const NOON = '2026-01-05T12:00:00.000Z';
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
const LIMITS = { attachments: { max_bytes: 100, types: ['image/png', 'text/*'] }, rating: true, transcript_mail: true };

type Answer = () => Promise<Response>;

function stage({ socket = true, known = true } = {}) {
  let now = 0;
  let timers: { at: number; run: () => void }[] = [];
  let chat: Chat = openChat('c1', [], true);
  let seen = 0;
  let keys = 0;
  const frames: unknown[] = [];
  const calls: [string, unknown][] = [];
  const saved: [string, string][] = [];
  const sends: { address: string; headers: Readonly<Record<string, string>>; progress: (sent: number) => void; answer: (status: number, body?: object) => void; aborted: () => boolean }[] = [];
  const line = { socket };
  const answers: { next: Answer } = { next: () => Promise.resolve(new Response(null, { status: 204 })) };
  const state = { connected: true, screen: 'chat', center: known ? { offers: LIMITS } : null };
  const api = {
    ask: (_: unknown, path: string, init: RequestInit) => {
      calls.push([path, init.body ? JSON.parse(String(init.body)) : null]);
      return answers.next();
    },
    address: (_: unknown, path: string) => `/c1${path}`,
  } as unknown as Api;
  const later = (ms: number, run: () => void) => {
    const timer = { at: now + ms, run };
    timers.push(timer);
    return () => void (timers = timers.filter((other) => other !== timer));
  };
  const host: TalkHost = {
    api,
    later,
    state: () => ({ ...state, chat }) as unknown as State,
    ticket: () => ({ chat: chat.id, visitorToken: 'v1' }),
    seen: () => seen,
    say: (frame) => line.socket && frames.push(frame) > 0,
    changeChat: (change) => void (chat = change(chat)),
    newChat: () => {},
    showContact: () => {},
    changed: () => {},
    now: () => now,
    freshKey: () => `key ${++keys}`,
  };
  const talking = openTalking(host, {
    send: (address, headers, _, progress, signal) =>
      new Promise((resolve) => {
        const answer = (status: number, body: object = {}) => resolve({ status, body: JSON.stringify(body) });
        signal.addEventListener('abort', () => answer(0));
        sends.push({ address, headers, progress, answer, aborted: () => signal.aborted });
      }),
    save: (blob, name) => void saved.push([name, blob.type]),
  });
  const hear = (...events: object[]) => {
    chat = received(chat, parseEvents({ events: events.map((event, i) => ({ seq: chat.seq + i + 1, at: NOON, ...event })) }), now);
    talking.look();
  };
  talking.look();
  hear({ type: 'state', state: 'active', agent: { name: 'Alice' } });
  return {
    talking,
    frames,
    calls,
    saved,
    sends,
    line,
    answers,
    hear,
    chat: () => chat,
    type: (text: string) => void (chat = typed(chat, { key: text, text, at: now })),
    next: () => void (chat = openChat('c2', [], true)),
    sees: (seq: number) => {
      seen = seq;
      talking.look();
    },
    offline: (off: boolean) => void (state.connected = !off),
    passes: (ms: number) => {
      const end = now + ms;
      for (let due; (due = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]); ) {
        const timer = due;
        timers = timers.filter((other) => other !== timer);
        now = timer.at;
        timer.run();
      }
      now = end;
    },
  };
}

const file = (name = 'a.png', type = 'image/png', size = 10) => new File([new Uint8Array(size)], name, { type });
const typing = (typing: boolean) => ({ type: 'typing', typing });

test('typing is told at once, then every four seconds at most, and its end five seconds after the last key', () => {
  const { talking, frames, passes } = stage();
  for (let i = 0; i < 10; i++) {
    talking.wrote('h'.repeat(i + 1));
    passes(1_000);
  }
  assert.deepEqual(frames, [typing(true), typing(true), typing(true)]);
  passes(5_000);
  assert.deepEqual(frames[3], typing(false));
  passes(60_000);
  assert.equal(frames.length, 4);
});

test('a message that was sent or deleted ends the typing at once, and never twice', () => {
  const { talking, frames } = stage();
  talking.wrote('hello');
  talking.wrote('');
  talking.wrote('');
  assert.deepEqual(frames, [typing(true), typing(false)]);
});

test('without a socket typing is told by few requests', () => {
  const { talking, calls, passes } = stage({ socket: false });
  for (let i = 0; i < 30; i++) {
    talking.wrote(`${i}`);
    passes(1_000);
  }
  assert.deepEqual(calls, [['/typing', { typing: true }], ['/typing', { typing: true }]]);
});

test('nobody is told of typing before an agent is there', () => {
  const { talking, frames, hear } = stage();
  hear({ type: 'state', state: 'waiting', position: 1, wait_s: null, contact: false });
  talking.wrote('hello');
  assert.deepEqual(frames, []);
});

test('the dots go after 30 seconds without renewal, when told, and when the agent wrote', () => {
  const { talking, hear, passes } = stage();
  const dots = () => talking.state().typing?.name;
  talking.hear({ type: 'typing', typing: true, agent: { name: 'Alice' } });
  passes(20_000);
  talking.hear({ type: 'typing', typing: true, agent: { name: 'Alice' } });
  passes(20_000);
  assert.equal(dots(), 'Alice');
  passes(10_000);
  assert.equal(dots(), undefined);
  talking.hear({ type: 'typing', typing: true, agent: { name: 'Alice' } });
  talking.hear({ type: 'typing', typing: false, agent: { name: 'Alice' } });
  assert.equal(dots(), undefined);
  talking.hear({ type: 'typing', typing: true, agent: { name: 'Alice' } });
  hear({ type: 'message', id: 'm', from: { kind: 'agent', name: 'Alice' }, text: 'hi' });
  assert.equal(talking.state().typing?.after, 0, 'typed before this message');
});

test('what the customer saw is told once for each number, and not of a closed chat', () => {
  const { frames, sees, hear } = stage();
  sees(3);
  sees(3);
  sees(5);
  hear({ type: 'closed', by: 'agent' });
  sees(7);
  assert.deepEqual(frames, [{ type: 'read', seq: 3 }, { type: 'read', seq: 5 }]);
});

test('a read mark that could not be told is told later', async () => {
  const { calls, sees, answers, offline, line, frames } = stage({ socket: false });
  offline(true);
  sees(3);
  assert.deepEqual(calls, []);
  offline(false);
  answers.next = () => Promise.reject(new ApiError(0, 'network'));
  sees(3);
  await settled();
  line.socket = true;
  sees(3);
  assert.deepEqual(calls, [['/read', { seq: 3 }]]);
  assert.deepEqual(frames, [{ type: 'read', seq: 3 }]);
});

test('a read mark of the agent never goes back', () => {
  const { talking } = stage();
  talking.hear({ type: 'read', seq: 5 });
  talking.hear({ type: 'read', seq: 3 });
  assert.equal(talking.state().seenUpTo, 5);
});

test('a file is sent with key, name, type and token, and leaves the list when its event comes', async () => {
  const { talking, sends, hear } = stage();
  talking.attach([file('my photo.png')]);
  const key = talking.state().uploads[0]?.key ?? '';
  assert.equal(sends[0]?.address, `/c1/attachments?${new URLSearchParams({ key, name: 'my photo.png' })}`);
  assert.deepEqual(sends[0]?.headers, { authorization: 'Bearer v1', 'content-type': 'image/png' });
  sends[0]?.progress(0.5);
  assert.equal(talking.state().uploads[0]?.sent, 0.5);
  sends[0]?.answer(200, { key, seq: 2, id: 'f1' });
  await settled();
  assert.equal(talking.state().uploads[0]?.state, 'done');
  hear({ type: 'attachment', id: 'f1', key, from: { kind: 'customer' }, name: 'my photo.png', mime: 'image/png', size: 10 });
  assert.deepEqual(talking.state().uploads, []);
});

test('an image just sent is not loaded again', async () => {
  const { talking, sends, hear, calls } = stage();
  talking.attach([file()]);
  const key = talking.state().uploads[0]?.key ?? '';
  sends[0]?.answer(200, { key, seq: 2, id: 'f1' });
  hear({ type: 'attachment', id: 'f1', key, from: { kind: 'customer' }, name: 'a.png', mime: 'image/png', size: 10 });
  await talking.address({ id: 'f1', key, name: 'a.png', mime: 'image/png', size: 10, width: null, height: null });
  assert.deepEqual(calls, []);
});

test('files go one after the other, in the order they were chosen', async () => {
  const { talking, sends } = stage();
  talking.attach([file('a.png'), file('b.png')]);
  assert.equal(sends.length, 1);
  sends[0]?.answer(200);
  await settled();
  assert.match(sends[1]?.address ?? '', /b\.png/);
});

test('a file that failed in passing is sent again under the same key, and one that was refused is not', async () => {
  for (const [status, code, again] of [[0, '', true], [429, 'too_many', true], [503, 'unavailable', true], [413, 'too_large', false], [415, 'unsupported_type', false], [422, 'invalid', false], [409, 'chat_closed', false]] as const) {
    const { talking, sends } = stage();
    talking.attach([file()]);
    sends[0]?.answer(status, { error: { code } });
    await settled();
    const failed = talking.state().uploads[0];
    assert.equal(failed?.state, 'failed');
    assert.equal(failed && canRetry(failed), again, `${status}`);
    if (!again || !failed) continue;
    talking.retry(failed.key);
    assert.equal(sends[1]?.address, sends[0]?.address);
  }
});

test('a file that is too large, empty, or of a type that is not taken never leaves', () => {
  const { talking, sends } = stage();
  talking.attach([file('a.png', 'image/png', 101), file('b.png', 'image/png', 0), file('c.exe', 'application/x-msdownload'), file('d', '')]);
  assert.deepEqual(talking.state().uploads.map(({ why }) => why), ['too_large', 'invalid', 'unsupported_type', 'unsupported_type']);
  assert.equal(sends.length, 0);
  talking.attach([file('e.txt', 'text/plain')]);
  assert.equal(sends.length, 1);
});

test('a file taken back stops on its way and the next one goes', async () => {
  const { talking, sends } = stage();
  talking.attach([file('a.png'), file('b.png')]);
  talking.drop(talking.state().uploads[0]?.key ?? '');
  await settled();
  assert.equal(sends[0]?.aborted(), true);
  assert.deepEqual(talking.state().uploads.map((upload) => upload.file.name), ['b.png']);
  assert.equal(sends.length, 2);
});

test('what was on its way does not get into the next chat', async () => {
  const { talking, sends, next } = stage();
  talking.attach([file()]);
  talking.hear({ type: 'read', seq: 5 });
  next();
  talking.look();
  await settled();
  assert.equal(sends[0]?.aborted(), true);
  assert.deepEqual([talking.state().uploads, talking.state().seenUpTo], [[], 0]);
});

test('a file of somebody else is only ever saved, under a type that no browser opens', async () => {
  const { talking, saved, answers } = stage();
  answers.next = () => Promise.resolve(new Response('<script>', { headers: { 'content-type': 'text/html' } }));
  await talking.download({ id: 'f1', key: null, name: 'a.html', mime: 'text/html', size: 8, width: null, height: null });
  assert.deepEqual(saved, [['a.html', 'application/octet-stream']]);
  assert.deepEqual(talking.state().fetches, {});
});

test('an image that does not load is a file that can be tried again', async () => {
  const { talking, answers } = stage();
  answers.next = () => Promise.reject(new ApiError(404, 'not_found'));
  const before = talking.stamp();
  assert.equal(await talking.address({ id: 'f1', key: null, name: 'a.png', mime: 'image/png', size: 8, width: null, height: null }), null);
  assert.deepEqual(talking.state().fetches, { f1: 'failed' });
  assert.notEqual(talking.stamp(), before);
});

test('a rating is told with its comment, can be changed, and stays when the server says that it is too late', async () => {
  const { talking, calls, answers, hear } = stage();
  hear({ type: 'rating_request' });
  assert.equal(talking.facts().asked, 2);
  talking.choose(5);
  talking.remark(' good ');
  await talking.rate();
  assert.deepEqual(calls, [['/rating', { score: 5, comment: 'good' }]]);
  assert.equal(talking.state().rating.state, 'done');
  hear({ type: 'rated', score: 5 });
  assert.equal(talking.facts().score, 5);
  talking.rateAgain(5);
  talking.choose(2);
  answers.next = () => Promise.reject(new ApiError(409, 'conflict'));
  await talking.rate();
  assert.equal(talking.state().rating.state, 'over');
});

test('a request for a rating that was put aside does not come back, but a later one asks again', () => {
  const { talking, hear } = stage();
  const asks = () => talking.facts().asked > talking.state().rating.aside;
  hear({ type: 'rating_request' });
  assert.equal(asks(), true);
  talking.rateLater();
  assert.equal(asks(), false);
  hear({ type: 'rating_request' });
  assert.equal(asks(), true);
});

test('a rating without a star is not sent, and one that failed keeps what was typed', async () => {
  const { talking, calls, answers } = stage();
  await talking.rate();
  assert.deepEqual(calls, []);
  talking.choose(3);
  talking.remark('slow');
  answers.next = () => Promise.reject(new ApiError(0, 'network'));
  await talking.rate();
  assert.deepEqual(talking.state().rating, { state: 'failed', score: 3, comment: 'slow', aside: 0 });
});

test('the warning before an idle end goes when anything is written, also before it is sent', () => {
  const { talking, hear, type } = stage();
  hear({ type: 'idle_warning', closes_at: '2026-01-05T12:05:00Z' });
  assert.deepEqual(talking.facts().warning, { closesAt: Date.UTC(2026, 0, 5, 12, 5) });
  type('still here');
  assert.equal(talking.facts().warning, null);
  hear({ type: 'idle_warning', closes_at: '2026-01-05T12:15:00Z' }, { type: 'message', id: 'm', from: { kind: 'agent' }, text: 'ok' });
  assert.equal(talking.facts().warning, null);
});

test('a second warning stands, and none after the end', () => {
  const { talking, hear } = stage();
  hear({ type: 'idle_warning', closes_at: NOON }, { type: 'message', id: 'm', from: { kind: 'agent' }, text: 'ok' }, { type: 'idle_warning', closes_at: NOON });
  assert.notEqual(talking.facts().warning, null);
  hear({ type: 'closed', by: 'idle' });
  assert.equal(talking.facts().warning, null);
});

test('the chat is ended by its call, and not without it', async () => {
  const { talking, calls, answers, chat } = stage();
  answers.next = () => Promise.reject(new ApiError(0, 'network'));
  await talking.end();
  assert.deepEqual([talking.state().ending, chat().stage], ['failed', 'active']);
  answers.next = () => Promise.resolve(new Response(null, { status: 204 }));
  await talking.end();
  assert.deepEqual([talking.state().ending, chat().stage, chat().closedBy], ['no', 'closed', 'customer']);
  assert.deepEqual(calls, [['/close', {}], ['/close', {}]]);
});

test('the transcript is saved as a text, or sent to an address', async () => {
  const { talking, saved, calls, answers } = stage();
  answers.next = () => Promise.resolve(new Response('Kim: hi', { headers: { 'content-type': 'text/plain' } }));
  await talking.saveTranscript();
  assert.deepEqual(saved, [['chat-1970-01-01.txt', 'text/plain']]);
  talking.mailTo(' kim@example.org ');
  answers.next = () => Promise.reject(new ApiError(422, 'invalid', 'email'));
  await talking.mailTranscript();
  assert.equal(talking.state().mailError, 'invalid');
  answers.next = () => Promise.resolve(new Response('{}', { status: 202 }));
  await talking.mailTranscript();
  assert.deepEqual(calls.slice(1), [['/transcript', { email: 'kim@example.org' }], ['/transcript', { email: 'kim@example.org' }]]);
  assert.equal(talking.state().mail, 'sent');
});

test('files are taken only where the help center says so, and not after the end', () => {
  const { talking, hear } = stage();
  assert.equal(talking.takesFiles(), true);
  hear({ type: 'closed', by: 'agent' });
  assert.equal(talking.takesFiles(), false);
  assert.equal(parseOffers({ attachments: null }).files, null);
  assert.deepEqual(parseOffers(null), { files: null, rating: false, mail: false });
});

test('before the help center has answered nothing is offered', () => {
  const { talking } = stage({ known: false });
  assert.deepEqual(talking.offers(), { files: null, rating: false, mail: false });
  assert.equal(talking.takesFiles(), false);
});

test('an attachment without an id or a name is none, and its parts get their types', () => {
  assert.equal(parseAttachment({ id: 'f' }), null);
  assert.deepEqual(parseAttachment({ id: 'f', name: 'n', size: 'big', width: 0, mime: 7 }), { id: 'f', key: null, name: 'n', mime: '', size: 0, width: null, height: null });
});

test('frames that are broken or not known are nothing', () => {
  for (const frame of [null, 'x', {}, { type: 'heartbeat' }, { type: 'read' }, { type: 'read', seq: 'two' }]) assert.equal(parseFrame(frame), null);
  assert.deepEqual(parseFrame({ type: 'typing', typing: 'yes' }), { type: 'typing', name: null });
});

test('events that came before this part of the page did are not lost to it', () => {
  const chat = received(openChat('c'), parseEvents({ events: [{ seq: 1, type: 'rated', score: 4 }] }), 0);
  assert.equal(factsOf(chat).score, 4);
});
