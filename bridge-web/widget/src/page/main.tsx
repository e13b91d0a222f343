/** The page in the frame: reads its own address, gathers the browser's parts, and draws. */

import { bodyFrom, hostOrigin, parseHostSays } from '../bridge';
import { bridgeWeb } from './api';
import type { PatientFetch } from './api';
import { fetchTexts, pickLocale } from './locale';
import { memory } from './storage';
import type { TalkModule } from './talk';
import { applyAccent } from './theme';
import { openVisit } from './visit';
import { mount } from '../view/render';
import { App } from './views/app';

export * from './shared';

/** The name of the file src/talk was built to, from build.mjs. */
declare const TALK: string;

const REFRESH_MS = 30_000;

const asked = new URLSearchParams(location.search);
const service = decodeURIComponent(location.pathname.replace(/\/+$/, '').split('/').pop() ?? '');
const host = window.parent === window ? null : hostOrigin(asked.get('host'));

const patientFetch: PatientFetch = (input, init, timeoutMs) => {
  const patience = new AbortController();
  const timer = window.setTimeout(() => patience.abort(), timeoutMs);
  init.signal?.addEventListener('abort', () => patience.abort());
  return fetch(input, { ...init, signal: patience.signal }).finally(() => window.clearTimeout(timer));
};

// Blocked storage throws on the mere access.
function shelf(name: 'localStorage' | 'sessionStorage'): Storage | null {
  try {
    return window[name];
  } catch {
    return null;
  }
}

function freshKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Hundreds of events in one frame are one drawing. A hidden frame has no animation frames, hence the timer. */
function onceAFrame(draw: () => void): () => void {
  let timer = 0;
  const run = () => {
    clearTimeout(timer);
    if (timer) draw();
    timer = 0;
  };
  return () => {
    if (timer) return;
    timer = window.setTimeout(run, 100);
    requestAnimationFrame(run);
  };
}

async function open(): Promise<void> {
  applyAccent(document.documentElement, asked.get('accent'));
  const kept = memory(service, shelf('localStorage'), shelf('sessionStorage'));
  const locale = pickLocale([kept.settings().locale, asked.get('locale'), ...navigator.languages]);
  const texts = await fetchTexts(locale).catch(() => fetchTexts('en'));
  const visit = openVisit(texts, {
    api: bridgeWeb(new URL('../api/v1/', location.href), service, patientFetch),
    memory: kept,
    framed: host !== null,
    tellHost: (message) => {
      if (host) window.parent.postMessage({ helproom: message }, host);
    },
    openSocket: (address, protocols) => new WebSocket(address, protocols),
    later: (ms, run) => {
      const timer = window.setTimeout(run, ms);
      return () => window.clearTimeout(timer);
    },
    random: Math.random,
    now: Date.now,
    hidden: () => document.hidden,
    freshKey,
    fetchTexts,
    // Some browsers remember for good that an address failed, hence another one each time.
    fetchTalk: (tries) => import(new URL(`./${TALK}?${tries}`, import.meta.url).href) as Promise<TalkModule>,
  });

  window.addEventListener('message', (event) => {
    const body = host && bodyFrom(event, window.parent, host);
    if (body) visit.heardHost(parseHostSays(body));
  });
  window.addEventListener('online', visit.networkBack);
  window.addEventListener('offline', visit.networkLost);
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) return;
    visit.seen();
    visit.networkBack();
  });
  window.setInterval(visit.refresh, REFRESH_MS);

  const root = document.getElementById('page');
  if (!root) return;
  root.replaceChildren();
  root.removeAttribute('aria-busy');
  visit.begin();
  visit.subscribe(onceAFrame(mount(root, () => <App visit={visit} accentFromHost={!!asked.get('accent')} />)));
}

void open();
