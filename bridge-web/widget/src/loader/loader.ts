/** Ties launcher, panel and frame together for one help center. */

import { bodyFrom, parsePageSays } from '../bridge';
import type { HostSays, PageSays } from '../bridge';
import { draw, make } from './draw';
import { openFlag } from './flag';
import { labels } from './labels';
import { blinkTitle } from './title';
import { followKeyboard } from './viewport';

const READY_MS = 8_000;

export function startLoader({ src, dataset }: HTMLScriptElement): void {
  const { helpCenter, locale, position, accent } = dataset;
  if (!helpCenter) return console.error('Helproom: the script tag needs data-help-center');
  if (document.querySelector('helproom-widget')) return;

  const words = labels(locale || navigator.language);
  const flag = openFlag(helpCenter);
  const sayInTitle = blinkTitle();
  const { launcher, panel, refusal, dismiss, shadow, label, paint } = draw(words, position);
  const { origin } = new URL(src);
  const host = location.origin;
  let frame: HTMLIFrameElement | null = null;
  /** The page in the frame, once it listens. */
  let page: Window | null = null;
  let open = false;
  let chatting = false;
  let unread = 0;
  let patience = 0;

  const tell = (message: HostSays) => page?.postMessage({ helproom: message }, origin);
  const tellState = () => {
    // Search and fragment may carry secrets; an agent needs neither.
    tell({ type: 'visit', url: host + location.pathname, title: document.title });
    tell({ type: 'panel', open });
  };

  function makeFrame(): HTMLIFrameElement {
    const address = new URL(`widget/${helpCenter}`, src);
    address.search = `${new URLSearchParams({ locale: locale ?? '', accent: accent ?? '', host })}`;
    patience = window.setTimeout(refuse, READY_MS);
    return make(panel, 'iframe', { title: words.chat, 'data-testid': 'helproom-frame', src: address.href }) as HTMLIFrameElement;
  }

  function refuse(): void {
    if (!refusal.hidden || !frame) return;
    refusal.hidden = false;
    frame.hidden = true;
    console.error(
      `Helproom: chat refused. Add ${host} to the origins of help center "${helpCenter}"; ` +
        `else check that ${origin} answers and this page's CSP frame-src.`,
    );
  }

  async function askWhetherWelcome(): Promise<void> {
    const answer = await fetch(new URL(`api/v1/help-centers/${helpCenter}`, src));
    if (answer.status === 403 && (await answer.json()).error.code === 'origin_refused') refuse();
  }

  function show(next: boolean): void {
    open = next;
    frame ??= makeFrame();
    if (chatting) flag.keep(open);
    label(open, unread);
    tellState();
  }

  function toggle(): void {
    const first = !frame;
    show(!open);
    // Where CORS or the page's own policy forbids the question, the frame's silence answers it.
    if (first) askWhetherWelcome().catch(() => {});
    (open ? (refusal.hidden ? frame : dismiss) : launcher)?.focus();
  }

  function heard({ type, open: said, count = 0, accent: painted }: PageSays): void {
    switch (type) {
      case 'ready':
        clearTimeout(patience);
        refusal.hidden = true;
        if (frame) {
          frame.hidden = false;
          page = frame.contentWindow;
        }
        return tellState();
      case 'refused':
        return refuse();
      case 'minimise':
        if (open) toggle();
        return;
      case 'accent':
        // What the page's owner wrote into the tag counts more.
        return paint(accent || painted);
      case 'unread':
        unread = count;
        sayInTitle(chatting && count > 0 && words.unread(count));
        return label(open, unread);
      case 'chat':
        chatting = said === true;
        flag.keep(chatting ? open : null);
    }
  }

  window.addEventListener('message', (event) => {
    const body = bodyFrom(event, frame?.contentWindow, origin);
    if (body) heard(parsePageSays(body));
  });
  launcher.addEventListener('click', toggle);
  dismiss.addEventListener('click', toggle);
  shadow.addEventListener('keydown', (event) => {
    if (open && (event as KeyboardEvent).key === 'Escape') toggle();
  });
  followKeyboard(panel);
  paint(accent);
  const kept = flag.read();
  label(false, 0);
  if (kept !== null) show(kept);
}
