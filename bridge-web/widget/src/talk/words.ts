/** The sentences of a running chat, in the page's language. Both come along, so that changing it needs no network. */

import { useTexts } from '../page/shared';
import en from './texts/en';
import ko from './texts/ko';
import type { Words } from './texts/type';

const LANGUAGES: Readonly<Record<string, Words>> = { en, ko };

export function useWords(): Words {
  return LANGUAGES[useTexts().locale] ?? en;
}

/** 0.9 kB, 2.3 MB: with the units and the decimal mark of the language. */
export function sizeText(bytes: number, locale: string): string {
  const mega = bytes >= 1_000_000;
  const unit = mega ? 'megabyte' : 'kilobyte';
  const value = bytes / (mega ? 1_048_576 : 1_024);
  return value.toLocaleString(locale, { style: 'unit', unit, maximumFractionDigits: value < 10 ? 1 : 0 });
}
