/** Formatted text: what is taken over of a parsed document, and what is not. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { marksOf } from '../src/talk/markup';
import type { Mark, Parsed } from '../src/talk/markup';

const words = (text: string): Parsed => ({ nodeType: 3, nodeName: '#text', nodeValue: text, childNodes: [] });
const comment: Parsed = { nodeType: 8, nodeName: '#comment', nodeValue: 'secret', childNodes: [] };

function el(name: string, attributes: Record<string, string>, ...kids: (Parsed | string)[]): Parsed {
  return {
    nodeType: 1,
    nodeName: name.toUpperCase(),
    nodeValue: null,
    childNodes: kids.map((kid) => (typeof kid === 'string' ? words(kid) : kid)),
    getAttribute: (name) => attributes[name] ?? null,
  };
}

const marks = (...kids: (Parsed | string)[]) => marksOf(el('body', {}, ...kids));
const flat = (all: readonly Mark[]): string => all.map((mark) => (typeof mark === 'string' ? mark : `<${mark.tag}>${flat(mark.kids)}</${mark.tag}>`)).join('');

test('every allowed element is taken over, and synonyms become one', () => {
  for (const [name, tag] of [['b', 'strong'], ['strong', 'strong'], ['i', 'em'], ['em', 'em'], ['u', 'u'], ['s', 's'], ['del', 's'], ['code', 'code'], ['pre', 'pre'], ['p', 'p'], ['ul', 'ul'], ['li', 'li'], ['blockquote', 'blockquote'], ['span', 'span'], ['h1', 'h'], ['h6', 'h']] as const) {
    assert.equal(flat(marks(el(name, {}, 'x'))), `<${tag}>x</${tag}>`);
  }
  assert.equal(flat(marks('a', el('br', {}), 'b')), 'a<br></br>b');
});

test('an element that is not allowed leaves its text, one whose text is no text leaves nothing', () => {
  assert.equal(flat(marks(el('marquee', {}, 'a ', el('b', {}, 'b')))), 'a <strong>b</strong>');
  for (const name of ['script', 'style', 'template', 'iframe', 'svg', 'mx-reply']) assert.deepEqual(marks(el(name, {}, 'x')), [], name);
  assert.deepEqual(marks(comment), []);
});

test('no attribute is taken over but the address of a link and the start of a list', () => {
  assert.deepEqual(marks(el('p', { onclick: 'alert(1)', style: 'x', class: 'y', id: 'z' }, 'a')), [{ tag: 'p', kids: ['a'] }]);
  assert.deepEqual(marks(el('ol', { start: '3', type: 'a' })), [{ tag: 'ol', start: 3, kids: [] }]);
  assert.deepEqual(marks(el('ol', { start: 'x' })), [{ tag: 'ol', start: 1, kids: [] }]);
});

test('links go to http, https and mailto, and elsewhere only their text stays', () => {
  for (const href of ['https://a.example/x', 'http://a.example/', 'mailto:a@b.example']) {
    assert.deepEqual(marks(el('a', { href }, 'x')), [{ tag: 'a', href, kids: ['x'] }]);
  }
  for (const href of ['javascript:alert(1)', ' java\nscript:alert(1)', 'data:text/html,x', 'ftp://a.example', '/relative', '//a.example', '', 'https://']) {
    assert.deepEqual(marks(el('a', { href }, 'x')), ['x'], href);
  }
  assert.deepEqual(marks(el('a', {}, 'x')), ['x']);
});

test('what is nested without end is cut off', () => {
  let deep = words('x');
  for (let i = 0; i < 5_000; i++) deep = el('b', {}, deep);
  assert.ok(flat(marks(deep)).length < 1_000);
});
