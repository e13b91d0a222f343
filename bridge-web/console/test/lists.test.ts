/** The list of chats, countdowns, keys, and plots. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fresh, isUnread, neighbour, offers, sections, soonest } from '../src/core/lists';
import { ago, secondsLeft, skew } from '../src/core/time';
import { secondTicks, spaced, stretches, ticks } from '../src/report/scale';
import { matching } from '../src/views/canned';
import { letterOf } from '../src/views/keys';
import { parseChatList } from '../src/wire/chat';
import type { ChatList } from '../src/wire/chat';

function list(...chats: object[]): ChatList {
  const parsed = parseChatList({ me: {}, chats: chats.map((chat, i) => ({ number: i + 1, state: 'active', mine: false, ...chat })) });
  assert.ok(parsed);
  return parsed;
}

const DAY = list(
  { id: 'b', agent: { id: '@bob:x' } },
  { id: 'm1', mine: true },
  { id: 'w', state: 'waiting' },
  { id: 'o', state: 'offered', mine: true, offered_until: '2026-11-23T09:00:00Z' },
  { id: 'ob', state: 'offered', agent: { id: '@bob:x' } },
  { id: 'm2', mine: true },
);

test('what is offered comes first, then the own chats, who waits, and those of others', () => {
  assert.deepEqual(sections(DAY.chats).map(({ section, chats }) => [section, chats.map(({ id }) => id)]), [
    ['offered', ['o']],
    ['mine', ['m1', 'm2']],
    ['waiting', ['w']],
    ['others', ['b', 'ob']],
  ]);
  assert.deepEqual(offers(DAY).map(({ id }) => id), ['o']);
});

test('an offer is new once, and again when it comes again', () => {
  assert.deepEqual(fresh(null, DAY).map(({ id }) => id), ['o']);
  assert.deepEqual(fresh(DAY, DAY), []);
  const again = list({ id: 'o', state: 'offered', mine: true, offered_until: '2026-11-23T09:05:00Z' });
  assert.deepEqual(fresh(DAY, again).map(({ id }) => id), ['o']);
});

test('of many offers the one that ends first stands for all', () => {
  const many = list({ id: 'never' }, { id: 'late', offered_until: '2026-11-23T09:05:00Z' }, { id: 'soon', offered_until: '2026-11-23T09:00:00Z' });
  assert.deepEqual(soonest(many.chats).map(({ id }) => id), ['soon', 'late', 'never']);
});

test('only words of a customer that were not looked at make a chat unread', () => {
  const [mine, answered, other] = list(
    { id: 'a', mine: true, last: { seq: 4, from: 'customer', text: 'x' } },
    { id: 'b', mine: true, last: { seq: 4, from: 'agent', text: 'x' } },
    { id: 'c', last: { seq: 4, from: 'customer', text: 'x' } },
  ).chats;
  assert.ok(mine && answered && other);
  assert.deepEqual([mine, answered, other].map((chat) => isUnread(chat, {})), [true, false, false]);
  assert.equal(isUnread(mine, { a: 4 }), false);
});

test('one moves through the list in the order it is drawn', () => {
  assert.equal(neighbour(DAY.chats, null, 1), 'o');
  assert.equal(neighbour(DAY.chats, 'o', 1), 'm1');
  assert.equal(neighbour(DAY.chats, 'o', -1), null);
  assert.equal(neighbour(DAY.chats, 'gone', -1), 'ob');
});

test('a countdown counts whole seconds and ends at none', () => {
  for (const [until, now, left] of [[10_000, 0, 10], [10_000, 1, 10], [10_000, 9_999, 1], [10_000, 10_000, 0], [10_000, 99_999, 0]] as const) assert.equal(secondsLeft(until, now), left);
});

test('a clock that is wrong is corrected by the server\'s, one that is a little off is not', () => {
  const now = Date.parse('2026-11-23T09:00:00Z');
  assert.equal(skew('Mon, 23 Nov 2026 09:03:00 GMT', now), 180_000);
  assert.equal(skew('Mon, 23 Nov 2026 09:00:01 GMT', now), 0);
  assert.equal(skew(null, now), null);
});

test('time gone is told in the largest whole unit', () => {
  const MINUTE = 60_000;
  assert.deepEqual([0, 59_999, MINUTE, 59 * MINUTE, 60 * MINUTE, 24 * 60 * MINUTE].map((gone) => ago(0, gone)), [{ unit: 'now' }, { unit: 'now' }, { unit: 'minutes', many: 1 }, { unit: 'minutes', many: 59 }, { unit: 'hours', many: 1 }, { unit: 'days', many: 1 }]);
});

test('a letter is known by its key where a Korean is typed', () => {
  assert.equal(letterOf({ key: 'A', code: 'KeyA' }), 'a');
  assert.equal(letterOf({ key: 'ㅁ', code: 'KeyA' }), 'a');
  assert.equal(letterOf({ key: '?', code: 'Slash' }), '?');
  assert.equal(letterOf({ key: 'Enter', code: 'Enter' }), 'Enter');
  // On a French keyboard the letter counts, not its place.
  assert.equal(letterOf({ key: 'a', code: 'KeyQ' }), 'a');
});

test('ready-made answers are found by the beginning of their name first, then by any word', () => {
  const all = [{ name: 'bye', text: 'we refund' }, { name: 'refund', text: 'x' }, { name: '환불', text: 'y' }];
  assert.deepEqual(matching(all, 'ref').map(({ name }) => name), ['refund', 'bye']);
  assert.deepEqual(matching(all, '환').map(({ name }) => name), ['환불']);
  assert.equal(matching(all, '').length, 3);
});

test('the steps of a plot are round and reach above what is drawn', () => {
  for (const most of [0, 1, 3, 7, 12, 99, 1_234]) assert.ok((ticks(most).at(-1) ?? 0) >= most && ticks(most).length <= 6, String(most));
  assert.deepEqual(ticks(42), [0, 20, 40, 60]);
  assert.deepEqual(ticks(1), [0, 1]);
  assert.deepEqual(secondTicks(95), [0, 30, 60, 90, 120]);
  assert.deepEqual(secondTicks(0), [0, 5]);
});

test('labels that would touch are left out, and a line has gaps where nothing is known', () => {
  assert.deepEqual(spaced(6, 100, 40), [0, 3]);
  assert.deepEqual(stretches([1, null, 2, 3, null]), [[[0, 1]], [[2, 2], [3, 3]]]);
});
