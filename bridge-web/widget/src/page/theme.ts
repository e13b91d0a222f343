/** Puts the service's accent, and the colours computed from it, into the page's custom properties. */

import { contrast, parseHex, readable, textOn, toHex } from '../contrast';
import type { Rgb } from '../contrast';

/** The hardest surfaces on which accent-coloured text stands: `--soft` of page.css, tinted by a black or a white accent. */
const LIGHT_SURFACE: Rgb = [234, 235, 237];
const DARK_SURFACE: Rgb = [47, 50, 55];

/** Where a fill would melt into the page (a black accent in the dark, a white one in the light), a rim shows it. */
const LIGHT_PAGE: Rgb = [255, 255, 255];
const DARK_PAGE: Rgb = [22, 24, 28];
const RIM: Rgb = [120, 128, 142];
const MELTS = 1.4;

export function applyAccent(root: HTMLElement, text: string | null): void {
  const accent = parseHex(text ?? '');
  if (!accent) return;
  const set = (name: string, colour: Rgb) => root.style.setProperty(name, toHex(colour));
  set('--accent', accent);
  set('--on-accent', textOn(accent));
  set('--ink-light', readable(accent, LIGHT_SURFACE));
  set('--ink-dark', readable(accent, DARK_SURFACE));
  set('--rim-light', contrast(accent, LIGHT_PAGE) < MELTS ? RIM : accent);
  set('--rim-dark', contrast(accent, DARK_PAGE) < MELTS ? RIM : accent);
}
