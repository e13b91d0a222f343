/** Where in a message something stands: emoji, Korean, formatted text. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mapped, runs, scalars, selected, units, words } from '../src/core/spans';

test('places are counted in scalar values: an emoji is one, a Korean syllable is one, a family is many', () => {
  for (const [text, unit, scalar] of [
    ['abc', 2, 2],
    ['가나다', 2, 2],
    ['😀a', 2, 1],
    ['😀😀', 4, 2],
    ['👨‍👩‍👧 010', 8, 5],
    ['한😀글', 3, 2],
  ] as const) {
    assert.equal(scalars(text, unit), scalar, text);
    assert.equal(units(text, scalar), unit, text);
  }
});

test('a place behind the end is the end', () => {
  assert.equal(scalars('😀', 99), 1);
  assert.equal(units('😀', 99), 2);
});

test('a selection loses the white space at its ends, and nothing is left of one without words', () => {
  assert.deepEqual(selected('call  010-1234-5678 now', 4, 20), [6, 19]);
  assert.equal(selected('a   b', 1, 4), null);
  assert.equal(selected('abc', 2, 2), null);
});

test('a selection backwards is the same', () => {
  assert.deepEqual(selected('0123456', 5, 2), selected('0123456', 2, 5));
});

test('half of an emoji is the whole of it', () => {
  assert.deepEqual(selected('a😀b', 2, 4), [1, 3]);
  assert.deepEqual(selected('a😀b', 0, 2), [0, 2]);
});

test('a selection behind emoji counts as the server counts', () => {
  const text = '네 😀 010-1234-5678 👍';
  const from = text.indexOf('010');
  const span = selected(text, from, from + 13);
  assert.deepEqual(span, [4, 17]);
  assert.equal(span && words(text, span), '010-1234-5678');
});

test('runs joined are the text again, whatever the masks', () => {
  const text = '😀 전화 ************* 그리고 **** 끝';
  for (const masks of [[], [[5, 18]], [[0, 1], [5, 18], [23, 27]], [[0, 99]], [[26, 99]]] as [number, number][][]) {
    const pieces = runs(text, masks);
    assert.equal(pieces.map((piece) => piece.text).join(''), text);
    assert.equal(pieces.filter(({ masked }) => masked).length, masks.length);
  }
  assert.deepEqual(runs(text, [[5, 18]]).map(({ text, masked }) => [text, masked])[1], ['*************', true]);
});

test('a mask that lies beside its text shows nothing twice', () => {
  assert.deepEqual(runs('abc', [[1, 2], [1, 3]]).map(({ text }) => text).join(''), 'abc');
  assert.deepEqual(runs('', [[0, 3]]), []);
});

test('a selection in formatted text is found in the plain text, with the signs between', () => {
  const text = '**Call me** at *010-1234-5678* please';
  const drawn = 'Call me at 010-1234-5678 please';
  const from = drawn.indexOf('010');
  const span = mapped(drawn, text, from, from + 13);
  assert.equal(span && words(text, span), '010-1234-5678');
  const both = mapped(drawn, text, 0, 13);
  assert.equal(both && words(text, both), 'Call me** at *01');
});

test('lines may be broken otherwise in formatted text', () => {
  const span = mapped('하나둘셋', '- 하나\n- 둘\n- 셋', 2, 4);
  assert.equal(span && words('- 하나\n- 둘\n- 셋', span), '둘\n- 셋');
});

test('where the place is not sure, none is told', () => {
  // The first 1 is the list's own sign in the text, and stands nowhere in the drawing.
  assert.equal(mapped('1 apple', '1. 1 apple', 0, 1), null);
  assert.equal(mapped('other words', 'these words', 0, 5), null);
  assert.equal(mapped('abc', '', 0, 3), null);
  assert.equal(mapped('a  b', 'a b', 1, 3), null);
});
