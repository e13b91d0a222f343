/** The small pure parts: grouping, words, colours, locales, back-off, the border. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contrast, parseHex, readable, textOn } from '../src/contrast';
import type { Rgb } from '../src/contrast';
import { backoff } from '../src/page/backoff';
import { openChat, received, typed } from '../src/page/chat';
import { blocks } from '../src/page/grouping';
import { pickLocale } from '../src/page/locale';
import { parseError, parseEvent, parseEvents, parseHelpCenter } from '../src/page/wire';
import { LINK, LONGEST_MESSAGE, MASKED, pieces, roomLeft } from '../src/page/words';
import en from '../src/texts/en';
import ko from '../src/texts/ko';
import talkEn from '../src/talk/texts/en';
import talkKo from '../src/talk/texts/ko';
import { sizeText } from '../src/talk/words';

const NOON = Date.UTC(2026, 0, 5, 12);
const DAY_MS = 86_400_000;
const utcDay = (at: number) => new Date(at).toISOString().slice(0, 10);

test('messages of one sender within one minute are one group', () => {
  const at = (seconds: number) => ({ key: `k${seconds}`, text: 'x', at: NOON + seconds * 1_000 });
  const chat = [at(0), at(30), at(59), at(60)].reduce(typed, openChat('c'));
  const sizes = blocks(chat.entries, utcDay).flatMap((block) => (block.kind === 'group' ? [block.messages.length] : []));
  assert.deepEqual(sizes, [3, 1]);
});

test('another sender or a notice starts a new group', () => {
  const chat = received(openChat('c', [{ key: 'k', text: 'mine', at: NOON }], true), [
    { seq: 1, at: NOON, type: 'message', id: 'a', key: null, from: { kind: 'agent', name: 'Alice' }, text: 'one', html: null, replyTo: null, file: false },
    { seq: 2, at: NOON, type: 'state', state: 'active', position: null, waitS: null, contact: false, agent: 'Bob' },
    { seq: 3, at: NOON, type: 'message', id: 'b', key: null, from: { kind: 'agent', name: 'Bob' }, text: 'two', html: null, replyTo: null, file: false },
  ], NOON);
  assert.deepEqual(blocks(chat.entries, utcDay).map(({ kind }) => kind), ['day', 'group', 'notice', 'group', 'group']);
});

test('every day is named once', () => {
  const chat = [0, 1, DAY_MS].reduce((chat, after) => typed(chat, { key: `${after}`, text: 'x', at: NOON + after }), openChat('c'));
  assert.deepEqual(blocks(chat.entries, utcDay).map(({ kind }) => kind), ['day', 'group', 'day', 'group']);
});

test('the room left is told near the limit only, and below zero beyond it', () => {
  for (const [length, left] of [[10, null], [9_499, null], [9_500, 500], [10_000, 0], [10_003, -3]] as const) {
    assert.equal(roomLeft('x'.repeat(length)), left);
  }
  assert.equal(roomLeft('👋'.repeat(9_000)), null, 'surrogate pairs count once');
  assert.equal(roomLeft('👋'.repeat(LONGEST_MESSAGE)), 0);
});

test('only http and https addresses become links, without the punctuation after them', () => {
  const cases: [string, string[]][] = [
    ['see https://a.example/x.', ['https://a.example/x']],
    ['(http://a.example/b)', ['http://a.example/b']],
    ['https://a.example/wiki/B_(c)', ['https://a.example/wiki/B_(c)']],
    ['javascript:alert(1) ftp://a.example data:text/html,x', []],
    ['https://', []],
    ['a https://a.example, b https://b.example?q=1&r=2!', ['https://a.example', 'https://b.example?q=1&r=2']],
  ];
  for (const [text, links] of cases) {
    const all = pieces(text, LINK);
    assert.deepEqual(all.filter(({ found }) => found).map((piece) => piece.text), links, text);
    assert.equal(all.map((piece) => piece.text).join(''), text, 'nothing of the text is lost');
  }
});

test('a masked message has solid runs and no links', () => {
  assert.deepEqual(pieces('call ****, https://a.example', MASKED), [
    { found: false, text: 'call ' },
    { found: true, text: '****' },
    { found: false, text: ', https://a.example' },
  ]);
});

test('text on any accent reaches 4.5:1', () => {
  for (let r = 0; r < 256; r += 15) {
    for (let g = 0; g < 256; g += 15) {
      for (let b = 0; b < 256; b += 15) {
        const accent: Rgb = [r, g, b];
        assert.ok(contrast(accent, textOn(accent)) >= 4.5, `rgb ${r} ${g} ${b}`);
      }
    }
  }
});

test('an accent is moved only as far as it must to be read on a surface', () => {
  const white: Rgb = [255, 255, 255];
  const blue: Rgb = [37, 99, 235];
  assert.deepEqual(readable(blue, white), blue);
  assert.ok(contrast(readable([250, 204, 21], white), white) >= 4.5);
  assert.ok(contrast(readable([17, 17, 17], [40, 43, 49]), [40, 43, 49]) >= 4.5);
});

test('contrast is that of WCAG', () => {
  assert.equal(contrast([0, 0, 0], [255, 255, 255]), 21);
  assert.ok(Math.abs(contrast([119, 119, 119], [255, 255, 255]) - 4.48) < 0.005);
});

test('a colour is six hexadecimal digits and nothing else', () => {
  assert.deepEqual(parseHex('#2563EB'), [37, 99, 235]);
  for (const wrong of ['', '2563eb', '#25', '#2563eb;color:red', 'red', 'url(x)']) assert.equal(parseHex(wrong), null, wrong);
});

test('the language is the first wish we have', () => {
  assert.equal(pickLocale(['fr-FR', 'ko-KR', 'en']), 'ko');
  assert.equal(pickLocale([null, undefined, '', 'EN_us']), 'en');
  assert.equal(pickLocale(['constructor', 'tlh']), 'en');
});

test('every language says everything', () => {
  assert.deepEqual(Object.keys(ko).sort(), Object.keys(en).sort());
  assert.deepEqual(Object.keys(talkKo).sort(), Object.keys(talkEn).sort());
});

test('the wait between tries doubles up to fifteen seconds and is never half of the step less', () => {
  for (const [attempt, step] of [[0, 500], [1, 1_000], [3, 4_000], [5, 15_000], [400, 15_000]] as const) {
    assert.equal(backoff(attempt, 0), step / 2);
    assert.equal(backoff(attempt, 1), step);
  }
});

test('the size of a file is told in the language of the page', () => {
  assert.equal(sizeText(900, 'en'), '0.9 kB');
  assert.equal(sizeText(234_567, 'en'), '229 kB');
  assert.equal(sizeText(10_485_760, 'ko'), '10MB');
});

test('an event of a type that is not known keeps its number and is kept as it came', () => {
  const json = { seq: 3, type: 'rating_request', at: '2026-01-05T12:00:00Z' };
  assert.deepEqual(parseEvent(json), { seq: 3, at: NOON, type: 'unknown', json });
});

test('frames without a number of their own are no events', () => {
  for (const frame of [null, 'x', {}, { type: 'heartbeat' }, { type: 'typing', typing: true }, { type: 'read', seq: 4 }, { seq: 'two', type: 'message' }]) {
    assert.equal(parseEvent(frame), null);
  }
});

test('a broken event does not take the others along', () => {
  const events = parseEvents({ events: [{ seq: 1, type: 'message' }, null, { seq: 2, type: 'delete', id: 'm1' }] });
  assert.deepEqual(events.map(({ type }) => type), ['unknown', 'delete']);
});

test('a help center with only a name is closed for chat', () => {
  const center = parseHelpCenter({ name: 'Acme' });
  assert.equal(center?.chat, 'disabled');
  assert.equal(parseHelpCenter({}), null);
});

test('a policy address that is not http is dropped', () => {
  const center = parseHelpCenter({ name: 'A', consent: { version: '1', text: 't', url: 'javascript:alert(1)' } });
  assert.equal(center?.consent.url, null);
});

test('an error without a body still has a code', () => {
  assert.deepEqual(parseError(null), { code: 'unknown', field: null });
  assert.deepEqual(parseError({ error: { code: 'invalid', field: 'email' } }), { code: 'invalid', field: 'email' });
});
