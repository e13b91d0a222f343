/** What all answers are made of. The reading of single values is the widget's. */

import { count, list, moment, object, text } from '../../../widget/src/page/wire';

export { count, list, moment, object, text };

export interface Person {
  readonly id: string;
  readonly name: string;
}

export const flag = (value: unknown): boolean => value === true;

export const number = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null);

export const oneOf = <T extends string>(all: readonly T[], value: unknown): T | null => all.find((one) => one === value) ?? null;

export const texts = (value: unknown): string[] => list(value).filter((item): item is string => typeof item === 'string');

/** Items that cannot be read are left out. */
export const each = <T>(value: unknown, parse: (item: unknown) => T | null): T[] => list(value).map((item) => parse(item)).filter((item) => item !== null);

/** Only what a browser may safely open. */
export const webAddress = (value: unknown): string | null => (/^https?:\/\//i.test(text(value) ?? '') ? text(value) : null);

export function person(value: unknown): Person | null {
  const json = object(value);
  const id = text(json.id);
  return id ? { id, name: text(json.name) || id } : null;
}
