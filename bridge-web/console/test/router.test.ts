/** Addresses. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNSOLVED, addressOf, codeOf, placeOf } from '../src/core/router';
import type { Place } from '../src/core/router';

test('what is said in an address is read out of it again', () => {
  const places: Place[] = [
    { page: 'chats', service: 'acme', chat: null },
    { page: 'chats', service: 'acme', chat: '01JA' },
    { page: 'tickets', service: 'acme', ticket: null, quick: null, filter: UNSOLVED },
    { page: 'tickets', service: 'acme', ticket: 12, quick: 'chat', filter: { status: ['solved'], assignee: '@a:x.org', tag: '환불', words: 'two words & more?' } },
    { page: 'tickets', service: 'a/b', ticket: 3, quick: null, filter: { ...UNSOLVED, status: [] } },
    { page: 'report', service: 'acme', days: 30 },
  ];
  for (const place of places) assert.deepEqual(placeOf(addressOf(place)), place, addressOf(place));
});

test('an address that is not known leads to the chats', () => {
  for (const hash of ['', '#', '#/', '#/acme/rooms/3', '#/%E0%A4%A', '#//']) assert.equal(placeOf(hash).page, 'chats', hash);
  const ticket = placeOf('#/acme/tickets/12abc?status=open,flying&quick=audit');
  assert.deepEqual(ticket, { page: 'tickets', service: 'acme', ticket: null, quick: null, filter: { ...UNSOLVED, status: ['open'] } });
  assert.deepEqual(placeOf('#/acme/report?days=12'), { page: 'report', service: 'acme', days: 7 });
});

test('a log-in code is what does not begin with a slash, and may say where to go then', () => {
  assert.deepEqual(codeOf('#abc-DEF_1'), { code: 'abc-DEF_1', then: '' });
  assert.deepEqual(codeOf('#abc/acme/tickets/12'), { code: 'abc', then: '#/acme/tickets/12' });
  for (const none of ['', '#', '#/acme/chats']) assert.equal(codeOf(none), null, none);
});
