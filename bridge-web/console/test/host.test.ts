/** The page as a Matrix widget. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guard, widgetAddress } from '../src/host/parent';
import type { Frame } from '../src/host/parent';

test('the client is known by its address, and spoken to under its origin only', () => {
  const address = (parentUrl: string) => widgetAddress(`?widgetId=w&room=!r:x&theme=dark&parentUrl=${encodeURIComponent(parentUrl)}`);
  assert.deepEqual(address('https://chat.example/develop/index.html'), { widgetId: 'w', origin: 'https://chat.example', room: '!r:x', theme: 'dark' });
  assert.equal(address('vector://vector/webapp/')?.origin, 'vector://vector');
  for (const nowhere of ['', 'chat', 'javascript:alert(1)', 'javascript://x/%0aalert(1)', 'about:blank', 'data:text/html,x']) assert.equal(address(nowhere), null, nowhere);
});

test('without a widget id or a room the page was not opened by a client', () => {
  assert.equal(widgetAddress('?room=!r&parentUrl=https://a.example'), null);
  assert.equal(widgetAddress('?widgetId=w&parentUrl=https://a.example'), null);
});

function frame() {
  const heard: ((event: MessageEvent) => void)[] = [];
  const parent = {};
  const passed: unknown[] = [];
  const window: Frame = {
    parent,
    addEventListener: (_, listener, capture) => {
      assert.ok(capture, 'before everybody else');
      heard.push(listener);
    },
    dispatchEvent: (event) => {
      let stopped = false;
      event.stopImmediatePropagation = () => (stopped = true);
      for (const listener of heard) listener(event as MessageEvent);
      if (!stopped) passed.push((event as MessageEvent).data);
      return true;
    },
  };
  const say = (data: unknown, origin = 'https://chat.example', source: unknown = parent) => {
    const event = new MessageEvent('message', { data, origin });
    Object.defineProperty(event, 'source', { value: source });
    window.dispatchEvent(event);
  };
  return { window, say, passed };
}

test('only our own parent is heard, and only from its origin', () => {
  const { window, say, passed } = frame();
  guard(window, 'https://chat.example').ready();
  say('yes');
  say('other origin', 'https://evil.example');
  say('other window', 'https://chat.example', {});
  assert.deepEqual(passed, ['yes']);
});

test('what is said before anybody listens is said again, once and in order', () => {
  const { window, say, passed } = frame();
  const gate = guard(window, 'https://chat.example');
  say('capabilities');
  say('forged', 'https://evil.example');
  say('theme');
  assert.deepEqual(passed, []);
  gate.ready();
  say('later');
  assert.deepEqual(passed, ['capabilities', 'theme', 'later']);
});
