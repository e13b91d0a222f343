/** What the renderer does to the document, on a document small enough to look through. */

import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { Fragment, jsx } from '../src/view/jsx-runtime';
import type { Child, Key, Props } from '../src/view/jsx-runtime';
import { mount, useEffect, useMemo, useState } from '../src/view/render';

class PlainNode {
  kids: PlainNode[] = [];
  parent: PlainNode | null = null;
  attributes: Record<string, string> = {};
  listeners: Record<string, (event: object) => void> = {};
  moves = 0;
  constructor(readonly tag: string, public nodeValue = '') {}
  get firstChild(): PlainNode | null {
    return this.kids[0] ?? null;
  }
  get nextSibling(): PlainNode | null {
    return this.parent?.kids[this.parent.kids.indexOf(this) + 1] ?? null;
  }
  insertBefore(kid: PlainNode, before: PlainNode | null): void {
    kid.remove();
    kid.parent = this;
    kid.moves++;
    this.kids.splice(before ? this.kids.indexOf(before) : this.kids.length, 0, kid);
  }
  remove(): void {
    if (this.parent) this.parent.kids = this.parent.kids.filter((kid) => kid !== this);
    this.parent = null;
  }
  setAttribute(name: string, value: string): void {
    this.attributes[name] = value;
  }
  removeAttribute(name: string): void {
    delete this.attributes[name];
  }
  addEventListener(type: string, run: (event: object) => void): void {
    this.listeners[type] = run;
  }
  get text(): string {
    return this.nodeValue + this.kids.map((kid) => kid.text).join('');
  }
}

Object.assign(globalThis, {
  document: {
    createElement: (tag: string) => new PlainNode(tag),
    createElementNS: (_: string, tag: string) => new PlainNode(tag),
    createTextNode: (text: string) => new PlainNode('#', text),
  },
});

let root: PlainNode;
beforeEach(() => {
  root = new PlainNode('root');
});

const show = (make: () => Child) => mount(root as unknown as Element, () => jsx('main', { children: make() }));
const main = () => root.kids[0] as PlainNode;
const el = (tag: string, props: Props = {}, key?: Key) => jsx(tag, props, key);
const turn = () => new Promise<void>((resolve) => queueMicrotask(resolve));

test('a keyed list in a new order moves its elements and makes none anew', async () => {
  let order = ['a', 'b', 'c', 'd'];
  const redraw = show(() => order.map((name) => el('p', { children: name }, name)));
  const before = new Map(main().kids.map((kid) => [kid.text, kid]));
  for (const next of [['d', 'c', 'b', 'a'], ['b', 'd'], ['a', 'b', 'x', 'd']]) {
    order = next;
    redraw();
    await turn();
    assert.deepEqual(main().kids.map((kid) => kid.text), next);
    for (const kid of main().kids) if (kid.text === 'b' || kid.text === 'd') assert.equal(kid, before.get(kid.text));
  }
});

test('one more at the end of a list moves nothing else', async () => {
  let names = ['a', 'b'];
  const redraw = show(() => names.map((name) => el('p', { children: name }, name)));
  names = ['a', 'b', 'c'];
  redraw();
  await turn();
  assert.deepEqual(main().kids.map((kid) => kid.moves), [1, 1, 1]);
});

test('what comes and goes keeps its place, and its neighbours stay what they are', async () => {
  let shown = false;
  let list: string[] = [];
  const redraw = show(() => [shown && el('b', { children: 'b' }), list.map((name) => el('i', { children: name }, name)), el('input', {})]);
  const input = main().kids[0];
  [shown, list] = [true, ['x', 'y']];
  redraw();
  await turn();
  assert.deepEqual(main().kids.map((kid) => kid.tag), ['b', 'i', 'i', 'input']);
  assert.equal(main().kids[3], input);
  [shown, list] = [false, []];
  redraw();
  await turn();
  assert.deepEqual(main().kids, [input]);
});

test('an element of another kind takes the place of the one before', async () => {
  let tag = 'p';
  const redraw = show(() => el(tag, { children: 'same' }));
  tag = 'h1';
  redraw();
  await turn();
  assert.deepEqual(main().kids.map((kid) => kid.tag), ['h1']);
});

test('attributes follow, false and undefined take them away, aria says false aloud', async () => {
  let props: Props = { class: 'a', title: 't', hidden: true, 'aria-expanded': false };
  const redraw = show(() => el('p', props));
  assert.deepEqual(main().kids[0]?.attributes, { class: 'a', title: 't', hidden: '', 'aria-expanded': 'false' });
  props = { class: 'b', title: undefined, hidden: false, 'aria-expanded': true };
  redraw();
  await turn();
  assert.deepEqual(main().kids[0]?.attributes, { class: 'b', 'aria-expanded': 'true' });
});

test('an event reaches the handler of the last drawing', async () => {
  const heard: number[] = [];
  let round = 1;
  const redraw = show(() => {
    const now = round;
    return el('button', { onClick: () => heard.push(now) });
  });
  round = 2;
  redraw();
  await turn();
  main().kids[0]?.listeners.click?.({});
  assert.deepEqual(heard, [2]);
});

test('a state set draws once, and survives the drawing of others', async () => {
  let drawings = 0;
  let add = () => {};
  const Counter = () => {
    const [count, setCount] = useState(0);
    drawings++;
    add = () => setCount((before) => before + 1);
    return el('p', { children: count });
  };
  show(() => jsx(Counter, {}));
  add();
  add();
  await turn();
  assert.equal(main().text, '2');
  assert.equal(drawings, 2);
});

test('an effect runs when what it depends on changes, and cleans up behind itself', async () => {
  const log: string[] = [];
  let name: string | null = 'a';
  const Part = ({ name }: { name: string }) => {
    useEffect(() => {
      log.push(`in ${name}`);
      return () => log.push(`out ${name}`) && undefined;
    }, [name]);
    return null;
  };
  const redraw = show(() => name !== null && jsx(Part, { name }));
  for (const next of ['a', 'b', null]) {
    name = next;
    redraw();
    await turn();
  }
  assert.deepEqual(log, ['in a', 'out a', 'in b', 'out b']);
});

test('the very same node is not drawn again', async () => {
  let drawings = 0;
  const Leaf = () => {
    drawings++;
    return el('i', {});
  };
  const Keeper = () => useMemo(() => jsx(Leaf, {}), []);
  const redraw = show(() => jsx(Keeper, {}));
  redraw();
  await turn();
  assert.equal(drawings, 1);
});

test('text is text, in fragments too', () => {
  show(() => jsx(Fragment, { children: ['<b>', 7, null, true, ' &amp;'] }));
  assert.deepEqual(main().kids.map((kid) => [kid.tag, kid.nodeValue]), [['#', '<b>'], ['#', '7'], ['#', ' &amp;']]);
});
