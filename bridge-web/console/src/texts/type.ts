/** Every text of the console. A language is one object of this type. */

import type { Shut } from '../core/door';
import type { Notice } from '../core/conversation';
import type { Section } from '../core/lists';
import type { Quick } from '../core/router';
import type { ChatState, Me, Status } from '../wire/chat';
import type { Language } from '../wire/session';
import type { Priority, TicketStatus } from '../wire/ticket';

export interface Texts {
  /** For dates and numbers. */
  readonly locale: string;
  readonly languages: Readonly<Record<Language, string>>;
  readonly title: string;
  /** Before the page's title. */
  readonly titleOffers: (n: number) => string;

  readonly close: string;
  readonly cancel: string;
  readonly retry: string;
  readonly discard: string;
  readonly more: string;
  readonly older: string;
  readonly name: string;
  readonly nothing: string;
  readonly nobody: string;
  readonly somebody: string;
  readonly justNow: string;
  readonly gone: Readonly<Record<'minutes' | 'hours' | 'days', (n: number) => string>>;
  readonly seconds: (n: number) => string;
  readonly minutes: (n: number) => string;
  readonly hours: (n: number) => string;
  readonly secondsLeft: (n: number) => string;
  readonly today: string;
  readonly yesterday: string;
  readonly reconnecting: string;
  readonly errors: {
    readonly network: string;
    readonly session: string;
    readonly notFound: string;
    readonly tooMany: (seconds: number | null) => string;
    readonly invalid: string;
    readonly unavailable: string;
    readonly unknown: string;
  };

  readonly gate: Readonly<Record<Shut, { readonly title: string; readonly text: string }>> & {
    /** Before and after the command. */
    readonly how: readonly [string, string];
    readonly again: string;
  };
  readonly noService: { readonly title: string; readonly text: string };
  readonly logOut: string;

  readonly service: string;
  readonly pages: string;
  readonly chats: string;
  readonly tickets: string;
  readonly callsForYou: (n: number) => string;
  readonly status: Readonly<Record<Status | 'on' | 'full' | 'off', string>> & {
    readonly presence: Readonly<Record<Me['presence'], string>>;
    readonly autoHint: (presence: string) => string;
  };
  readonly load: (n: number, capacity: number) => string;
  readonly unrouted: { readonly status: (status: string) => string; readonly full: string; readonly presence: (presence: string) => string };
  readonly notify: { readonly on: string; readonly off: string; readonly refused: string; readonly title: string };

  readonly sections: Readonly<Record<Section, string>>;
  readonly states: Readonly<Record<ChatState, string>>;
  readonly noChats: { readonly title: string; readonly text: string; readonly denied: string };
  readonly chooseChat: { readonly title: string; readonly text: string };
  readonly customer: string;
  readonly customerN: (n: number) => string;
  readonly nameless: string;
  readonly agent: string;
  readonly unread: string;
  readonly nothingSaid: string;
  readonly offeredTo: (name: string) => string;
  readonly offerOf: (name: string) => string;
  readonly moreOffers: (n: number) => string;
  readonly accept: string;
  readonly decline: string;
  readonly take: string;

  readonly conversation: string;
  readonly details: string;
  readonly backToChats: string;
  readonly chatGone: string;
  readonly newMessages: string;
  readonly offeredNote: string;
  readonly waitingNote: string;
  readonly closedNote: string;
  readonly readOnlyNote: string;
  readonly othersNote: (name: string) => string;
  readonly removed: string;
  readonly edited: string;
  readonly masked: string;
  readonly maskedFile: string;
  readonly neverArrived: string;
  readonly notSent: string;
  readonly sending: string;
  readonly sent: string;
  readonly jump: string;
  readonly messageMenu: string;
  readonly notices: Readonly<Record<Exclude<Notice['what'], 'joined' | 'rated' | 'closed'>, string>> & {
    readonly joined: (name: string) => string;
    readonly rated: (score: number) => string;
    readonly closed: Readonly<Record<'customer' | 'agent' | 'idle', string>>;
  };
  readonly file: { readonly open: (name: string) => string; readonly save: (name: string) => string; readonly failed: string };
  readonly composer: {
    readonly label: string;
    readonly send: string;
    readonly canned: string;
    readonly noCanned: string;
    readonly command: string;
    readonly left: (n: number) => string;
    readonly tooLong: (most: number, over: number) => string;
  };
  readonly mask: {
    readonly toolbar: string;
    readonly selection: string;
    readonly selectionTitle: string;
    readonly found: string;
    readonly all: string;
    readonly choose: string;
    readonly chooseInText: string;
    readonly unsure: string;
    readonly how: string;
    readonly plainText: string;
    readonly willMask: (words: string) => string;
    readonly nothingChosen: string;
    readonly reveal: string;
    readonly reason: string;
    readonly recorded: string;
    readonly show: string;
    readonly onlyYou: string;
    readonly hide: string;
    readonly undo: string;
    readonly undoHint: string;
    readonly undoForAll: string;
  };
  readonly transfer: {
    readonly title: string;
    readonly to: string;
    readonly group: string;
    readonly free: string;
    readonly away: string;
    readonly nobody: string;
    readonly note: string;
    readonly noteHint: string;
    readonly done: string;
  };
  readonly closeChat: { readonly title: string; readonly ask: (name: string) => string; readonly text: string };
  readonly evaluation: { readonly title: string; readonly asked: string; readonly none: string };

  readonly email: string;
  readonly language: string;
  readonly identified: string;
  readonly identifiedHint: string;
  readonly knownSince: string;
  readonly chatSince: string;
  readonly page: string;
  readonly consent: string;
  readonly version: (version: string) => string;
  readonly rating: string;
  readonly stars: (n: number) => string;
  readonly fields: string;
  readonly earlier: string;
  readonly why: string;
  readonly openRoom: string;

  readonly createTicket: string;
  readonly newTicket: {
    readonly subject: string;
    readonly subjectMissing: string;
    readonly description: string;
    readonly priority: string;
    readonly assignee: string;
    readonly tags: string;
    readonly tagsHint: string;
    readonly done: (n: number) => string;
    readonly show: string;
  };
  readonly priorities: Readonly<Record<Priority, string>>;
  readonly ticketStatuses: Readonly<Record<TicketStatus, string>>;
  readonly fixedTag: string;
  readonly addTag: string;
  readonly removeTag: (tag: string) => string;
  readonly ticketN: (n: number) => string;
  readonly noTickets: { readonly title: string; readonly text: string; readonly denied: string };
  readonly chooseTicket: { readonly title: string; readonly text: string };
  readonly backToTickets: string;
  readonly ticketGone: string;
  readonly editSubject: string;
  readonly madeAt: (when: string) => string;
  readonly changed: string;
  readonly changeFields: Readonly<Record<'status' | 'priority' | 'assignee' | 'subject' | 'tag' | 'tags', string>>;
  readonly changedFromTo: (who: string, what: string, old: string, now: string) => string;
  readonly filter: { readonly words: string; readonly status: string; readonly unsolved: string; readonly all: string; readonly mine: string; readonly tag: string };
  readonly comments: {
    readonly title: string;
    readonly kind: string;
    readonly internal: string;
    readonly public: string;
    readonly mailed: string;
    readonly write: string;
    readonly writePublic: (email: string) => string;
    readonly internalHint: string;
    readonly publicHint: string;
    readonly send: string;
    readonly sendPublic: string;
  };
  readonly quick: Readonly<Record<Quick, string>> & {
    readonly title: string;
    readonly noChat: string;
    readonly noOthers: string;
    readonly noAudit: string;
    readonly chats: string;
    readonly openChat: (n: number) => string;
    readonly chatGone: (n: number) => string;
  };

  readonly report: {
    readonly title: string;
    readonly denied: string;
    readonly span: string;
    readonly days: (n: number) => string;
    readonly capped: string;
    readonly none: string;
    readonly chats: string;
    readonly lost: string;
    readonly lostN: (n: number) => string;
    readonly waitingNow: string;
    readonly wait: string;
    readonly firstAnswer: string;
    readonly length: string;
    readonly score: string;
    readonly ratings: string;
    readonly ratingsN: (n: number) => string;
    readonly perDay: string;
    readonly waits: string;
    readonly hours: (zone: string) => string;
    readonly table: string;
    readonly agents: string;
    readonly agent: string;
  };

  readonly keys: {
    readonly title: string;
    readonly single: string;
    readonly groups: readonly { readonly title: string; readonly keys: readonly (readonly [combination: string, does: string])[] }[];
  };
}
