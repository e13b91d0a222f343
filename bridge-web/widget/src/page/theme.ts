/** Puts the service's accent, and the colours computed from it, into the page's custom properties. */

import { parseHex, readable, textOn, toHex } from '../contrast';
import type { Rgb } from '../contrast';

/** The hardest surfaces on which accent-coloured text stands: `--soft` of page.css, tinted by a black or a white accent. */
const LIGHT_SURFACE: Rgb = [234, 235, 237];
const DARK_SURFACE: Rgb = [47, 50, 55];

export function applyAccent(root: HTMLElement, text: string | null): void {
  const accent = parseHex(text ?? '');
  if (!accent) return;
  const set = (name: string, colour: Rgb) => root.style.setProperty(name, toHex(colour));
  set('--accent', accent);
  set('--on-accent', textOn(accent));
  set('--ink-light', readable(accent, LIGHT_SURFACE));
  set('--ink-dark', readable(accent, DARK_SURFACE));
}
