/** What a running chat adds to the JSON of bridge-web, parsed at the border like the rest. */

import type { Chat, Message } from '../page/chat';
import { count, list, moment, object, text } from '../page/shared';

/** What the help center's answer says a chat may do. */
export interface Offers {
  /** null: no files. */
  readonly files: { readonly maxBytes: number; readonly types: readonly string[] } | null;
  readonly rating: boolean;
  readonly mail: boolean;
}

export function parseOffers(value: unknown): Offers {
  const json = object(value);
  const files = object(json.attachments);
  const maxBytes = count(files.max_bytes);
  const types = list(files.types).filter((item): item is string => typeof item === 'string');
  return { files: maxBytes ? { maxBytes, types } : null, rating: json.rating === true, mail: json.transcript_mail === true };
}

export interface Attachment {
  readonly id: string;
  readonly key: string | null;
  readonly name: string;
  readonly mime: string;
  readonly size: number;
  readonly width: number | null;
  readonly height: number | null;
}

export function parseAttachment(value: unknown): Attachment | null {
  const json = object(value);
  const [id, name] = [text(json.id), text(json.name)];
  if (id === null || name === null) return null;
  return {
    id,
    name,
    key: text(json.key),
    mime: text(json.mime) ?? '',
    size: count(json.size) ?? 0,
    width: count(json.width) || null,
    height: count(json.height) || null,
  };
}

/** A message's file as it is called now. */
export function fileOf({ file, name }: Message): Attachment | null {
  return name === null ? null : parseAttachment(name ? { ...object(file), name } : file);
}

export type Frame = { readonly type: 'typing'; readonly name: string | null } | { readonly type: 'read'; readonly seq: number };

/** What has no number of its own; null for what is broken or not known. */
export function parseFrame(value: unknown): Frame | null {
  const json = object(value);
  const seq = count(json.seq);
  if (json.type === 'typing') return { type: 'typing', name: json.typing === true ? (text(object(json.agent).name) ?? '') : null };
  return json.type === 'read' && seq !== null ? { type: 'read', seq } : null;
}

/** What the events say that the page alone does not understand. */
export interface Facts {
  /** The number of the last request for a rating; 0: none. */
  readonly asked: number;
  readonly score: number | null;
  readonly warning: { readonly closesAt: number } | null;
}

export function factsOf({ others, entries, stage }: Chat): Facts {
  let facts: Facts = { asked: 0, score: null, warning: null };
  for (const event of others) {
    if (event.type !== 'unknown') continue;
    const json = object(event.json);
    const score = count(json.score);
    const closesAt = moment(json.closes_at);
    // Anything written since, by whomever, is the answer.
    const answered = () => entries.some((entry) => entry.kind === 'message' && (entry.seq ?? Infinity) > event.seq);
    if (json.type === 'rating_request') facts = { ...facts, asked: event.seq };
    else if (json.type === 'rated' && score) facts = { ...facts, score };
    else if (json.type === 'idle_warning') facts = { ...facts, warning: closesAt && stage !== 'closed' && !answered() ? { closesAt } : null };
  }
  return facts;
}
