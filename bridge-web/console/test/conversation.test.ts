/** A conversation, and what is not yet in it. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EMPTY, blocks, messages, received } from '../src/core/conversation';
import type { Conversation } from '../src/core/conversation';
import * as outbox from '../src/core/outbox';
import { parseEvents } from '../src/wire/event';
import { proposal } from '../src/views/new-ticket';

let seq = 0;
const customer = (text: string, rest = {}) => ({ type: 'message', id: `m${seq + 1}`, from: { kind: 'customer' }, text, ...rest });
const agent = (text: string, rest = {}) => ({ type: 'message', id: `m${seq + 1}`, from: { kind: 'agent', name: 'Alice' }, text, ...rest });

function chat(...events: ((() => object) | object)[]): Conversation {
  seq = 0;
  const all = events.map((event) => {
    const made = typeof event === 'function' ? event() : event;
    return { seq: ++seq, at: '2026-11-23T09:00:00Z', ...made };
  });
  return received(EMPTY, parseEvents({ events: all })?.events ?? []);
}

const texts = (conversation: Conversation) => messages(conversation).map(({ text }) => text);

test('what was seen before is ignored', () => {
  const events = parseEvents({ events: [{ seq: 1, ...customer('a') }, { seq: 2, ...customer('b') }] })?.events ?? [];
  const once = received(EMPTY, events);
  assert.deepEqual(received(once, events), once);
});

test('edits, masks and deletions change the message where it stands', () => {
  const conversation = chat(
    () => customer('call 010-1234-5678'),
    () => agent('hi'),
    { type: 'mask', id: 'm1', text: 'call *************', masks: [[5, 18]], masked: true },
    { type: 'edit', id: 'm2', text: 'hello' },
    () => customer('gone'),
    { type: 'delete', id: 'm5' },
  );
  assert.deepEqual(texts(conversation), ['call *************', 'hello', '']);
  const [masked, edited, removed] = messages(conversation);
  assert.deepEqual([masked?.masked, masked?.masks], [true, [[5, 18]]]);
  assert.deepEqual([edited?.edited, removed?.removed], [true, true]);
});

test('a mask that is taken off shows the words again and marks nothing', () => {
  const conversation = chat(
    () => customer('call ***', { masks: [[5, 8]] }),
    { type: 'mask', id: 'm1', text: 'call 112', masks: [], masked: false },
  );
  assert.deepEqual([texts(conversation), messages(conversation)[0]?.masked], [['call 112'], false]);
});

test('of a masked file nothing is left but that there was one', () => {
  const conversation = chat({ type: 'attachment', id: 'm1', from: { kind: 'customer' }, name: 'passport.png', mime: 'image/png', size: 3 }, { type: 'mask', id: 'm1', text: '', masks: [], name: null, masked: true });
  assert.deepEqual([messages(conversation)[0]?.file, messages(conversation)[0]?.masked], [null, true]);
});

test('what was masked before the page came is known as masked', () => {
  const from = { kind: 'customer' };
  const conversation = chat({ type: 'message', id: 'file', from, text: '' }, { type: 'attachment', id: 'name', from, name: '***-****.png' }, { type: 'attachment', id: 'plain', from, name: 'a.png' }, () => customer('***', { masks: [[0, 3]] }));
  assert.deepEqual(messages(conversation).map(({ masked }) => masked), [true, true, false, true]);
});

test('the place in the queue is no news, another agent is', () => {
  const { items, agent: holder } = chat(
    { type: 'state', state: 'waiting', position: 2 },
    { type: 'state', state: 'waiting', position: 1 },
    { type: 'state', state: 'active', agent: { name: 'Alice' } },
    { type: 'state', state: 'active', agent: { name: 'Bob' } },
    { type: 'state', state: 'waiting', position: 1 },
  );
  assert.deepEqual(items.map((item) => item.kind === 'notice' && [item.what, item.of]), [['joined', 'Alice'], ['joined', 'Bob'], ['waits', null]]);
  assert.equal(holder, null);
});

test('what one sender writes within a minute is one group, and a block that did not change stays the same object', () => {
  const before = chat(() => customer('a'), () => customer('b'), () => agent('c'));
  const drawn = blocks(before.items, () => 'today');
  assert.deepEqual(drawn.map((block) => (block.kind === 'group' ? block.messages.length : block.kind)), ['day', 2, 1]);
  const later = received(before, parseEvents({ events: [{ seq: 4, at: '2026-11-23T09:05:00Z', ...customer('d') }] })?.events ?? []);
  const again = blocks(later.items, () => 'today', drawn);
  assert.equal(again.length, 4);
  for (const i of [0, 1, 2]) assert.equal(again[i], drawn[i]);
});

test('an answer is drawn once, whether its event or its receipt comes first', () => {
  const before = chat(() => customer('hello'));
  const pending = outbox.written([], 'k1', 'hi', 0, before.seq);
  assert.equal(outbox.shown(pending, before).length, 1);
  const after = received(before, parseEvents({ events: [{ seq: 2, ...agent('hi', { id: 'x' }) }] })?.events ?? []);
  assert.equal(outbox.shown(pending, after).length, 0, 'the event came first');
  const receipt = outbox.stored(pending, 'k1', 'x');
  assert.equal(outbox.shown(receipt, before).length, 1, 'the receipt came first');
  assert.equal(outbox.shown(receipt, after).length, 0);
  assert.deepEqual(outbox.kept(receipt, after), []);
});

test('the same words twice are two messages', () => {
  const before = chat(() => agent('ok'));
  const twice = outbox.written(outbox.written([], 'k1', 'ok', 0, before.seq), 'k2', 'ok', 0, before.seq);
  assert.equal(outbox.shown(twice, before).length, 2, 'an earlier one is not meant');
  const after = received(before, parseEvents({ events: [{ seq: 2, ...agent('ok', { id: 'x' }) }] })?.events ?? []);
  assert.equal(outbox.shown(twice, after).length, 1);
});

test('a failed message is tried again under its own key, or dropped', () => {
  const failed = outbox.failed(outbox.written([], 'k1', 'hi', 0, 0), 'k1', 'why');
  assert.equal(outbox.next(failed), null);
  assert.equal(outbox.next(outbox.retried(failed, 'k1'))?.key, 'k1');
  assert.deepEqual(outbox.dropped(failed, 'k1'), []);
});

test('a ticket is proposed under the first words of the customer', () => {
  assert.equal(proposal(chat(() => agent('hello'), () => customer('  I cannot   log in\nsince today'))), 'I cannot log in');
  assert.equal(proposal(chat(() => agent('hello'))), '');
  assert.equal([...proposal(chat(() => customer('😀'.repeat(200))))].length, 120);
});
