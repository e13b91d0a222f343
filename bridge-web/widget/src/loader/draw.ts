/** The launcher and the panel, in a shadow root where the host page's styles do not reach. */

import { parseHex, wantsWhite } from '../contrast';
import type { Labels } from './labels';
import css from './loader.css';

const HTML = 'http://www.w3.org/1999/xhtml';
const SVG = 'http://www.w3.org/2000/svg';
const SPEECH = 'M4 5h16v12h-8l-4 4v-4H4Z';
const CHEVRON = 'm6 9 6 6 6-6';

export type Attributes = Readonly<Record<string, string>>;

export function draw(words: Labels, position: string | undefined) {
  const host = make(document.body, 'helproom-widget', { class: position ?? '' });
  const shadow = host.attachShadow({ mode: 'open' });
  // A constructed sheet is not inline style, so it passes a strict policy of the host page.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  shadow.adoptedStyleSheets = [sheet];

  const launcher = make(shadow, 'button', { class: 'launcher', 'data-testid': 'helproom-launcher' });
  const icon = make(make(launcher, 'svg', { viewBox: '0 0 24 24', 'aria-hidden': 'true' }, SVG), 'path', {}, SVG);
  const badge = make(launcher, 'span');
  const panel = make(shadow, 'div');
  const refusal = make(panel, 'p', { role: 'alert', hidden: '' });
  refusal.append(words.refused);
  const dismiss = make(refusal, 'button');
  dismiss.append(words.close);
  return {
    launcher,
    panel,
    refusal,
    dismiss,
    shadow,

    label(open: boolean, unread: number): void {
      panel.hidden = !open;
      icon.setAttribute('d', open ? CHEVRON : SPEECH);
      launcher.setAttribute('aria-expanded', `${open}`);
      launcher.setAttribute('aria-label', (open ? words.close : words.open) + (unread ? `, ${words.unread(unread)}` : ''));
      badge.hidden = open || !unread;
      badge.textContent = unread > 9 ? '9+' : `${unread}`;
    },

    paint(accent = ''): void {
      const colour = parseHex(accent);
      if (!colour) return;
      host.style.setProperty('--accent', accent);
      host.style.setProperty('--on-accent', wantsWhite(colour) ? '#fff' : '#000');
    },
  };
}

export function make(parent: ParentNode, tag: string, attributes: Attributes = {}, namespace = HTML): HTMLElement {
  const made = document.createElementNS(namespace, tag) as HTMLElement;
  for (const name in attributes) made.setAttribute(name, attributes[name] ?? '');
  parent.append(made);
  return made;
}
