/** One customer's visit: holds what is shown, and turns what the customer does into calls. */

import type { HostSays, PageSays } from '../bridge';
import type { Texts } from '../texts/type';
import { ApiError } from './api';
import type { ChatTicket, Inquiry, StartChat } from './api';
import { acknowledged, ended, lastAgentSeq, openChat, received, refused, retried, typed, unread, unsent, unstored } from './chat';
import type { Chat } from './chat';
import { connect } from './connection';
import type { Line, LineWorld } from './connection';
import type { State, Trouble } from './state';
import type { Memory } from './storage';
import type { HelpCenter } from './wire';

/** The server may still say who ended the chat after it said that the chat ended. */
const LINGER_MS = 5_000;

export interface VisitWorld extends LineWorld {
  readonly memory: Memory;
  readonly framed: boolean;
  tellHost(message: PageSays): void;
  hidden(): boolean;
  freshKey(): string;
  fetchTexts(locale: string): Promise<Texts>;
  chime(): void;
}

export type Visit = ReturnType<typeof openVisit>;

export function openVisit(texts: Texts, world: VisitWorld) {
  const { api, memory } = world;
  const listeners = new Set<() => void>();
  let line: Line | null = null;
  let of: ChatTicket | null = null;
  let page: StartChat['page'] = null;
  let told = 0;
  let readSeq = memory.readSeq();
  let state: State = {
    texts,
    screen: 'loading',
    center: null,
    chat: null,
    connected: true,
    busy: false,
    trouble: null,
    ticket: null,
    ending: 'no',
    framed: world.framed,
    panelOpen: !world.framed,
    sound: memory.settings().sound === true,
  };

  function set(change: Partial<State>): void {
    const before = state;
    state = { ...state, ...change };
    if (state.chat !== before.chat) keep(before.chat, state.chat);
    countUnread();
    listeners.forEach((listener) => listener());
  }

  function keep(before: Chat | null, after: Chat | null): void {
    if (!after || !of) return;
    memory.keepUnstored(unstored(after));
    if (after.stage === 'closed' && before?.stage !== 'closed') {
      memory.keepClosed(of);
      world.tellHost({ type: 'chat', open: false });
      world.later(LINGER_MS, hangUpIfClosed(of));
    }
  }

  const hangUpIfClosed = (ended: ChatTicket) => () => {
    if (of === ended) line?.hangUp();
  };

  function countUnread(): void {
    const { chat } = state;
    if (!chat) return;
    const seen = state.panelOpen && !world.hidden() && state.screen === 'chat';
    const last = lastAgentSeq(chat);
    if (seen && last > readSeq) memory.keepReadSeq((readSeq = last));
    const count = unread(chat, readSeq);
    if (count > told && state.sound && chat.loaded) world.chime();
    if (count !== told) world.tellHost({ type: 'unread', count });
    told = count;
  }

  const changeChat = (change: (chat: Chat) => Chat) => {
    if (state.chat) set({ chat: change(state.chat) });
  };

  function goOn(ticket: ChatTicket, loaded: boolean): void {
    of = ticket;
    memory.keepOpen(ticket);
    set({ screen: 'chat', chat: openChat(ticket.chat, memory.unstored(), loaded), connected: true, ending: 'no', trouble: null });
    world.tellHost({ type: 'chat', open: true });
    line = connect(ticket, world, {
      needsHistory: !loaded,
      seq: () => state.chat?.seq ?? 0,
      nextUnsent: () => (state.chat && state.chat.stage !== 'closed' ? unsent(state.chat)[0] : undefined),
      onEvents: (events) => changeChat((chat) => received(chat, events, world.now())),
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
    set({ chat: null, screen: 'loading', ending: 'no' });
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
    if ((absent || code === 'chat_disabled') && state.center) {
      const center: HelpCenter = { ...state.center, chat: absent ? 'absent' : 'disabled' };
      return set({ busy: false, center, trouble: null });
    }
    set({ busy: false, trouble: { code, field } });
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

    async start(answers: Pick<StartChat, 'name' | 'email' | 'fields'>): Promise<void> {
      if (state.busy || !state.center) return;
      set({ busy: true, trouble: null });
      const request = { ...answers, version: state.center.consent.version, page, locale: state.texts.locale };
      const earlier = memory.visitorToken();
      try {
        const ticket = await api.startChat(request, earlier).catch((error: unknown) => {
          if (!earlier || !(error instanceof ApiError) || error.status !== 401) throw error;
          memory.forgetVisitor();
          return api.startChat(request, null);
        });
        memory.keepSettings({ locale: state.texts.locale, sound: state.sound });
        set({ busy: false });
        goOn(ticket, true);
      } catch (error) {
        await explain(error);
      }
    },

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

    say(text: string): void {
      changeChat((chat) => typed(chat, { key: world.freshKey(), text, at: world.now() }));
      line?.poke();
    },

    retry(key: string): void {
      changeChat((chat) => retried(chat, key, world.freshKey(), world.now()));
      line?.poke();
    },

    askToEnd: (asking: boolean) => set({ ending: asking ? 'asking' : 'no' }),

    async end(): Promise<void> {
      if (!of || state.ending === 'sending') return;
      set({ ending: 'sending' });
      try {
        await api.closeChat(of);
        set({ ending: 'no' });
        changeChat((chat) => ended(chat, 'customer'));
      } catch {
        set({ ending: 'failed' });
      }
    },

    newChat: leaveChat,
    showContact: () => set({ screen: 'contact', trouble: null }),
    leaveContact: () => set({ screen: state.chat ? 'chat' : 'start', trouble: null }),
    minimise: () => world.tellHost({ type: 'minimise' }),

    async speak(locale: string): Promise<void> {
      const texts = await world.fetchTexts(locale).catch(() => state.texts);
      set({ texts });
      if (state.chat) memory.keepSettings({ locale: texts.locale, sound: state.sound });
    },

    switchSound(): void {
      set({ sound: !state.sound });
      if (state.sound) world.chime();
      if (state.chat) memory.keepSettings({ locale: state.texts.locale, sound: state.sound });
    },

    heardHost(message: HostSays): void {
      if (message.type === 'visit') page = { url: message.url ?? '', title: message.title ?? '' };
      else if (message.type === 'panel') set({ panelOpen: message.open === true });
    },

    seen: countUnread,
    networkBack: () => line?.retryNow(),
    networkLost: () => line?.lost(),
    draft: () => (state.chat ? memory.draft() : ''),
    keepDraft: (text: string) => memory.keepDraft(text),
  };
}
