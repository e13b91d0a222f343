/** Ties launcher, panel and frame together for one help center. */

import { bodyFrom, parsePageSays } from '../bridge';
import type { HostSays, PageSays } from '../bridge';
import { draw, make } from './draw';
import { openFlag } from './flag';
import { labels } from './labels';
import { blinkTitle } from './title';
import { followKeyboard } from './viewport';

declare global {
  interface Window {
    Helproom?: {
      /** Says who the visitor is, by a JWT the help center can verify. */
      identify(jwt: string): void;
      /** Ends the view, and forgets the visitor in this browser. */
      logout(): void;
    };
  }
}

const READY_MS = 8_000;

export function startLoader({ src, dataset }: HTMLScriptElement): void {
  const { helpCenter, locale, position, accent } = dataset;
  if (!helpCenter) return console.error('Helproom: no data-help-center');
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
  /** The host page's word for who this is; empty: nobody, and what the browser kept is to go. */
  let { identity } = dataset;

  const tell = (message: HostSays) => page?.postMessage({ helproom: message }, origin);
  const tellState = () => {
    // Search and fragment may carry secrets; an agent needs neither.
    tell({ type: 'visit', url: host + location.pathname, title: document.title, jwt: identity });
    // Told once: a chat that begins later is not to be ended by it.
    if (page) identity ||= undefined;
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
      `Helproom: add ${host} to the origins of "${helpCenter}", or check ${origin} and this page's CSP frame-src`,
    );
  }

  async function askWhetherWelcome(): Promise<void> {
    const answer = await fetch(new URL(`api/v1/help-centers/${helpCenter}`, src));
    // Nothing else is forbidden about this question.
    if (answer.status === 403) refuse();
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
  window.Helproom = {
    identify(jwt) {
      identity = jwt;
      tellState();
    },
    logout() {
      identity = '';
      // What is kept lies in the frame's origin, so only the frame can forget it, and is made if it has to be.
      show(false);
    },
  };
  followKeyboard(panel);
  paint(accent);
  const kept = flag.read();
  label(false, 0);
  if (kept !== null) show(kept);
}
