/** Colours computed from the service's accent so that every text on or in it reaches WCAG 2.2 AA. */

export type Rgb = readonly [number, number, number];

const BLACK: Rgb = [0, 0, 0];
const WHITE: Rgb = [255, 255, 255];
const AA = 4.5;
/** The luminance up to which white reaches 4.5:1; above it black does. */
const WHITE_UNTIL = 1.05 / AA - 0.05;

/** `#rrggbb`; null for anything else. */
export function parseHex(text: string): Rgb | null {
  if (!/^#[\da-f]{6}$/i.test(text)) return null;
  const value = parseInt(text.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

export function toHex(colour: Rgb): string {
  return `#${colour.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`;
}

function luminance(colour: Rgb): number {
  const linear = (part: number) => (part > 10 ? ((part / 255 + 0.055) / 1.055) ** 2.4 : part / 3294.6);
  return 0.2126 * linear(colour[0]) + 0.7152 * linear(colour[1]) + 0.0722 * linear(colour[2]);
}

/** The WCAG contrast ratio, 1 to 21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

/** Whether text on the colour is white; otherwise it is black. The one chosen always reaches 4.5:1. */
export function wantsWhite(colour: Rgb): boolean {
  return luminance(colour) <= WHITE_UNTIL;
}

export function textOn(colour: Rgb): Rgb {
  return wantsWhite(colour) ? WHITE : BLACK;
}

/** The accent moved towards black or white until it reads as text on the background. */
export function readable(accent: Rgb, background: Rgb): Rgb {
  const goal = textOn(background);
  for (let step = 0; step < 20; step++) {
    const mixed = accent.map((part, i) => part + ((goal[i] ?? 0) - part) * (step / 20)) as unknown as Rgb;
    if (contrast(mixed, background) >= AA) return mixed;
  }
  return goal;
}
