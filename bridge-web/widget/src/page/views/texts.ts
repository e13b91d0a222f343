/** The texts in the customer's language, for every view. */

import type { Texts } from '../../texts/type';
import type { Trouble } from '../state';

let current: Texts | null = null;

/** Every change draws the whole page, so there is one language at a time and no need to hand it down. */
export function speakIn(texts: Texts): void {
  current = texts;
}

export function useTexts(): Texts {
  if (!current) throw new Error('a view was drawn before its texts came');
  return current;
}

export function troubleText(t: Texts, trouble: Trouble): string {
  switch (trouble.code) {
    case 'network':
      return t.noNetwork;
    case 'too_many':
      return t.tooMany;
    case 'consent_outdated':
    case 'consent_required':
      return t.consentChanged;
    default:
      return t.wentWrong;
  }
}

/** The last part of `customer.email` or `fields.topic`: what the form calls it. */
export function fieldOf(trouble: Trouble | null): string | null {
  return trouble?.field?.split('.').pop() ?? null;
}
