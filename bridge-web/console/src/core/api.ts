/** The calls of the console. */

import { parseError } from '../../../widget/src/page/wire';
import type { PatientFetch } from '../../../widget/src/page/api';
import { parseAgents, parseCanned, parseChatList, parseDetails, parseMasked, parseRevealed, parseSent } from '../wire/chat';
import type { AgentLine, Canned, ChatDetails, ChatList, Revealed, Status } from '../wire/chat';
import { parseEvents } from '../wire/event';
import type { ChatEvent, Events } from '../wire/event';
import { number, object, text } from '../wire/json';
import { skew } from './time';
import { parseReport } from '../wire/report';
import type { Report } from '../wire/report';
import { parseSession } from '../wire/session';
import type { Session } from '../wire/session';
import { parseAudit, parseConversation, parseNumber, parseTicket, parseTicketList } from '../wire/ticket';
import type { AuditEntry, Priority, Ticket, TicketList } from '../wire/ticket';

/** What the server answered instead; `status` 0 means that no answer came. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    /** The server's own sentence; empty when there is none. */
    message: string,
    readonly field: string | null = null,
    readonly retryAfterS: number | null = null,
  ) {
    super(message);
  }

  /** Whether the same call may well work a little later. */
  get passes(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export interface OpenIdToken {
  readonly access_token: string;
  readonly token_type: string;
  readonly matrix_server_name: string;
  readonly expires_in: number;
}

export type Credential = { readonly link: string } | { readonly openid: OpenIdToken; readonly room: string };

/** Who is logged in, as far as calls must know. */
export interface Holder {
  session(): Session | null;
  /** The session has ended. True: there is a new one, ask again. */
  renew(of: Session | null): Promise<boolean>;
  /** The browser's session is another than this. True: it is the same person's, ask again. */
  recall(of: Session | null): Promise<boolean>;
}

export interface Waiting {
  readonly etag: string | null;
  readonly signal: AbortSignal;
}

export interface NewTicket {
  readonly key: string;
  readonly subject: string;
  readonly description: string;
  readonly priority: Priority;
  readonly assignee: string | null;
  readonly tags: readonly string[];
}

export interface TicketEdit {
  readonly status?: string;
  readonly priority?: string;
  readonly assignee?: string | null;
  readonly subject?: string;
  readonly add_tag?: string;
  readonly remove_tag?: string;
}

export type MaskWhat = { readonly start: number; readonly end: number; readonly text: string } | { readonly found: true } | { readonly all: true };

/** `value` null: nothing has changed. */
export interface Fresh<T> {
  readonly etag: string | null;
  readonly value: T | null;
}

export const WAIT_S = 20;
const TIMEOUT_MS = 20_000;
/** Its bytes count, too, and they may come slowly. */
const FILE_MS = 180_000;

interface Ask<T> {
  readonly parse: (json: unknown) => T | null;
  readonly method?: string;
  readonly body?: object;
  readonly wait?: Waiting | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number;
  /** Calls that open or close a session are not repeated under another one. */
  readonly bare?: boolean;
}

const nothing = () => true;

export class Api {
  /** How far the server's clock is ahead of ours, to the second. */
  aheadMs = 0;

  constructor(
    private readonly base: URL,
    private readonly fetch: PatientFetch,
    private readonly holder: Holder,
  ) {}

  // Session
  open = (credential: Credential): Promise<Session> => this.call('sessions', { method: 'POST', body: credential, parse: parseSession, bare: true });
  session = (): Promise<Session> => this.call('session', { parse: parseSession, bare: true });
  leave = () => this.call('session', { method: 'DELETE', parse: nothing, bare: true });
  setStatus = (status: Status) => this.call('status', { method: 'PUT', body: { status }, parse: nothing });

  // Chats
  chats = (service: string, wait: Waiting): Promise<Fresh<ChatList>> => this.fresh(`${at(service)}/chats`, wait, parseChatList);
  agents = (service: string): Promise<AgentLine[]> => this.call(`${at(service)}/agents`, { parse: parseAgents });
  canned = (service: string): Promise<Canned[]> => this.call(`${at(service)}/canned`, { parse: parseCanned });
  chat = (id: string): Promise<ChatDetails> => this.call(of(id), { parse: parseDetails });
  events = (id: string, since: number, waitS: number, signal: AbortSignal): Promise<Events> =>
    this.call(`${of(id)}/events?since=${since}&wait=${waitS}`, { parse: parseEvents, signal });
  act = (id: string, what: 'accept' | 'decline' | 'close' | 'rating-request') => this.post(`${of(id)}/${what}`, {}, nothing);
  send = (id: string, key: string, text: string) => this.post(`${of(id)}/messages`, { key, text }, parseSent);
  transfer = (id: string, to: string, note: string) => this.post(`${of(id)}/transfer`, { to, ...(note && { note }) }, nothing);
  mask = (id: string, message: string, what: MaskWhat) => this.post(`${of(id)}/masks`, { message, ...what }, parseMasked);
  reveal = (id: string, message: string, reason: string): Promise<Revealed> => this.post(`${of(id)}/reveals`, { message, ...(reason && { reason }) }, parseRevealed);
  undo = (id: string, message: string, reason: string) => this.post(`${of(id)}/undo`, { message, ...(reason && { reason }) }, nothing);
  fileAddress = (id: string, message: string): string => this.address(`${of(id)}/files/${encodeURIComponent(message)}`);

  async file(id: string, message: string): Promise<Blob> {
    const response = await this.ask(`${of(id)}/files/${encodeURIComponent(message)}`, { parse: nothing, timeoutMs: FILE_MS });
    return response.blob();
  }

  // Tickets
  createTicket = (chat: string, { key, subject, description, priority, assignee, tags }: NewTicket): Promise<number> =>
    this.post(`${of(chat)}/tickets`, { key, subject, ...(description && { description }), priority, ...(assignee && { assignee }), ...(tags.length && { tags }) }, parseNumber);
  tickets = (service: string, query: string, wait: Waiting): Promise<Fresh<TicketList>> => this.fresh(`${at(service)}/tickets${query && `?${query}`}`, wait, parseTicketList);
  ticketsBefore = (service: string, query: string, before: number): Promise<TicketList> =>
    this.call(`${at(service)}/tickets?${query && `${query}&`}before=${before}`, { parse: parseTicketList });
  ticket = (service: string, n: number, wait: Waiting): Promise<Fresh<Ticket>> => this.fresh(`${at(service)}/tickets/${n}`, wait, parseTicket);
  conversation = (service: string, n: number): Promise<readonly ChatEvent[]> => this.call(`${at(service)}/tickets/${n}/conversation`, { parse: parseConversation });
  audit = (service: string, n: number): Promise<AuditEntry[]> => this.call(`${at(service)}/tickets/${n}/audit`, { parse: parseAudit });
  editTicket = (service: string, n: number, edit: TicketEdit) => this.call(`${at(service)}/tickets/${n}`, { method: 'PATCH', body: edit, parse: nothing });
  comment = (service: string, n: number, key: string, text: string, isPublic: boolean): Promise<number> =>
    this.post(`${at(service)}/tickets/${n}/comments`, { key, text, public: isPublic }, parseNumber);

  report = (service: string, days: number): Promise<Report> => this.call(`${at(service)}/report?days=${days}`, { parse: parseReport });

  private post<T>(path: string, body: object, parse: (json: unknown) => T | null): Promise<T> {
    return this.call(path, { method: 'POST', body, parse });
  }

  private async call<T>(path: string, ask: Ask<T>): Promise<T> {
    const response = await this.ask(path, ask);
    if (ask.parse === (nothing as unknown)) return true as T;
    return read(response, ask.parse);
  }

  private async fresh<T>(path: string, wait: Waiting, parse: (json: unknown) => T | null): Promise<Fresh<T>> {
    // The first look answers at once, the later ones when something differs.
    const waiting = wait.etag === null ? path : `${path}${path.includes('?') ? '&' : '?'}wait=${WAIT_S}`;
    const response = await this.ask(waiting, { parse, wait });
    if (response.status === 304) return { etag: wait.etag, value: null };
    return { etag: response.headers.get('etag'), value: await read(response, parse) };
  }

  private async ask<T>(path: string, ask: Ask<T>): Promise<Response> {
    const asked = this.holder.session();
    const response = await this.once(path, ask, asked);
    if (response.ok || (response.status === 304 && ask.wait)) return response;
    const error = await errorOf(response);
    // Another tab has logged in anew: the session is the same person's, and what it wants along is another.
    const isStale = error.status === 403 && error.code === 'csrf';
    if ((error.status !== 401 && !isStale) || ask.bare) throw error;
    if (isStale && !(await this.holder.recall(asked))) throw error;
    // Who is still in, but could not be renewed at the moment, tries again later.
    if (!isStale && !(await this.holder.renew(asked))) throw this.holder.session() ? new ApiError(503, 'unavailable', '') : error;
    const again = await this.once(path, ask, this.holder.session());
    if (again.ok || (again.status === 304 && ask.wait)) return again;
    throw await errorOf(again);
  }

  private async once<T>(path: string, { method = 'GET', body, wait, signal, timeoutMs = TIMEOUT_MS }: Ask<T>, session: Session | null): Promise<Response> {
    const headers: Record<string, string> = {};
    if (body) headers['content-type'] = 'application/json';
    if (session?.token) headers.authorization = `Bearer ${session.token}`;
    else if (session?.csrf && method !== 'GET') headers['x-csrf-token'] = session.csrf;
    if (wait?.etag) headers['if-none-match'] = wait.etag;
    const given = wait?.signal ?? signal;
    const init: RequestInit = { method, headers, cache: 'no-store', ...(body && { body: JSON.stringify(body) }), ...(given && { signal: given }) };
    try {
      // With a bearer token no cookie counts, so none goes along.
      const credentials = session?.token ? 'omit' : 'same-origin';
      const response = await this.fetch(this.address(path), { ...init, credentials }, timeoutMs + (given ? WAIT_S * 1_000 : 0));
      this.aheadMs = skew(response.headers.get('date'), Date.now()) ?? this.aheadMs;
      return response;
    } catch {
      throw new ApiError(0, given?.aborted ? 'aborted' : 'network', '');
    }
  }

  private address(path: string): string {
    return new URL(path, this.base).href;
  }
}

const at = (service: string) => `services/${encodeURIComponent(service)}`;
const of = (chat: string) => `chats/${encodeURIComponent(chat)}`;

async function read<T>(response: Response, parse: (json: unknown) => T | null): Promise<T> {
  const parsed = parse(await response.json().catch(() => null));
  if (parsed === null) throw new ApiError(response.status, 'unreadable', '');
  return parsed;
}

async function errorOf(response: Response): Promise<ApiError> {
  const json: unknown = await response.json().catch(() => null);
  const { code, field } = parseError(json);
  const error = object(object(json).error);
  const after = number(error.retry_after_s) ?? (Number(response.headers.get('retry-after')) || null);
  return new ApiError(response.status, code, text(error.message) ?? '', field, after);
}
