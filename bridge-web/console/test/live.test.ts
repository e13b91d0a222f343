/** What is read again and again, and what is shown for a while. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '../src/core/api';
import type { Fresh, Waiting } from '../src/core/api';
import { Live } from '../src/core/live';
import { Revealing } from '../src/core/reveal';
import type { RevealDeps } from '../src/core/reveal';

type Step = (waiting: Waiting) => Fresh<string> | ApiError;

/** Answers in turn, then stays silent until it is stopped. */
function scripted(...steps: Step[]) {
  const asked: (string | null)[] = [];
  const waits: number[] = [];
  let finished = () => undefined as void;
  const done = new Promise<void>((resolve) => (finished = resolve));
  const live = new Live<string>(
    async (waiting) => {
      asked.push(waiting.etag);
      const step = steps.shift();
      if (!step) {
        finished();
        return new Promise((_, fail) => waiting.signal.addEventListener('abort', () => fail(new ApiError(0, 'aborted', ''))));
      }
      const answer = step(waiting);
      if (answer instanceof ApiError) throw answer;
      return answer;
    },
    { wait: (ms) => (waits.push(ms), Promise.resolve()), random: () => 1 },
  );
  return { live, asked, waits, done };
}

test('each answer is asked for with the tag of the one before, and no news changes nothing', async () => {
  const { live, asked, done } = scripted(
    () => ({ etag: '1', value: 'a' }),
    () => ({ etag: '1', value: null }),
    () => ({ etag: '2', value: 'b' }),
  );
  const seen: (string | null)[] = [];
  live.state.watch(() => seen.push(live.state.value.value));
  live.start();
  await done;
  live.pause();
  assert.deepEqual(asked, [null, '1', '1', '2']);
  assert.deepEqual(seen, ['a', 'b']);
});

test('a failure that passes keeps what is known, waits longer each time, and is forgotten by the next answer', async () => {
  const { live, waits, done } = scripted(
    () => ({ etag: '1', value: 'a' }),
    () => new ApiError(0, 'network', ''),
    () => new ApiError(503, 'unavailable', '', null, 30),
    () => new ApiError(0, 'network', ''),
    () => ({ etag: '1', value: null }),
  );
  const errors: (string | null)[] = [];
  live.state.watch(() => errors.push(live.state.value.error?.code ?? null));
  live.start();
  await done;
  live.pause();
  assert.deepEqual(waits, [500, 30_000, 2_000]);
  assert.deepEqual(errors, [null, 'network', 'unavailable', 'network', null]);
  assert.equal(live.state.value.value, 'a');
});

test('a failure for good ends the reading and shows nothing any longer, but for who must log in again', async () => {
  for (const [status, left] of [[404, null], [403, null], [401, 'a']] as const) {
    const { live, asked } = scripted(
      () => ({ etag: '1', value: 'a' }),
      () => new ApiError(status, 'no', ''),
    );
    const ended = new Promise<void>((resolve) => live.state.watch(() => live.state.value.error && resolve()));
    live.start();
    await ended;
    assert.equal(live.state.value.value, left, String(status));
    assert.equal(asked.length, 2);
  }
});

test('without a tag it does not ask on and on', async () => {
  const { live, waits, done } = scripted(() => ({ etag: null, value: 'a' }));
  live.start();
  await done;
  live.pause();
  assert.deepEqual(waits, [5_000]);
});

function curtain(ask: RevealDeps['ask']) {
  let due: (() => void) | null = null;
  const revealing = new Revealing({
    ask,
    explain: () => 'why not',
    now: () => 1_000,
    later: (ms, run) => {
      assert.equal(ms, 60_000);
      due = run;
      return () => (due = null);
    },
  });
  return { revealing, pass: () => due?.(), waits: () => due !== null };
}

const original = { text: '010-1234-5678', fileName: null, formatting: null, seconds: 60, left: null };

test('the original is shown until its seconds are over, and then it is nowhere', async () => {
  const { revealing, pass } = curtain((message, reason) => {
    assert.deepEqual([message, reason], ['m1', 'to call back']);
    return Promise.resolve(original);
  });
  revealing.begin('m1');
  await revealing.show('  to call back ');
  const shown = revealing.state.value;
  assert.deepEqual(shown?.step === 'shown' && [shown.revealed.text, shown.until], ['010-1234-5678', 61_000]);
  pass();
  assert.equal(revealing.state.value, null);
});

test('who goes away before the answer comes does not see it', async () => {
  let answer = (_: typeof original) => undefined as void;
  const { revealing, waits } = curtain(() => new Promise((resolve) => (answer = resolve)));
  revealing.begin('m1');
  const showing = revealing.show('');
  revealing.forget();
  answer(original);
  await showing;
  assert.deepEqual([revealing.state.value, waits()], [null, false]);
});

test('a refusal stands beside the mask, and one can try again', async () => {
  const { revealing } = curtain(() => Promise.reject(new ApiError(409, 'refused', 'why not')));
  revealing.begin('m1');
  await revealing.show('');
  assert.deepEqual(revealing.state.value, { message: 'm1', step: 'asking', busy: false, error: 'why not' });
});

test('another mask takes the place of the first', async () => {
  const { revealing, waits } = curtain(() => Promise.resolve(original));
  revealing.begin('m1');
  await revealing.show('');
  revealing.begin('m2');
  assert.deepEqual([revealing.state.value?.message, revealing.state.value?.step, waits()], ['m2', 'asking', false]);
});
