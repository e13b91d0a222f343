/** A customer's visit: what follows the end, who the host page says this is, and the part of the page that comes late. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '../src/page/api';
import type { Api, StartChat } from '../src/page/api';
import type { Message } from '../src/page/chat';
import { memory } from '../src/page/storage';
import type { Talk, TalkHost } from '../src/page/talk';
import { openVisit } from '../src/page/visit';
import { parseEvents, parseHelpCenter } from '../src/page/wire';
import en from '../src/texts/en';

const CENTER = { name: 'Acme', chat: 'available', consent: { version: '2', text: 't', url: null } };
const KIM = { name: 'Kim', email: '', fields: { topic: 'billing' } };
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
const refusal = (status: number, code: string) => Promise.reject(new ApiError(status, code));

function shelf() {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
    removeItem: (name: string) => void kept.delete(name),
  };
}

function stage({ center = CENTER as object, lasting = shelf(), tab = shelf() } = {}) {
  let now = 0;
  let keys = 0;
  let timers: { at: number; run: () => void }[] = [];
  const sockets: { heard: (frame: object) => void; sent: { key?: string; text?: string }[] }[] = [];
  const starts: (StartChat & { earlier: string | null })[] = [];
  const resumes: string[] = [];
  const tries: number[] = [];
  const looks: string[] = [];
  const play = {
    start: (): ReturnType<Api['startChat']> => Promise.resolve({ chat: `c${starts.length}`, visitorToken: `v${starts.length}` }),
    resume: (): ReturnType<Api['resume']> => refusal(404, 'no_chat'),
    talk: (): Promise<unknown> => Promise.resolve(null),
  };
  const api = {
    helpCenter: () => Promise.resolve(parseHelpCenter(center)),
    startChat: (request: StartChat, earlier: string | null) => {
      starts.push({ ...request, earlier });
      return play.start();
    },
    resume: (identity: string) => {
      resumes.push(identity);
      return play.resume();
    },
    events: () => Promise.resolve(parseEvents({ events: [{ seq: 1, type: 'closed', by: 'agent' }] })),
    socketAddress: () => 'ws://x/',
  } as unknown as Api;
  const talk = { stamp: 0, look: () => looks.push('look'), hear: () => looks.push('hear'), wrote: (text: string) => looks.push(text), chime: () => {} } as unknown as Talk;
  let host: TalkHost | null = null;
  const visit = openVisit(en, {
    api,
    memory: memory('acme', lasting, tab),
    framed: true,
    tellHost: () => {},
    hidden: () => false,
    openSocket: () => {
      const socket = {
        readyState: 1,
        sent: [] as { key?: string; text?: string }[],
        send: (text: string) => void socket.sent.push(JSON.parse(text) as { key: string; text: string }),
        close: () => {},
        onopen: () => {},
        onmessage: (_: { data: string }) => {},
      };
      sockets.push({ sent: socket.sent, heard: (frame) => socket.onmessage({ data: JSON.stringify(frame) }) });
      queueMicrotask(() => socket.onopen());
      return socket as unknown as WebSocket;
    },
    later: (ms, run) => {
      const timer = { at: now + ms, run };
      timers.push(timer);
      return () => void (timers = timers.filter((other) => other !== timer));
    },
    random: () => 1,
    now: () => now,
    freshKey: () => `k${++keys}`,
    fetchTexts: () => Promise.resolve(en),
    fetchTalk: async (tried) => {
      tries.push(tried);
      await play.talk();
      return { openTalk: (given) => ((host = given), talk) };
    },
  });
  visit.begin();
  return {
    visit,
    starts,
    resumes,
    tries,
    looks,
    play,
    sockets,
    stored: () => JSON.stringify([...lasting.kept, ...tab.kept]),
    lasting,
    tab,
    host: () => host,
    last: () => sockets[sockets.length - 1]?.sent.flatMap(({ text }) => text ?? []),
    messages: () => (visit.state().chat?.entries ?? []).filter((entry): entry is Message => entry.kind === 'message').map(({ text, state }) => `${text} ${state}`),
    async passes(ms: number): Promise<void> {
      now += ms;
      const due = timers.filter(({ at }) => at <= now);
      timers = timers.filter(({ at }) => at > now);
      due.forEach(({ run }) => run());
      await settled();
    },
    /** A chat that was started and ended. */
    async ended(): Promise<void> {
      await settled();
      await visit.start(KIM);
      await settled();
      sockets[0]?.heard({ seq: 1, type: 'closed', by: 'agent' });
    },
  };
}

test('the first words after the end begin a new chat under the same consent, as the same customer', async () => {
  const { visit, ended, starts, last, messages } = stage();
  await ended();
  visit.say('one more thing');
  visit.say('and another');
  await settled();
  assert.equal(starts.length, 2);
  assert.deepEqual({ ...starts[1] }, { ...KIM, version: '2', page: null, locale: 'en', identity: null, earlier: 'v1' });
  assert.equal(visit.state().chat?.id, 'c2');
  assert.deepEqual(messages(), ['one more thing pending', 'and another pending']);
  assert.deepEqual(last(), ['one more thing'], 'the next one follows its acknowledgement');
});

test('words that had not left when the chat ended go into the next one first', async () => {
  const { visit, starts, sockets, messages } = stage();
  await settled();
  await visit.start(KIM);
  await settled();
  visit.say('too late');
  sockets[0]?.heard({ seq: 1, type: 'closed', by: 'agent' });
  assert.deepEqual(messages(), ['too late failed']);
  visit.say('hello?');
  await settled();
  assert.equal(starts.length, 2);
  assert.deepEqual(messages(), ['too late pending', 'hello? pending']);
});

test('when the consent has changed it is asked for again, and the words wait', async () => {
  const { visit, ended, starts, play, messages } = stage();
  await ended();
  play.start = () => refusal(409, 'consent_outdated');
  visit.say('one more thing');
  await settled();
  assert.equal(visit.state().screen, 'start');
  assert.equal(visit.state().trouble?.code, 'consent_outdated');
  play.start = () => Promise.resolve({ chat: 'c9', visitorToken: 'v9' });
  await visit.start(KIM);
  await settled();
  assert.equal(starts.length, 3);
  assert.deepEqual([visit.state().chat?.id, visit.state().screen], ['c9', 'chat']);
  assert.deepEqual(messages(), ['one more thing pending']);
});

test('when nobody is there the words are in the form', async () => {
  const { visit, ended, play } = stage();
  await ended();
  play.start = () => refusal(409, 'agents_absent');
  visit.say('one more thing');
  await settled();
  assert.deepEqual([visit.state().screen, visit.state().center?.chat], ['start', 'absent']);
  assert.equal(visit.unsaid(), 'one more thing');
});

test('without a network the words stand as not sent, and trying again begins the chat', async () => {
  const { visit, ended, play, messages } = stage();
  await ended();
  play.start = () => refusal(0, 'network');
  visit.say('one more thing');
  await settled();
  assert.equal(visit.state().screen, 'chat');
  assert.deepEqual(messages(), ['one more thing failed']);
  play.start = () => Promise.resolve({ chat: 'c2', visitorToken: 'v2' });
  const entry = visit.state().chat?.entries[0];
  visit.retry(entry?.key ?? '');
  await settled();
  assert.deepEqual([visit.state().chat?.id, ...messages()], ['c2', 'one more thing pending']);
});

test('after a reload the ended chat still goes over into a new one, but for questions that must be answered', async () => {
  for (const [center, screen] of [[CENTER, 'chat'], [{ ...CENTER, fields: [{ name: 'topic', label: 'Topic', required: true }] }, 'start']] as const) {
    const before = stage({ center });
    await before.ended();
    const after = stage({ center, lasting: before.lasting, tab: before.tab });
    await settled();
    await settled();
    assert.equal(after.visit.state().chat?.stage, 'closed');
    after.visit.say('me again');
    await settled();
    assert.equal(after.visit.state().screen, screen);
    assert.equal(after.starts[0]?.version, screen === 'chat' ? '2' : undefined);
    if (screen === 'start') assert.equal(after.visit.unsaid(), 'me again');
  }
});

test('who the host page says this is goes into the start, and nowhere else', async () => {
  const { visit, starts, stored } = stage();
  await settled();
  visit.heardHost({ type: 'visit', url: 'https://a.example/', title: 'A', jwt: 'h.p.s' });
  await visit.start(KIM);
  await settled();
  assert.equal(starts[0]?.identity, 'h.p.s');
  assert.equal(stored().includes('h.p.s'), false);
});

test('the open chat of another device is asked for once, when the panel opens, and not for a guest', async () => {
  const { visit, resumes } = stage();
  await settled();
  visit.heardHost({ type: 'panel', open: true });
  assert.deepEqual(resumes, []);
  visit.heardHost({ type: 'panel', open: false });
  visit.heardHost({ type: 'visit', jwt: 'h.p.s' });
  assert.deepEqual(resumes, []);
  for (const open of [true, false, true]) visit.heardHost({ type: 'panel', open });
  await settled();
  assert.deepEqual(resumes, ['h.p.s']);
  assert.equal(visit.state().screen, 'start');
});

test('the open chat of another device goes on here', async () => {
  const { visit, play } = stage();
  await settled();
  play.resume = () => Promise.resolve({ chat: 'c7', visitorToken: 'v7' });
  visit.heardHost({ type: 'panel', open: true });
  visit.heardHost({ type: 'visit', jwt: 'h.p.s' });
  await settled();
  assert.deepEqual([visit.state().screen, visit.state().chat?.id], ['chat', 'c7']);
});

test('with a chat in this browser no other is asked for', async () => {
  const { visit, resumes } = stage();
  await settled();
  await visit.start(KIM);
  visit.heardHost({ type: 'visit', jwt: 'h.p.s' });
  visit.heardHost({ type: 'panel', open: true });
  assert.deepEqual(resumes, []);
});

test('an identity that is not believed is said, and the customer may go on as a guest', async () => {
  const { visit, play, starts } = stage();
  await settled();
  visit.heardHost({ type: 'visit', jwt: 'h.p.s' });
  play.start = () => refusal(401, 'identity_invalid');
  await visit.start(KIM);
  assert.deepEqual([visit.state().unverified, visit.state().busy, visit.state().screen], [true, false, 'start']);
  visit.asGuest();
  visit.heardHost({ type: 'visit', jwt: 'h.p.s' });
  assert.equal(visit.state().unverified, false);
  play.start = () => Promise.resolve({ chat: 'c1', visitorToken: 'v1' });
  await visit.start(KIM);
  assert.equal(starts[1]?.identity, null);
  assert.equal(visit.state().screen, 'chat');
});

test('an identity that comes later replaces the one that was not believed', async () => {
  const { visit, play } = stage();
  await settled();
  play.resume = () => refusal(401, 'identity_invalid');
  visit.heardHost({ type: 'panel', open: true });
  visit.heardHost({ type: 'visit', jwt: 'old' });
  await settled();
  assert.equal(visit.state().unverified, true);
  visit.heardHost({ type: 'visit', jwt: 'new' });
  assert.equal(visit.state().unverified, false);
});

test('signing out ends the view and leaves nothing of the visitor in the browser', async () => {
  const { visit, lasting, tab, starts } = stage();
  await settled();
  visit.heardHost({ type: 'visit', jwt: 'h.p.s' });
  await visit.start(KIM);
  visit.keepDraft('half a');
  visit.heardHost({ type: 'visit', jwt: '' });
  await settled();
  assert.deepEqual([visit.state().chat, visit.state().screen], [null, 'start']);
  assert.deepEqual([...lasting.kept.keys(), ...tab.kept.keys()], ['helproom:acme:settings']);
  await visit.start({ name: '', email: '', fields: {} });
  assert.deepEqual([starts[1]?.identity, starts[1]?.earlier], [null, null]);
});

test('a chat without the part that came late is a chat, and the part is tried again', async () => {
  const { visit, play, tries, sockets, last, passes } = stage();
  await settled();
  play.talk = () => Promise.reject(new Error('offline'));
  await visit.start(KIM);
  await settled();
  assert.deepEqual([visit.state().talk, visit.state().plain], [null, true]);
  visit.say('hello');
  assert.deepEqual(last(), ['hello']);
  sockets[0]?.heard({ type: 'typing', typing: true });
  await passes(5_000);
  play.talk = () => Promise.resolve(null);
  visit.networkBack();
  await settled();
  assert.deepEqual(tries, [0, 1, 2]);
  assert.notEqual(visit.state().talk, null);
  visit.networkBack();
  assert.equal(tries.length, 3);
});

test('only what was at the end of an open panel is seen', async () => {
  const { visit, sockets, host } = stage();
  await settled();
  visit.heardHost({ type: 'panel', open: true });
  await visit.start(KIM);
  await settled();
  const says = (seq: number) => sockets[0]?.heard({ seq, type: 'message', id: `m${seq}`, from: { kind: 'agent', name: 'A' }, text: 'hi' });
  says(1);
  assert.equal(host()?.seen(), 1);
  visit.scrolled(false);
  says(2);
  assert.equal(host()?.seen(), 1);
  visit.scrolled(true);
  assert.equal(host()?.seen(), 2);
  visit.heardHost({ type: 'panel', open: false });
  says(3);
  assert.equal(host()?.seen(), 2);
});
