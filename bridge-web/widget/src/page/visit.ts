/** One customer's visit: holds what is shown, and turns what the customer does into calls. */

import type { HostSays, PageSays } from '../bridge';
import type { Texts } from '../texts/type';
import { ApiError } from './api';
import type { ChatTicket, Inquiry, StartChat } from './api';
import { acknowledged, givenUp, lastAgentSeq, openChat, received, refused, retried, typed, unread, unsent, unstored } from './chat';
import type { Chat } from './chat';
import { connect } from './connection';
import type { Line, LineWorld } from './connection';
import { openIdentity } from './identity';
import type { State, Trouble } from './state';
import type { Memory } from './storage';
import type { TalkModule } from './talk';
import type { HelpCenter } from './wire';

/** The server may still say who ended the chat, or that its rating came, after it said that the chat ended. */
const LINGER_MS = 5_000;
const TALK_AGAIN_MS = 5_000;

export interface VisitWorld extends LineWorld {
  readonly memory: Memory;
  readonly framed: boolean;
  tellHost(message: PageSays): void;
  hidden(): boolean;
  freshKey(): string;
  fetchTexts(locale: string): Promise<Texts>;
  fetchTalk(tries: number): Promise<TalkModule>;
}

export type Answers = Pick<StartChat, 'name' | 'email' | 'fields'>;
export type Visit = ReturnType<typeof openVisit>;

export function openVisit(texts: Texts, world: VisitWorld) {
  const { api, memory, later, now, freshKey } = world;
  const listeners = new Set<() => void>();
  let line: Line | null = null;
  let of: ChatTicket | null = null;
  let page: StartChat['page'] = null;
  let answers: Answers | null = null;
  let told = 0;
  let atEnd = true;
  let readSeq = memory.readSeq();
  let talkTries = 0;
  let talkAsked = false;
  let state: State = {
    texts,
    screen: 'loading',
    center: null,
    chat: null,
    talk: null,
    plain: false,
    connected: true,
    busy: false,
    trouble: null,
    unverified: false,
    ticket: null,
    framed: world.framed,
    panelOpen: !world.framed,
    sound: memory.settings().sound === true,
  };

  const showContact = () => set({ screen: 'contact', trouble: null });
  const identity = openIdentity({
    api,
    // Only once the customer has opened the panel.
    ready: () => state.panelOpen && !of && !state.busy,
    goOn: (ticket) => goOn(ticket, false),
    unverified: (unverified) => set({ unverified }),
  });

  const changed = () => listeners.forEach((listener) => listener());

  function set(change: Partial<State>): void {
    const before = state;
    state = { ...state, ...change };
    if (state.chat !== before.chat) keep(before.chat, state.chat);
    countUnread();
    changed();
  }

  function keep(before: Chat | null, after: Chat | null): void {
    if (!after || !of) return;
    memory.keepUnstored(unstored(after));
    if (after.stage === 'closed' && before?.stage !== 'closed') {
      memory.keepClosed(of);
      world.tellHost({ type: 'chat', open: false });
      later(LINGER_MS, hangUpIfClosed(of));
    }
  }

  const hangUpIfClosed = (ended: ChatTicket) => () => {
    if (of === ended) line?.hangUp();
  };

  function countUnread(): void {
    const { chat } = state;
    if (!chat) return;
    const seen = atEnd && state.panelOpen && !world.hidden() && state.screen === 'chat';
    const last = lastAgentSeq(chat);
    if (seen && last > readSeq) memory.keepReadSeq((readSeq = last));
    const count = unread(chat, readSeq);
    if (count > told && state.sound && chat.loaded) state.talk?.chime();
    if (count !== told) world.tellHost({ type: 'unread', count });
    told = count;
    state.talk?.look();
  }

  const changeChat = (change: (chat: Chat) => Chat) => {
    if (state.chat) set({ chat: change(state.chat) });
  };

  async function wantTalk(): Promise<void> {
    if (talkAsked || state.talk) return;
    talkAsked = true;
    try {
      const { openTalk } = await world.fetchTalk(talkTries);
      const host = { api, state: () => state, ticket: () => of, seen: () => readSeq, changeChat, newChat: leaveChat, showContact, changed, later, now, freshKey };
      set({ talk: openTalk({ ...host, say: (frame) => line?.say(frame) ?? false }) });
    } catch {
      set({ plain: true });
      later(TALK_AGAIN_MS * 2 ** talkTries++, () => void wantTalk());
    }
    talkAsked = false;
  }

  function goOn(ticket: ChatTicket, loaded: boolean): void {
    const carried = state.chat ? unstored(state.chat) : memory.unstored();
    line?.hangUp();
    of = ticket;
    memory.keepOpen(ticket);
    if (loaded) memory.keepReadSeq((readSeq = 0));
    set({ screen: 'chat', chat: openChat(ticket.chat, carried, loaded), connected: true, busy: false, trouble: null });
    void wantTalk();
    world.tellHost({ type: 'chat', open: true });
    line = connect(ticket, world, {
      needsHistory: !loaded,
      seq: () => state.chat?.seq ?? 0,
      nextUnsent: () => (state.chat && state.chat.stage !== 'closed' ? unsent(state.chat)[0] : undefined),
      onEvents: (events) => changeChat((chat) => received(chat, events, now())),
      onFrame: (frame) => state.talk?.hear(frame),
      onAck: (ack) => changeChat((chat) => acknowledged(chat, ack)),
      onRefused: (key) => changeChat((chat) => refused(chat, key)),
      onConnected: (connected) => {
        if (connected !== state.connected) set({ connected });
      },
      onUnknown: () => {
        memory.forgetVisitor();
        leaveChat();
      },
    });
  }

  function leaveChat(): void {
    line?.hangUp();
    line = of = null;
    memory.forgetChat();
    readSeq = 0;
    world.tellHost({ type: 'chat', open: false });
    world.tellHost({ type: 'unread', count: (told = 0) });
    set({ chat: null, screen: 'loading' });
    void loadCenter();
  }

  async function loadCenter(trouble: Trouble | null = null): Promise<void> {
    try {
      const center = await api.helpCenter();
      if (center.accent) world.tellHost({ type: 'accent', accent: center.accent });
      const first = state.screen === 'loading' || state.screen === 'unreachable';
      set({ center, trouble, busy: false, ...(first && { screen: 'start' as const }) });
    } catch (error) {
      set({ busy: false });
      // A chat that is open goes on without the help center's name and colours.
      if (state.screen !== 'loading' && state.screen !== 'unreachable') return;
      const refusedHere = error instanceof ApiError && error.code === 'origin_refused';
      if (refusedHere) world.tellHost({ type: 'refused' });
      set({ screen: refusedHere ? 'refused' : 'unreachable' });
    }
  }

  /** Says beside the form what went wrong, or goes to the view that the server's answer means. */
  async function explain(error: unknown): Promise<void> {
    const { code, field } = error instanceof ApiError ? error : new ApiError(0, 'network');
    const absent = code === 'agents_absent';
    if (code === 'consent_outdated' || code === 'consent_required') return loadCenter({ code, field: null });
    if (code === 'origin_refused') return set({ busy: false, screen: 'refused' });
    if (code === 'identity_invalid') return set({ busy: false, unverified: true });
    if ((absent || code === 'chat_disabled') && state.center) {
      const center: HelpCenter = { ...state.center, chat: absent ? 'absent' : 'disabled' };
      return set({ busy: false, center, trouble: null });
    }
    set({ busy: false, trouble: { code, field } });
  }

  async function startUnder(version: string, given: Answers): Promise<void> {
    set({ busy: true, trouble: null });
    void wantTalk();
    try {
      const ticket = await api.startChat({ version, ...given, page, locale: state.texts.locale, identity: identity.now() }, memory.visitorToken());
      answers = given;
      memory.keepSettings({ locale: state.texts.locale, sound: state.sound });
      goOn({ ...ticket, version }, true);
    } catch (error) {
      await explain(error);
    }
  }

  /** After the end the next words begin a new chat: as before if nothing changed, else by way of the start. */
  async function startAgain(): Promise<void> {
    if (state.busy || !of) return;
    const needed = state.center?.fields.some((field) => field.required);
    if (!of.version || (needed && !answers)) return set({ screen: 'start', trouble: null });
    const ended = of;
    await startUnder(of.version, answers ?? { name: '', email: '', fields: {} });
    if (of !== ended) return;
    if (['network', 'too_many', 'unavailable'].includes(state.trouble?.code ?? '')) {
      changeChat((chat) => ({ ...chat, entries: chat.entries.map(givenUp) }));
    } else set({ screen: 'start' });
  }

  function send(change: (chat: Chat) => Chat): void {
    changeChat(change);
    if (state.chat?.stage === 'closed') void startAgain();
    else line?.poke();
  }

  function forget(): void {
    identity.forget();
    answers = null;
    memory.forgetVisitor();
    leaveChat();
  }

  function heardHost({ type, url = '', title = '', open = false, jwt }: HostSays): void {
    if (type === 'panel') set({ panelOpen: open });
    if (type === 'visit') {
      page = { url, title };
      if (jwt) identity.hear(jwt);
      else if (jwt === '') forget();
    }
    void identity.resume();
  }

  return {
    state: () => state,

    subscribe(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },

    begin(): void {
      world.tellHost({ type: 'ready' });
      const earlier = memory.chat();
      if (earlier) goOn(earlier, false);
      else world.tellHost({ type: 'chat', open: false });
      void loadCenter();
    },

    reload(): void {
      set({ screen: 'loading' });
      void loadCenter();
    },

    /** Numbers of a queue, or agents that came back, while the customer has not started. */
    refresh(): void {
      if (state.screen === 'start' && !state.busy && state.panelOpen && !world.hidden()) void loadCenter(state.trouble);
    },

    async start(given: Answers): Promise<void> {
      if (state.busy || !state.center) return;
      await startUnder(state.center.consent.version, given);
    },

    /** Goes on without the identity that the server did not believe. */
    asGuest: identity.asGuest,

    async inquire(inquiry: Omit<Inquiry, 'version'>): Promise<void> {
      if (state.busy || !state.center) return;
      set({ busy: true, trouble: null });
      try {
        const number = await api.sendInquiry({ ...inquiry, version: state.center.consent.version });
        set({ busy: false, screen: 'contact-sent', ticket: { number, email: inquiry.email } });
      } catch (error) {
        await explain(error);
      }
    },

    say: (text: string) => send((chat) => typed(chat, { key: freshKey(), text, at: now() })),
    retry: (key: string) => send((chat) => retried(chat, key, freshKey(), now())),

    newChat: leaveChat,
    showContact,
    leaveContact: () => set({ screen: state.chat ? 'chat' : 'start', trouble: null }),
    minimise: () => world.tellHost({ type: 'minimise' }),

    async speak(locale: string): Promise<void> {
      const texts = await world.fetchTexts(locale).catch(() => state.texts);
      set({ texts });
      if (state.chat) memory.keepSettings({ locale: texts.locale, sound: state.sound });
    },

    switchSound(): void {
      set({ sound: !state.sound });
      if (state.sound) state.talk?.chime();
      if (state.chat) memory.keepSettings({ locale: state.texts.locale, sound: state.sound });
    },

    heardHost,
    seen: countUnread,

    scrolled(end: boolean): void {
      atEnd = end;
      countUnread();
    },

    networkBack(): void {
      line?.retryNow();
      if (talkTries) void wantTalk();
    },

    networkLost: () => line?.lost(),
    draft: () => (state.chat ? memory.draft() : ''),

    keepDraft(text: string): void {
      memory.keepDraft(text);
      state.talk?.wrote(text);
    },

    /** What was typed and is in no chat: it goes into the form, so that it need not be typed again. */
    unsaid: () => (state.chat ? unstored(state.chat).map(({ text }) => text).join('\n') : ''),
  };
}
