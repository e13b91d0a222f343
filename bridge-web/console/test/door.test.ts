/** Log-in, its end, and calls under it. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Api, ApiError } from '../src/core/api';
import { Door } from '../src/core/door';
import type { Vouching } from '../src/core/door';
import { explain } from '../src/core/explain';
import { en } from '../src/texts/en';

type Answer = (path: string, init: RequestInit) => { status: number; json?: unknown; etag?: string } | 'no network';

interface Asked {
  readonly path: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly credentials: RequestCredentials | undefined;
}

const SESSION = { agent: { id: '@a:x', name: 'A' }, language: 'en', csrf: 'c1', token: null, services: [] };
const UNAUTHORIZED = { status: 401, json: { error: { code: 'unauthorized', message: '' } } };

function house(answer: Answer, vouching: Vouching | null = null) {
  const asked: Asked[] = [];
  const fetch = async (input: string, init: RequestInit) => {
    const path = new URL(input).pathname.replace('/api/v1/console/', '') + new URL(input).search;
    asked.push({ path, method: init.method ?? 'GET', headers: init.headers as Record<string, string>, credentials: init.credentials });
    const said = answer(path, init);
    if (said === 'no network') throw new TypeError('failed to fetch');
    return new Response(said.status === 204 || said.status === 304 ? null : JSON.stringify(said.json ?? {}), { status: said.status, headers: said.etag ? { etag: said.etag } : {} });
  };
  let door: Door;
  const api: Api = new Api(new URL('https://desk.test/api/v1/console/'), fetch, { session: () => door.session(), renew: (of) => door.renew(of), recall: (of) => door.recall(of) });
  door = new Door(() => api, vouching);
  return { api, door, asked };
}

const shut = (door: Door) => {
  const entry = door.entry.value;
  return entry.at === 'shut' ? entry.why : entry.at;
};

test('a link opens a session, and changes carry its proof against other sites', async () => {
  const { api, door, asked } = house((path) => (path === 'sessions' ? { status: 200, json: SESSION } : path === 'session' ? UNAUTHORIZED : { status: 204 }));
  await door.enter('code');
  assert.equal(shut(door), 'open');
  await api.setStatus('away');
  await api.chat('c').catch(() => undefined);
  const [changed, read] = asked.slice(-2);
  assert.equal(changed?.headers['x-csrf-token'], 'c1');
  assert.equal(read?.headers['x-csrf-token'], undefined, 'reading needs none');
  assert.equal(changed?.credentials, 'same-origin');
});

test('who is logged in stays who one is, whatever link is opened', async () => {
  const { door, asked } = house((path) => (path === 'session' ? { status: 200, json: SESSION } : { status: 200, json: { ...SESSION, agent: { id: '@mallory:x', name: 'M' } } }));
  await door.enter('code');
  assert.equal(door.session()?.agent.id, '@a:x');
  assert.deepEqual(asked.map(({ path }) => path), ['session'], 'the link is not used');
});

test('when another tab has logged in anew, what is written goes on as the same person and never as another', async () => {
  for (const [id, sent] of [['@a:x', 2], ['@b:x', 1]] as const) {
    let csrf = 'c1';
    const { api, door, asked } = house((path, { headers }) => {
      if (path === 'session') return { status: 200, json: { ...SESSION, csrf, agent: { id: csrf === 'c1' ? '@a:x' : id, name: '' } } };
      const proof = (headers as Record<string, string>)['x-csrf-token'];
      return proof === csrf ? { status: 204 } : { status: 403, json: { error: { code: 'csrf', message: '' } } };
    });
    await door.enter(null);
    csrf = 'c2';
    const done = await api.setStatus('away').then(() => true, () => false);
    assert.equal(done, id === '@a:x');
    assert.equal(asked.filter(({ path }) => path === 'status').length, sent);
    assert.equal(door.session()?.agent.id, id);
  }
});

test('a used link is told as such, unless this browser is logged in already', async () => {
  const spent = { status: 410, json: { error: { code: 'link_spent', message: '' } } };
  const stranger = house((path) => (path === 'sessions' ? spent : UNAUTHORIZED));
  await stranger.door.enter('code');
  assert.equal(shut(stranger.door), 'spent');
  const again = house((path) => (path === 'sessions' ? spent : { status: 200, json: SESSION }));
  await again.door.enter('code');
  assert.equal(shut(again.door), 'open');
});

test('without a link and a session one is told how to log in, and without a network that there is none', async () => {
  const stranger = house(() => UNAUTHORIZED);
  await stranger.door.enter(null);
  assert.equal(shut(stranger.door), 'none');
  const alone = house(() => 'no network');
  await alone.door.enter(null);
  assert.equal(shut(alone.door), 'unreachable');
});

test('a link is not lost when the network fails, and not asked again when it is spent', async () => {
  let answer: 'no network' | { status: number; json: unknown } = 'no network';
  const { door, asked } = house((path) => (path === 'sessions' ? answer : UNAUTHORIZED));
  await door.enter('code');
  assert.equal(shut(door), 'unreachable');
  answer = { status: 410, json: { error: { code: 'link_spent', message: '' } } };
  await door.enter(null);
  assert.equal(shut(door), 'spent');
  await door.enter(null);
  assert.deepEqual(asked.map(({ path }) => path), ['session', 'sessions', 'session', 'sessions', 'session']);
});

test('when the session ends the page says so and keeps what it knew', async () => {
  const { api, door } = house((path) => (path === 'sessions' ? { status: 200, json: SESSION } : UNAUTHORIZED));
  await door.enter('code');
  await assert.rejects(api.chat('c'), ({ code }: ApiError) => code === 'unauthorized');
  const entry = door.entry.value;
  assert.deepEqual([entry.at === 'shut' && entry.why, entry.at === 'shut' && entry.last?.agent.id], ['ended', '@a:x']);
});

const token = { access_token: 't', token_type: 'Bearer', matrix_server_name: 'x', expires_in: 60 };

test('a widget asks for a new session once, however many calls find the old one ended, and goes on', async () => {
  let [opened, ended] = [0, false];
  const vouching: Vouching = { room: '!r', openId: () => Promise.resolve(token) };
  const { api, door, asked } = house((path, { headers }) => {
    if (path === 'sessions') return { status: 200, json: { ...SESSION, csrf: null, token: `s${++opened}` } };
    const bearer = (headers as Record<string, string>).authorization;
    return ended && bearer === 'Bearer s1' ? UNAUTHORIZED : { status: 200, json: { canned: [] } };
  }, vouching);
  await door.enter(null);
  await api.canned('acme');
  ended = true;
  await Promise.all([api.canned('acme'), api.canned('acme'), api.canned('acme')]);
  assert.equal(opened, 2);
  assert.equal(shut(door), 'open');
  assert.ok(asked.every(({ path, credentials }) => path === 'sessions' || credentials === 'omit'), 'no cookie goes along with a token');
});

test('a widget whose homeserver is away for a moment stays in', async () => {
  let away = false;
  const vouching: Vouching = { room: '!r', openId: () => Promise.resolve(token) };
  const { api, door } = house((path) => (path === 'sessions' ? (away ? { status: 503 } : { status: 200, json: { ...SESSION, token: 's1' } }) : UNAUTHORIZED), vouching);
  await door.enter(null);
  away = true;
  await assert.rejects(api.chat('c'), ({ passes }: ApiError) => passes);
  assert.equal(shut(door), 'open');
});

test('a person who does not let the client say who it is stays out', async () => {
  const { door } = house(() => UNAUTHORIZED, { room: '!r', openId: () => Promise.reject(new Error('blocked')) });
  await door.enter(null);
  assert.equal(shut(door), 'openid');
});

test('who leaves leaves nothing behind', async () => {
  const { door, asked } = house((path) => (path === 'sessions' ? { status: 200, json: SESSION } : { status: 204 }));
  await door.enter('code');
  await door.leave();
  const entry = door.entry.value;
  assert.deepEqual([entry.at === 'shut' && entry.why, entry.at === 'shut' && entry.last, asked.at(-1)?.method], ['left', null, 'DELETE']);
});

test('a look waits only once something is known, and the same again is no news', async () => {
  const { api, door, asked } = house((path, { headers }) => {
    if (path === 'sessions') return { status: 200, json: SESSION };
    const known = (headers as Record<string, string>)['if-none-match'];
    return known ? { status: 304 } : { status: 200, json: { tickets: [], more: false }, etag: '"1"' };
  });
  await door.enter('code');
  const { signal } = new AbortController();
  const first = await api.tickets('acme', 'q=x', { etag: null, signal });
  assert.deepEqual([first.etag, first.value?.tickets], ['"1"', []]);
  const second = await api.tickets('acme', 'q=x', { etag: first.etag, signal });
  assert.deepEqual([second.etag, second.value], ['"1"', null]);
  assert.deepEqual(asked.slice(1).map(({ path }) => path), ['services/acme/tickets?q=x', 'services/acme/tickets?q=x&wait=20']);
});

test('the server\'s words are shown where they are in the agent\'s language, and codes never are', () => {
  const said = (status: number, code: string, message = 'words') => explain(new ApiError(status, code, message), en);
  assert.equal(said(403, 'denied'), 'words');
  assert.equal(said(409, 'refused'), 'words');
  assert.equal(said(503, 'unavailable'), en.errors.unavailable);
  assert.equal(said(0, 'network'), en.errors.network);
  assert.equal(said(404, 'not_found'), en.errors.notFound);
  assert.equal(said(418, 'teapot'), en.errors.unknown);
  assert.equal(explain(new Error('x'), en), en.errors.unknown);
});
