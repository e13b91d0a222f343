/** Which language the customer reads, and how its texts arrive. */

import type { Texts } from '../texts/type';

export const LANGUAGES: Readonly<Record<string, string>> = { en: 'English', ko: '한국어' };

/** The first wish we have, by primary subtag (`ko-KR` is `ko`), else English. */
export function pickLocale(wishes: readonly (string | null | undefined)[]): string {
  for (const wish of wishes) {
    const primary = wish?.toLowerCase().split(/[-_]/)[0];
    if (primary && Object.hasOwn(LANGUAGES, primary)) return primary;
  }
  return 'en';
}

export async function fetchTexts(locale: string): Promise<Texts> {
  const module = (await import(new URL(`./${locale}.js`, import.meta.url).href)) as { default: Texts };
  return module.default;
}
