/** Puts the console together with the browser around it. */

import { render } from 'preact';
import type { PatientFetch } from '../../widget/src/page/api';
import { Desk } from './core/desk';
import type { World } from './core/world';
import type { Vouching } from './core/door';
import { offers } from './core/lists';
import { Store } from './core/store';
import { guard, widgetAddress } from './host/parent';
import { en } from './texts/en';
import { ko } from './texts/ko';
import { App } from './views/app';
import { DeskContext } from './views/context';
import { Gate } from './views/gate';
import type { Surroundings } from './views/surroundings';
import { LANGUAGES } from './wire/session';
import type { Language } from './wire/session';

const TEXTS = { en, ko };
const root = document.getElementById('console');

const patientFetch: PatientFetch = async (input, init, timeoutMs) => {
  const { signal } = init;
  const limit = AbortSignal.timeout(timeoutMs);
  return fetch(input, { ...init, signal: signal ? AbortSignal.any([signal, limit]) : limit });
};

const isWidget = location.pathname.endsWith('/console/widget');
const parent = isWidget ? widgetAddress(location.search) : null;
const gate = parent && guard(window, parent.origin);
if (parent?.theme) document.documentElement.dataset.theme = parent.theme;
if (isWidget) document.documentElement.dataset.widget = '';

/** matrix-widget-api is only loaded where there is a Matrix client around us. */
function vouching(): Vouching | null {
  if (!isWidget) return null;
  const client = parent && import('./host/widget-api').then(({ openClient }) => openClient(parent));
  void client?.then(() => gate?.ready());
  return {
    room: parent?.room ?? '',
    openId: async () => {
      if (!client) throw new Error('not opened by a Matrix client');
      return (await client).openId();
    },
  };
}

const world: World = {
  // Beside `assets`, so that a path prefix works.
  base: new URL('../api/v1/console/', import.meta.url),
  fetch: patientFetch,
  vouching: vouching(),
  now: () => Date.now(),
  random: () => Math.random(),
  freshKey: () => crypto.randomUUID(),
  wait: (ms, signal) =>
    new Promise((done) => {
      const timer = setTimeout(done, ms);
      signal.addEventListener('abort', () => (clearTimeout(timer), done()), { once: true });
      if (signal.aborted) done();
    }),
  later: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  hash: () => location.hash,
  go: (hash, replace) => (replace ? history.replaceState(null, '', location.pathname + location.search + (hash === '#' ? '' : hash)) : location.assign(hash)),
  texts: (language) => TEXTS[language],
  wished: () => LANGUAGES.find((one) => one === new URLSearchParams(location.search).get('lang')) ?? null,
  notify: (chat, t) => {
    if (!document.hidden || notifying.value !== 'on') return;
    const name = chat.customer ?? t.customerN(chat.number);
    const shown = new Notification(t.notify.title, { body: name, tag: chat.id, silent: true });
    shown.onclick = () => (window.focus(), shown.close());
  },
};

const notifying = new Store<'on' | 'off' | 'never'>('Notification' in window && !isWidget ? 'off' : 'never');
const desk = new Desk(world);

const around: Surroundings = {
  desk,
  go: (hash) => location.assign(hash),
  speak: (language: Language) => {
    const search = new URLSearchParams(location.search);
    search.set('lang', language);
    history.replaceState(null, '', `${location.pathname}?${search.toString()}${location.hash}`);
    desk.language.set(language);
  },
  notifying,
  switchNotifying: () => {
    if (notifying.value === 'on') return notifying.set('off');
    void Notification.requestPermission().then((answer) => {
      if (answer === 'granted') notifying.set('on');
      else desk.toast(desk.texts.notify.refused, true);
    });
  },
};

/** The title says who waits: a page in the background has nothing else to say it with. */
function nameThePage(): void {
  const t = desk.texts;
  const waiting = offers(desk.chats.value?.state.value.value ?? null).length;
  const service = desk.current()?.name;
  document.title = `${waiting ? `(${waiting}) ${t.titleOffers(waiting)} · ` : ''}${service ? `${service} · ` : ''}${t.title}`;
}

desk.language.watch(nameThePage);
desk.chats.watch(() => {
  nameThePage();
  desk.chats.value?.state.watch(nameThePage);
});
desk.door.entry.watch(nameThePage);
addEventListener('hashchange', () => void desk.arrive());
addEventListener('online', () => desk.networkChanged());
addEventListener('offline', () => desk.networkChanged());
document.addEventListener('visibilitychange', () => (document.hidden ? desk.hidden() : desk.shown()));
// What was under a mask must not come back from the browser's cache of pages.
addEventListener('pagehide', () => desk.hidden());
addEventListener('pageshow', (event) => event.persisted && desk.shown());

if (root) {
  root.textContent = '';
  render(
    <DeskContext.Provider value={desk}>
      {isWidget && !parent ? <Gate why="openid" over={false} /> : <App around={around} />}
    </DeskContext.Provider>,
    root,
  );
  if (!isWidget || parent) void desk.begin();
}
