/** The calls of bridge-web that the page makes over HTTP. */

import { parseAck, parseError, parseEvents, parseHelpCenter, parseStarted, parseTicket } from './wire';
import type { Ack, ChatEvent, HelpCenter } from './wire';

/** What the server answered instead; `status` 0 means that no answer came. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly field: string | null = null,
    readonly retryAfterS: number | null = null,
  ) {
    super(code);
  }
}

export interface ChatTicket {
  readonly chat: string;
  readonly visitorToken: string;
  /** Of the privacy policy that the customer agreed to; a next chat starts under it. */
  readonly version?: string;
}

export interface StartChat {
  readonly version: string;
  readonly name: string;
  readonly email: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly page: { readonly url: string; readonly title: string } | null;
  readonly locale: string;
  /** The host page's word for who this is (a JWT). Never stored. */
  readonly identity: string | null;
}

export interface Inquiry {
  readonly version: string;
  readonly name: string;
  readonly email: string;
  readonly subject: string;
  readonly message: string;
  /** Filled by machines only. */
  readonly url: string;
}

export interface Api {
  helpCenter(): Promise<HelpCenter>;
  startChat(request: StartChat, earlier: string | null): Promise<ChatTicket>;
  /** The open chat of whoever the host page says this is; `ApiError` 404 when there is none. */
  resume(identity: string): Promise<ChatTicket>;
  sendInquiry(inquiry: Inquiry): Promise<number>;
  sendMessage(of: ChatTicket, key: string, text: string): Promise<Ack>;
  events(of: ChatTicket, since: number, waitS: number, signal?: AbortSignal): Promise<ChatEvent[]>;
  /** Any other call of a chat. */
  ask(of: ChatTicket, path: string, init: RequestInit): Promise<Response>;
  address(of: ChatTicket, path: string): string;
  socketAddress(of: ChatTicket, since: number): string;
}

/** `fetch` that gives up after a while: on a half-open network the browser's own never does. */
export type PatientFetch = (input: string, init: RequestInit, timeoutMs: number) => Promise<Response>;

const TIMEOUT_MS = 15_000;

export function bridgeWeb(base: URL, service: string, fetch: PatientFetch): Api {
  const address = (path: string) => new URL(path, base).href;
  const center = `help-centers/${encodeURIComponent(service)}`;
  const chatPath = (of: ChatTicket) => `chats/${encodeURIComponent(of.chat)}`;

  async function ask(path: string, init: RequestInit, bearer?: string | null, waitS = 0): Promise<Response> {
    const headers: Record<string, string> = {};
    if (init.body) headers['content-type'] = 'application/json';
    if (bearer) headers.authorization = `Bearer ${bearer}`;
    let response: Response;
    try {
      response = await fetch(address(path), { ...init, headers, credentials: 'omit' }, TIMEOUT_MS + waitS * 1_000);
    } catch {
      throw new ApiError(0, 'network');
    }
    if (response.ok) return response;
    const { code, field } = parseError(await response.json().catch(() => null));
    throw new ApiError(response.status, code, field, Number(response.headers.get('retry-after')) || null);
  }

  async function call<T>(path: string, parse: (json: unknown) => T | null, init: RequestInit, bearer?: string | null, waitS = 0) {
    const response = await ask(path, init, bearer, waitS);
    const parsed = parse(await response.json().catch(() => null));
    if (parsed === null) throw new ApiError(response.status, 'unreadable');
    return parsed;
  }

  const post = <T>(path: string, body: object, parse: (json: unknown) => T | null, bearer?: string | null) =>
    call(path, parse, { method: 'POST', body: JSON.stringify(body) }, bearer);

  return {
    helpCenter: () => call(center, parseHelpCenter, {}),

    startChat: ({ version, name, email, fields, page, locale, identity }, earlier) =>
      post(
        `${center}/chats`,
        {
          consent: { version },
          customer: { ...(name && { name }), ...(email && { email }) },
          fields,
          ...(page && { page }),
          locale,
          ...(identity && { identity }),
        },
        parseStarted,
        earlier,
      ),

    resume: (identity) => post(`${center}/resume`, { identity }, parseStarted),

    sendInquiry: ({ version, ...inquiry }) =>
      post(`${center}/inquiries`, { consent: { version }, ...inquiry }, parseTicket),

    sendMessage: (of, key, text) => post(`${chatPath(of)}/messages`, { key, text }, parseAck, of.visitorToken),

    events: (of, since, waitS, signal) =>
      call(
        `${chatPath(of)}/events?since=${since}&wait=${waitS}`,
        parseEvents,
        signal ? { signal } : {},
        of.visitorToken,
        waitS,
      ),

    ask: (of, path, init) => ask(chatPath(of) + path, init, of.visitorToken),
    address: (of, path) => address(chatPath(of) + path),
    socketAddress: (of, since) => address(`${chatPath(of)}/socket?since=${since}`).replace(/^http/, 'ws'),
  };
}
