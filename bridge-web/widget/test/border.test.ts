/** What passes between the frames, and what stays in the browser. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bodyFrom, hostOrigin, parseHostSays, parsePageSays } from '../src/bridge';
import { memory } from '../src/page/storage';

const frame = { name: 'our frame' };
const ORIGIN = 'https://chat.example.org';
const data = { helproom: { type: 'ready' } };

test('a message counts only from our own window and origin', () => {
  assert.deepEqual(bodyFrom({ source: frame, origin: ORIGIN, data }, frame, ORIGIN), { type: 'ready' });
  assert.equal(bodyFrom({ source: { name: 'another' }, origin: ORIGIN, data }, frame, ORIGIN), null);
  assert.equal(bodyFrom({ source: frame, origin: 'https://evil.example', data }, frame, ORIGIN), null);
});

test('without a frame no message counts, not even one without a source', () => {
  assert.equal(bodyFrom({ source: null, origin: ORIGIN, data }, null, ORIGIN), null);
  assert.equal(bodyFrom({ source: undefined, origin: ORIGIN, data }, undefined, ORIGIN), null);
});

test('messages of others in the same window are not ours', () => {
  for (const other of [null, undefined, 'text', 1, {}, { helproom: 'text' }, { helproom: null }]) {
    assert.equal(bodyFrom({ source: frame, origin: ORIGIN, data: other }, frame, ORIGIN), null);
  }
});

test('every part of a message gets its type at the border', () => {
  assert.deepEqual(parsePageSays({ type: 'unread', count: 'many', open: 'yes' }), { type: 'unread', count: 0, open: false, accent: 'undefined' });
  assert.deepEqual(parseHostSays({ type: 'visit', url: 'https://a.example/', jwt: 7 }), { type: 'visit', open: false, url: 'https://a.example/', title: '' });
});

test('the host is a plain http or https origin', () => {
  assert.equal(hostOrigin('https://help.example.org'), 'https://help.example.org');
  assert.equal(hostOrigin('http://127.0.0.1:9001'), 'http://127.0.0.1:9001');
  for (const wrong of [null, '', '*', 'null', 'javascript:alert(1)', 'https://a.example/', 'https://a.example/path', 'file:///x']) {
    assert.equal(hostOrigin(wrong), null, String(wrong));
  }
});

function shelf(): Storage & { kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
    removeItem: (name: string) => void kept.delete(name),
  } as unknown as Storage & { kept: Map<string, string> };
}

const TICKET = { chat: 'c1', visitorToken: 'v1' };

test('reading stores nothing', () => {
  const [lasting, tab] = [shelf(), shelf()];
  const kept = memory('acme', lasting, tab);
  assert.deepEqual([kept.chat(), kept.visitorToken(), kept.draft(), kept.unstored(), kept.readSeq(), kept.settings()], [null, null, '', [], 0, {}]);
  assert.equal(lasting.kept.size + tab.kept.size, 0);
});

test('an open chat is found by every tab, an ended one only by its own', () => {
  const lasting = shelf();
  const mine = memory('acme', lasting, shelf());
  mine.keepOpen(TICKET);
  assert.deepEqual(memory('acme', lasting, shelf()).chat(), TICKET);
  mine.keepClosed(TICKET);
  assert.deepEqual(mine.chat(), TICKET);
  assert.equal(memory('acme', lasting, shelf()).chat(), null);
});

test('a forgotten chat leaves only the token by which the customer stays the same customer', () => {
  const [lasting, tab] = [shelf(), shelf()];
  const kept = memory('acme', lasting, tab);
  kept.keepOpen(TICKET);
  kept.keepDraft('half a');
  kept.keepUnstored([{ key: 'k', text: 't', at: 1 }]);
  kept.keepReadSeq(4);
  kept.keepClosed(TICKET);
  kept.forgetChat();
  assert.deepEqual([...lasting.kept.keys(), ...tab.kept.keys()], ['helproom:acme:visitor']);
});

test('help centers on one origin do not share', () => {
  const lasting = shelf();
  memory('acme', lasting, null).keepOpen(TICKET);
  assert.equal(memory('other', lasting, null).chat(), null);
});

test('blocked or broken storage reads as empty', () => {
  const throwing = { getItem: () => { throw new Error('blocked'); }, setItem: () => { throw new Error('full'); }, removeItem: () => {} };
  const blocked = memory('acme', throwing, throwing);
  blocked.keepOpen(TICKET);
  assert.equal(blocked.chat(), null);
  const broken = shelf();
  broken.setItem('helproom:acme:chat', '{"chat":');
  broken.setItem('helproom:acme:unsent', '[{"key":1},{"key":"k","text":"t"}]');
  assert.equal(memory('acme', broken, broken).chat(), null);
  assert.deepEqual(memory('acme', broken, broken).unstored(), [{ key: 'k', text: 't', at: 0 }]);
});
