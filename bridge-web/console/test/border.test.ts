/** What the server says, parsed at the border. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAgents, parseChatList, parseDetails, parseRevealed } from '../src/wire/chat';
import { parseEvent, parseEvents } from '../src/wire/event';
import { parseReport } from '../src/wire/report';
import { may, parseSession } from '../src/wire/session';
import { parseTicket, parseTicketList } from '../src/wire/ticket';

const NONSENSE: unknown[] = [null, undefined, 1, 'x', [], {}, { events: 3 }, { chats: {} }, { agent: { id: 4 } }, [[1, 2]]];

test('nonsense is never taken for an answer and never throws', () => {
  for (const parse of [parseSession, parseChatList, parseDetails, parseEvents, parseReport, parseTicket, parseTicketList, parseRevealed, parseAgents]) {
    for (const nonsense of NONSENSE) assert.equal(parse(nonsense), null, `${parse.name} ${JSON.stringify(nonsense)}`);
  }
});

test('a session holds only permissions and services that are known', () => {
  const session = parseSession({
    agent: { id: '@a:x' },
    language: 'fr',
    services: [{ slug: 'acme', permissions: ['chat', 'fly', 7], security: true }, { name: 'without a slug' }, null],
  });
  assert.equal(session?.agent.name, '@a:x');
  assert.equal(session?.language, 'en');
  assert.deepEqual(session?.services.map(({ slug, permissions }) => [slug, permissions]), [['acme', ['chat']]]);
});

test('without the security service nobody masks', () => {
  const service = (security: boolean) => parseSession({ agent: { id: '@a:x' }, services: [{ slug: 's', permissions: ['chat', 'mask', 'unmask'], security }] })?.services[0];
  const [on, off] = [service(true), service(false)];
  assert.ok(on && off);
  assert.deepEqual([may(on, 'mask'), may(on, 'unmask'), may(on, 'chat')], [true, true, true]);
  assert.deepEqual([may(off, 'mask'), may(off, 'unmask'), may(off, 'chat')], [false, false, true]);
});

test('masks come in order, and broken and overlapping ones are left out', () => {
  const event = parseEvent({ seq: 1, type: 'message', id: 'm', from: { kind: 'customer' }, text: 'x', masks: [[5, 9], [1, 3], [2, 4], [7, 7], ['a', 2], [1.5, 2], 3, [-1, 2]] });
  assert.deepEqual(event?.type === 'message' && event.masks, [[1, 3], [5, 9]]);
});

test('an event of an unknown type still moves the place from which reading goes on', () => {
  const answer = parseEvents({ next: 9, events: [{ seq: 8, type: 'fireworks' }, { type: 'message' }, { seq: 9, type: 'message' }] });
  assert.deepEqual(answer?.events.map(({ seq, type }) => [seq, type]), [[8, 'unknown'], [9, 'unknown']]);
});

test('a file may come without words, a message may not', () => {
  const from = { kind: 'agent', name: 'Alice' };
  const file = parseEvent({ seq: 1, type: 'attachment', id: 'm', from, name: 'a.png', mime: 'image/png', size: 5 });
  assert.equal(file?.type === 'message' && file.file?.name, 'a.png');
  assert.equal(parseEvent({ seq: 1, type: 'message', id: 'm', from })?.type, 'unknown');
});

test('no address that a browser would run becomes a link', () => {
  for (const url of ['javascript:alert(1)', 'data:text/html,x', ' javascript:x', 'vbscript:x']) {
    const details = parseDetails({ id: 'c', number: 1, state: 'active', service: 'acme', room: url, page: { url } });
    assert.equal(details?.room, null, url);
    assert.equal(details?.page?.link, null, url);
    assert.equal(details?.page?.url, url);
  }
});

test('a report has 24 hours and five scores, whatever came', () => {
  const report = parseReport({ days: 7, by_hour: [1, 'x', 3], scores: null, by_day: [{ day: '2026-11-23', chats: 2 }, { day: '<b>' }] });
  assert.equal(report?.byHour.length, 24);
  assert.deepEqual(report?.byHour.slice(0, 3), [1, 0, 3]);
  assert.deepEqual(report?.scores, [0, 0, 0, 0, 0]);
  assert.deepEqual(report?.byDay.map(({ day }) => day), ['2026-11-23']);
});
