/** An error as a sentence that says what to do. The server's own words, where it speaks the agent's language. Pure. */

import type { Texts } from '../texts/type';
import { ApiError } from './api';

export function explain(error: unknown, t: Texts): string {
  if (!(error instanceof ApiError)) return t.errors.unknown;
  if (error.status === 0) return t.errors.network;
  switch (error.code) {
    case 'denied':
    case 'refused':
      return error.message || t.errors.unknown;
    case 'unauthorized':
    case 'csrf':
      return t.errors.session;
    case 'not_found':
      return t.errors.notFound;
    case 'too_many':
      return t.errors.tooMany(error.retryAfterS);
    case 'invalid':
      return error.message || t.errors.invalid;
    default:
      return error.passes ? t.errors.unavailable : t.errors.unknown;
  }
}
