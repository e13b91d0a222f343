/** Who the agent is, and what it may do in which service. */

import { count, each, flag, moment, object, oneOf, person, text, texts } from './json';
import type { Person } from './json';

const PERMISSIONS = ['chat', 'mask', 'unmask', 'ticket', 'supervise', 'admin'] as const;
export type Permission = (typeof PERMISSIONS)[number];

export const LANGUAGES = ['en', 'ko'] as const;
export type Language = (typeof LANGUAGES)[number];

export interface ServiceLine {
  readonly slug: string;
  readonly name: string;
  readonly accent: string | null;
  readonly permissions: readonly Permission[];
  /** Whether masks exist at all. */
  readonly security: boolean;
  readonly rating: boolean;
  /** Whether a ticket's reply can be mailed to the customer. */
  readonly mail: boolean;
}

export interface Session {
  readonly agent: Person;
  readonly language: Language;
  readonly csrf: string | null;
  readonly token: string | null;
  readonly expiresAt: number | null;
  /** The room that the widget is in. */
  readonly focus: { readonly service: string; readonly chat: string | null } | null;
  readonly revealS: number;
  readonly services: readonly ServiceLine[];
}

export function parseSession(value: unknown): Session | null {
  const json = object(value);
  const agent = person(json.agent);
  if (!agent) return null;
  const focus = object(json.focus);
  const service = text(focus.service);
  return {
    agent,
    language: oneOf(LANGUAGES, json.language) ?? 'en',
    csrf: text(json.csrf),
    token: text(json.token),
    expiresAt: moment(json.expires_at),
    focus: service ? { service, chat: text(focus.chat) } : null,
    revealS: count(json.reveal_s) || 60,
    services: each(json.services, parseService),
  };
}

function parseService(value: unknown): ServiceLine | null {
  const json = object(value);
  const slug = text(json.slug);
  if (!slug) return null;
  const held = texts(json.permissions);
  return {
    slug,
    name: text(json.name) || slug,
    accent: text(json.accent),
    permissions: PERMISSIONS.filter((permission) => held.includes(permission)),
    security: flag(json.security),
    rating: flag(json.rating),
    mail: flag(json.mail),
  };
}

/** A permission of masking counts only where masks exist. */
export function may({ permissions, security }: ServiceLine, what: Permission): boolean {
  return permissions.includes(what) && (security || (what !== 'mask' && what !== 'unmask'));
}

export const seesChats = (service: ServiceLine) => may(service, 'chat') || may(service, 'supervise');
export const seesTickets = (service: ServiceLine) => may(service, 'ticket');
