/** The whole console without its looks, at a server that is only spoken of. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Desk } from '../src/core/desk';
import type { World } from '../src/core/world';
import { en } from '../src/texts/en';
import { ko } from '../src/texts/ko';

type Json = Record<string, unknown>;

const SERVICES = [
  { slug: 'acme', permissions: ['chat', 'mask', 'unmask', 'ticket'], security: true },
  { slug: 'shop', permissions: ['chat'] },
];
const CHAT: Json = { id: 'c1', number: 1, state: 'active', service: 'acme', mine: true, may_answer: true };
const OFFER: Json = { id: 'c2', number: 2, state: 'offered', mine: true, offered_until: '2026-11-23T09:00:00Z' };

function house(hash: string, session: Json = {}, isWidget = false) {
  const [asked, notified, hidden]: [string[], string[], AbortSignal[]] = [[], [], []];
  const timers: (() => void)[] = [];
  let here = hash;
  let ended = false;
  let quiet = () => undefined as void;
  /** Resolves once every loop waits for news. */
  let silence = new Promise<void>((resolve) => (quiet = resolve));
  const answer = (path: string): Json | null => {
    if (path === 'sessions' || path === 'session') return { agent: { id: '@a:x', name: 'A' }, language: 'ko', csrf: 'c', services: SERVICES, ...session };
    if (/wait=20/.test(path)) return null;
    if (/\/chats$/.test(path)) return { me: {}, chats: [CHAT, OFFER] };
    if (/events/.test(path)) return path.includes('since=0') ? { next: 1, events: [{ seq: 1, type: 'message', id: 'm1', from: { kind: 'customer' }, text: 'hi ***', masks: [[3, 6]] }] } : { next: 1, events: [] };
    if (/reveals/.test(path)) return { text: 'hi 112', seconds: 60 };
    if (/^chats\/\w+$/.test(path)) return { ...CHAT, id: path.slice(6) };
    if (/tickets\?|tickets$/.test(path)) return { tickets: [], more: false };
    if (/tickets\/\d+/.test(path)) return { number: 3, subject: 's' };
    return {};
  };
  const world: World = {
    base: new URL('https://desk.test/api/v1/console/'),
    vouching: isWidget ? { room: '!r', openId: () => Promise.resolve({ access_token: 't', token_type: 'Bearer', matrix_server_name: 'x', expires_in: 9 }) } : null,
    fetch: (input, init) => {
      const path = input.replace('https://desk.test/api/v1/console/', '');
      asked.push(`${init.method} ${path}${here.includes('code') ? ' (code in the address)' : ''}`);
      if (ended && path !== 'sessions') return Promise.resolve(new Response('{"error": {"code": "unauthorized"}}', { status: 401 }));
      const json = answer(path);
      if (json !== null) return Promise.resolve(new Response(JSON.stringify(json), { headers: { etag: '"1"' } }));
      const { signal } = init;
      if (signal) hidden.push(signal);
      quiet();
      return new Promise((_, fail) => signal?.addEventListener('abort', () => fail(new Error('aborted'))));
    },
    now: () => 0,
    random: () => 0,
    freshKey: () => 'key',
    wait: () => Promise.resolve(),
    later: (_, run) => (timers.push(run), () => undefined),
    hash: () => here,
    go: (to) => void (here = to),
    texts: (language) => (language === 'ko' ? ko : en),
    wished: () => null,
    notify: ({ id }) => void notified.push(id),
  };
  const desk = new Desk(world);
  return {
    desk,
    asked,
    notified,
    timers,
    waiting: () => hidden.filter(({ aborted }) => !aborted).length,
    async settled(many: number) {
      while (hidden.filter(({ aborted }) => !aborted).length < many) {
        await silence;
        silence = new Promise<void>((resolve) => (quiet = resolve));
      }
    },
    async go(to: string) {
      here = to;
      await desk.arrive();
    },
    end: () => (ended = true),
    renew: () => (ended = false),
  };
}

test('the code leaves the address before it is asked, and one goes where the link says', async () => {
  const { desk, asked } = house('#code/acme/tickets/3');
  await desk.begin();
  assert.equal(asked[0], 'GET session');
  assert.deepEqual([desk.place.value.page, desk.ticket.value !== null], ['tickets', true]);
  desk.hidden();
  desk.chats.value?.pause();
});

test('the language is the agent\'s, and offers are told once', async () => {
  const { desk, notified, settled } = house('');
  await desk.begin();
  await settled(1);
  assert.equal(desk.texts.locale, 'ko');
  assert.deepEqual(notified, ['c2']);
  desk.chats.value?.pause();
});

test('as a widget the chat of the room is open', async () => {
  const { desk } = house('', { csrf: null, token: 't', focus: { service: 'acme', chat: 'c1' } }, true);
  await desk.begin();
  assert.equal(desk.open.value?.id, 'c1');
  desk.hidden();
  desk.chats.value?.pause();
});

test('a hidden page reads only the list of chats, and forgets what was under a mask', async () => {
  const { desk, settled, waiting } = house('#/acme/chats/c1');
  await desk.begin();
  await settled(2);
  const chat = desk.open.value;
  chat?.revealing.begin('m1');
  await chat?.revealing.show('');
  assert.equal(chat?.revealing.state.value?.step, 'shown');
  desk.hidden();
  assert.deepEqual([waiting(), chat?.revealing.state.value], [1, null]);
  desk.shown();
  await settled(2);
  assert.equal(waiting(), 2);
  desk.hidden();
  desk.chats.value?.pause();
});

test('another chat hides the original of this one, and keeps its draft', async () => {
  const { desk, go, settled } = house('#/acme/chats/c1');
  await desk.begin();
  await settled(2);
  const chat = desk.open.value;
  assert.ok(chat);
  chat.draft = 'half a';
  chat.revealing.begin('m1');
  await chat.revealing.show('');
  await go('#/acme/chats/c2');
  assert.equal(chat.revealing.state.value, null);
  await go('#/acme/chats/c1');
  assert.deepEqual([desk.open.value, desk.open.value?.draft], [chat, 'half a']);
  desk.hidden();
  desk.chats.value?.pause();
});

test('who logs in again in the same page finds it as it was', async () => {
  const { desk, go, end, renew, settled, waiting } = house('#/acme/chats/c1');
  await desk.begin();
  await settled(2);
  const chat = desk.open.value;
  assert.ok(chat);
  chat.draft = 'half a';
  end();
  await desk.setStatus('away');
  assert.deepEqual([desk.door.entry.value.at, waiting()], ['shut', 0], 'nothing is asked any more');
  assert.equal(chat.conversation.value.items.length, 1);
  renew();
  await go('#code');
  await settled(2);
  assert.deepEqual([desk.door.entry.value.at, desk.open.value?.draft], ['open', 'half a']);
  desk.hidden();
  desk.chats.value?.pause();
});

test('who leaves leaves nothing behind', async () => {
  const { desk, settled, waiting } = house('#/acme/chats/c1');
  await desk.begin();
  await settled(2);
  await desk.leave();
  assert.deepEqual([desk.open.value, desk.chats.value, desk.session(), waiting()], [null, null, null, 0]);
});

test('who has tickets only begins with them', async () => {
  const { desk, asked } = house('', { services: [{ slug: 'acme', permissions: ['ticket'] }] });
  await desk.begin();
  assert.deepEqual([desk.place.value.page, desk.chats.value], ['tickets', null]);
  assert.ok(!asked.some((call) => call.endsWith('/chats')));
  desk.hidden();
});

test('another service has its own chats', async () => {
  const { desk, go, asked, settled } = house('#/acme/chats/c1');
  await desk.begin();
  await settled(2);
  await go('#/shop/chats');
  assert.ok(asked.some((call) => call === 'GET services/shop/chats'));
  assert.deepEqual([desk.current()?.slug, desk.open.value, desk.lastChat], ['shop', null, null]);
  desk.chats.value?.pause();
});

test('a message goes out under one key, however often it is tried', async () => {
  const { desk, asked, settled } = house('#/acme/chats/c1');
  await desk.begin();
  await settled(2);
  const chat = desk.open.value;
  assert.ok(chat);
  // The stand-in answers without a number, which is no answer: it failed, and is tried again.
  await new Promise<void>((resolve) => {
    chat.unsent.watch(() => chat.unsent.value[0]?.state === 'failed' && resolve());
    chat.write('hello');
  });
  assert.equal(chat.unsent.value[0]?.key, 'key');
  chat.retry('key');
  assert.equal(asked.filter((call) => call === 'POST chats/c1/messages').length, 2);
  desk.hidden();
  desk.chats.value?.pause();
});
