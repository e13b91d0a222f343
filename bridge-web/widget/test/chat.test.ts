/** What events, acknowledgements and typing make of a chat. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileOf } from '../src/talk/wire';
import { acknowledged, openChat, received, refused, retried, typed, unread, unsent, unstored } from '../src/page/chat';
import type { Chat, Message } from '../src/page/chat';
import { parseEvents } from '../src/page/wire';
import type { ChatEvent } from '../src/page/wire';

const NOON = Date.UTC(2026, 0, 5, 12);
const fresh = () => openChat('c1', [], true);
const say = (chat: Chat, key: string, text = key) => typed(chat, { key, text, at: NOON });
const messages = (chat: Chat) => chat.entries.filter((entry): entry is Message => entry.kind === 'message');
const texts = (chat: Chat) => messages(chat).map(({ text }) => text);
const states = (chat: Chat) => messages(chat).map(({ state }) => state);
const hear = (chat: Chat, ...events: ChatEvent[]) => received(chat, events, NOON);

const message = (seq: number, id: string, text = id, key: string | null = null): ChatEvent => ({
  seq,
  at: NOON,
  type: 'message',
  id,
  key,
  from: { kind: key ? 'customer' : 'agent', name: key ? null : 'Alice' },
  text,
  html: null,
  replyTo: null,
  file: false,
});
const state = (seq: number, stage: 'waiting' | 'offered' | 'active' | 'closed', agent: string | null = null): ChatEvent => ({
  seq,
  at: NOON,
  type: 'state',
  state: stage,
  position: stage === 'waiting' ? 2 : null,
  waitS: stage === 'waiting' ? 40 : null,
  contact: false,
  agent,
});

test('a typed message is pending until it is acknowledged', () => {
  const pending = say(fresh(), 'k1', 'hello');
  assert.deepEqual(states(pending), ['pending']);
  const sent = acknowledged(pending, { key: 'k1', seq: 2, id: 'm1' });
  assert.deepEqual(states(sent), ['sent']);
  assert.deepEqual(unsent(sent), []);
});

test('a message acknowledged twice is shown once', () => {
  const ack = { key: 'k1', seq: 2, id: 'm1' };
  const chat = acknowledged(acknowledged(say(fresh(), 'k1'), ack), ack);
  assert.deepEqual(texts(chat), ['k1']);
});

test('an own message that comes back as an event is shown once, whichever comes first', () => {
  const ack = { key: 'k1', seq: 2, id: 'm1' };
  const event = message(2, 'm1', 'hello', 'k1');
  const ackFirst = hear(acknowledged(say(fresh(), 'k1', 'hello'), ack), event);
  const eventFirst = acknowledged(hear(say(fresh(), 'k1', 'hello'), event), ack);
  assert.deepEqual(ackFirst.entries, eventFirst.entries);
  assert.deepEqual(texts(ackFirst), ['hello']);
  assert.deepEqual(states(ackFirst), ['sent']);
});

test('an own message keeps its key from pending to sent, so that it is not drawn anew', () => {
  const chat = hear(say(fresh(), 'k1'), message(2, 'm1', 'k1', 'k1'));
  assert.equal(messages(chat)[0]?.key, 'k1');
});

test('an event seen before changes nothing', () => {
  const once = hear(fresh(), message(1, 'a'), message(2, 'b'));
  assert.equal(hear(once, message(1, 'a', 'again'), message(2, 'b', 'again')).entries, once.entries);
});

test('messages stand in the order of the server, and what is unsent stands last', () => {
  const chat = hear(say(say(fresh(), 'k1'), 'k2'), message(1, 'agent one'), message(2, 'm2', 'k1', 'k1'), message(3, 'agent two'));
  assert.deepEqual(texts(chat), ['agent one', 'k1', 'agent two', 'k2']);
});

test('an acknowledgement does not move the place from which a reconnect resumes', () => {
  const chat = acknowledged(say(fresh(), 'k1'), { key: 'k1', seq: 9, id: 'm9' });
  assert.equal(chat.seq, 0);
  assert.deepEqual(texts(hear(chat, message(8, 'before it'))), ['before it', 'k1']);
});

test('unsent messages leave in the order they were typed', () => {
  const chat = acknowledged(say(say(say(fresh(), 'k1'), 'k2'), 'k3'), { key: 'k1', seq: 1, id: 'm1' });
  assert.deepEqual(unsent(chat).map(({ key }) => key), ['k2', 'k3']);
});

test('what the server does not have yet survives a reload, and is sent once', () => {
  const kept = unstored(refused(say(say(fresh(), 'k1'), 'k2'), 'k1'));
  const reloaded = openChat('c1', kept);
  assert.deepEqual(unsent(reloaded).map(({ key }) => key), ['k1', 'k2']);
  const replayed = hear(reloaded, message(1, 'm1', 'k1', 'k1'));
  assert.deepEqual(unsent(replayed).map(({ key }) => key), ['k2']);
  assert.deepEqual(texts(replayed), ['k1', 'k2']);
});

test('a refused message is tried again under the same key', () => {
  const chat = retried(refused(say(fresh(), 'k1'), 'k1'), 'k1', 'fresh', NOON);
  assert.deepEqual(unsent(chat).map(({ key }) => key), ['k1']);
});

test('a message that could not be delivered is tried again under a fresh key', () => {
  const failed = hear(fresh(), message(1, 'm1', 'hello', 'k1'), { seq: 2, at: NOON, type: 'failed', id: 'm1' });
  assert.deepEqual(states(failed), ['failed']);
  const chat = retried(failed, 'k1', 'k2', NOON);
  assert.deepEqual(unsent(chat), [{ key: 'k2', text: 'hello', at: NOON }]);
  assert.deepEqual(texts(chat), ['hello']);
});

test('edits, deletions and masks change the message they name', () => {
  const two = hear(fresh(), message(1, 'a'), message(2, 'b'));
  const [edited, masked, removed] = [
    hear(two, { seq: 3, at: NOON, type: 'edit', id: 'a', text: 'A', html: '<b>A</b>' }),
    hear(two, { seq: 3, at: NOON, type: 'mask', id: 'a', text: '***', html: null, masked: true }),
    hear(two, { seq: 3, at: NOON, type: 'delete', id: 'a' }),
  ];
  assert.deepEqual(texts(edited), ['A', 'b']);
  assert.equal(messages(edited)[0]?.edited, true);
  assert.deepEqual(texts(masked), ['***', 'b']);
  assert.equal(messages(masked)[0]?.masked, true);
  assert.deepEqual(texts(removed), ['', 'b'], 'nothing of the text is kept');
  assert.equal(messages(removed)[0]?.removed, true);
});

test('a mask that overtakes the acknowledgement is not undone by it', () => {
  const heard = hear(say(fresh(), 'k1', '4111'), message(1, 'm1', '4111', 'k1'), { seq: 2, at: NOON, type: 'mask', id: 'm1', text: '****', html: null });
  assert.deepEqual(texts(acknowledged(heard, { key: 'k1', seq: 1, id: 'm1' })), ['****']);
});

test('an unknown event is kept for later and moves the place from which a reconnect resumes', () => {
  const event: ChatEvent = { seq: 7, at: NOON, type: 'unknown', json: { type: 'rated' } };
  const chat = hear(fresh(), event);
  assert.deepEqual({ ...chat, seq: 0 }, { ...fresh(), others: [event] });
  assert.equal(chat.seq, 7);
});

test('an agent that joins, leaves and is replaced is told in the conversation', () => {
  const chat = hear(fresh(), state(1, 'waiting'), state(2, 'offered'), state(3, 'active', 'Alice'), state(4, 'waiting'), state(5, 'active', 'Bob'));
  assert.deepEqual(
    chat.entries.map((entry) => entry.kind !== 'message' && `${entry.name} ${entry.kind}`),
    ['Alice joined', 'Alice left', 'Bob joined'],
  );
  assert.equal(chat.agent, 'Bob');
});

test('an active state told again does not say again who joined', () => {
  const chat = hear(fresh(), state(1, 'active', 'Alice'), state(2, 'active', 'Alice'));
  assert.equal(chat.entries.length, 1);
});

test('a waiting customer knows the place in line, an active one has none', () => {
  assert.deepEqual(hear(fresh(), state(1, 'waiting')).place, { position: 2, waitS: 40, at: NOON });
  assert.equal(hear(fresh(), state(1, 'waiting'), state(2, 'active', 'Alice')).place, null);
});

test('a closed chat stays closed, and knows by whom', () => {
  const chat = hear(fresh(), state(1, 'active', 'Alice'), state(2, 'closed'), { seq: 3, at: NOON, type: 'closed', by: 'agent' }, state(4, 'waiting'));
  assert.equal(chat.stage, 'closed');
  assert.equal(chat.closedBy, 'agent');
  assert.equal(chat.agent, 'Alice');
});

test('what had not left when the chat ended is marked as not sent', () => {
  assert.deepEqual(states(hear(say(fresh(), 'k1'), { seq: 1, at: NOON, type: 'closed', by: 'agent' })), ['failed']);
});

test('only messages of agents after the last one read are unread', () => {
  const chat = hear(fresh(), message(1, 'a'), message(2, 'm', 'mine', 'k1'), message(3, 'b'));
  assert.equal(unread(chat, 0), 2);
  assert.equal(unread(chat, 1), 1);
  assert.equal(unread(chat, 3), 0);
});

test('an agent that takes over from another is told as such', () => {
  const chat = hear(fresh(), state(1, 'active', 'Alice'), state(2, 'active', 'Bela'));
  assert.deepEqual(chat.entries.map((entry) => entry.kind), ['joined', 'tookOver']);
});

test('an attachment is a message with its name for text, and deleted leaves nothing', () => {
  const json = { seq: 1, type: 'attachment', id: 'f1', from: { kind: 'agent', name: 'Alice' }, name: 'a.png', mime: 'image/png', size: 3 };
  const chat = hear(fresh(), ...parseEvents({ events: [json] }));
  assert.deepEqual(texts(chat), ['a.png']);
  assert.equal(unread(chat, 0), 1);
  assert.deepEqual(messages(chat)[0]?.file, json);
  assert.deepEqual(hear(chat, { seq: 2, at: NOON, type: 'delete', id: 'f1' }).entries, []);
});

test('a mask renames a file or takes it off the page, and comes off again', () => {
  const json = { seq: 1, type: 'attachment', id: 'f1', from: { kind: 'customer' }, name: '900101.png', mime: 'image/png' };
  const chat = hear(fresh(), ...parseEvents({ events: [json] }));
  const after = (mask: object) => messages(hear(chat, ...parseEvents({ events: [{ seq: 2, type: 'mask', id: 'f1', ...mask }] })))[0] as Message;
  const renamed = after({ text: '', name: '******.png', masked: true });
  assert.deepEqual([renamed.text, fileOf(renamed)?.name, renamed.masked], ['******.png', '******.png', true]);
  const gone = after({ text: '**********', name: null, masked: true });
  assert.deepEqual([gone.text, fileOf(gone), gone.masked], ['**********', null, true]);
  const shown = after({ text: '', name: '900101.png', masked: false });
  assert.deepEqual([shown.text, fileOf(shown)?.name, shown.masked], ['900101.png', '900101.png', false]);
});

test('formatting follows an edit, and none is left by a mask or a deletion', () => {
  const json = { seq: 1, type: 'message', id: 'a', from: { kind: 'agent' }, text: 'hi', html: '<b>hi</b>', reply_to: 'm0' };
  const chat = hear(fresh(), ...parseEvents({ events: [json] }));
  const html = (event: ChatEvent) => messages(hear(chat, event))[0]?.html;
  assert.deepEqual([messages(chat)[0]?.html, messages(chat)[0]?.replyTo], ['<b>hi</b>', 'm0']);
  assert.equal(html({ seq: 2, at: NOON, type: 'edit', id: 'a', text: 'ho', html: '<i>ho</i>' }), '<i>ho</i>');
  assert.equal(html({ seq: 2, at: NOON, type: 'edit', id: 'a', text: 'ho', html: null }), null);
  assert.equal(html({ seq: 2, at: NOON, type: 'mask', id: 'a', text: '**', html: null }), null);
  assert.equal(html({ seq: 2, at: NOON, type: 'delete', id: 'a' }), null);
});

test('what is typed after the end waits for the next chat, though the end is told again', () => {
  const chat = say(hear(fresh(), { seq: 1, at: NOON, type: 'closed', by: 'idle' }), 'k1');
  assert.deepEqual(states(hear(chat, { seq: 2, at: NOON, type: 'closed', by: 'idle' })), ['pending']);
});

test('a file that could not be delivered is not sent again as its name', () => {
  const json = { seq: 1, type: 'attachment', id: 'f1', key: 'k9', from: { kind: 'customer' }, name: 'a.png' };
  const failed = hear(fresh(), ...parseEvents({ events: [json, { seq: 2, type: 'failed', id: 'f1' }] }));
  assert.deepEqual(states(failed), ['failed']);
  assert.deepEqual(unsent(retried(failed, 'k9', 'k10', NOON)), []);
});
