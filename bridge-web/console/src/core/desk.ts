/** The whole console without its looks: what is open, what is known, and what an agent can do. Side effects come from outside. */

import type { ChatList, Status } from '../wire/chat';
import { seesChats, seesTickets } from '../wire/session';
import type { Language, ServiceLine, Session } from '../wire/session';
import type { Ticket, TicketList } from '../wire/ticket';
import type { Texts } from '../texts/type';
import { Api } from './api';
import { OpenChat } from './chat';
import type { ChatDeps } from './chat';
import { Door } from './door';
import { explain } from './explain';
import { fresh } from './lists';
import type { Seen } from './lists';
import { Live } from './live';
import { UNSOLVED, addressOf, codeOf, placeOf, searchOf } from './router';
import type { Place } from './router';
import { Store } from './store';
import type { Dialog, Toast, World } from './world';

const MOST_CHATS = 30;
const TOAST_MS = 8_000;
const AGAIN_MS = 5_000;

export class Desk {
  readonly api: Api;
  readonly door: Door;
  readonly place: Store<Place>;
  readonly language: Store<Language>;
  readonly chats = new Store<Live<ChatList> | null>(null);
  readonly open = new Store<OpenChat | null>(null);
  readonly tickets = new Store<Live<TicketList> | null>(null);
  readonly ticket = new Store<Live<Ticket> | null>(null);
  readonly seen = new Store<Seen>({});
  /** The chat that was open last: whoever comes back from another page finds it again. */
  lastChat: string | null = null;
  /** Accepted just now: whoever accepts wants to write. */
  accepted: string | null = null;
  readonly dialog = new Store<Dialog | null>(null);
  readonly toasts = new Store<readonly Toast[]>([]);
  /** Keys without Ctrl or Alt; who dictates or types with one hand may not want them. */
  readonly singleKeys = new Store(true);
  private readonly known = new Map<string, OpenChat>();
  private service: string | null = null;
  private person: string | null = null;
  private listed = '';
  private detailed = '';
  private before: ChatList | null = null;
  private toastKey = 0;

  constructor(private readonly world: World) {
    this.api = new Api(world.base, world.fetch, { session: () => this.door.session(), renew: (of) => this.door.renew(of), recall: (of) => this.door.recall(of) });
    this.door = new Door(() => this.api, world.vouching);
    this.place = new Store(placeOf(world.hash()));
    this.language = new Store<Language>(world.wished() ?? 'en');
    this.door.entry.watch(() => this.entered());
  }

  get texts(): Texts {
    return this.world.texts(this.language.value);
  }

  /** The server's time, by which offers end. */
  now = (): number => this.world.now() + this.api.aheadMs;
  explain = (error: unknown): string => explain(error, this.texts);
  freshKey = (): string => this.world.freshKey();
  get isWidget(): boolean {
    return this.world.vouching !== null;
  }

  /** At the start, and whenever the address changes: a log-in link may be opened in a page that is open already. */
  arrive(): Promise<void> {
    const found = codeOf(this.world.hash());
    if (found) {
      // Who logs in again is where it was, unless the link says otherwise.
      const then = found.then || (this.session() ? addressOf(this.place.value) : '#');
      this.world.go(then, true);
      this.place.set(placeOf(then));
      return this.door.enter(found.code);
    }
    this.place.set(placeOf(this.world.hash()));
    if (this.door.entry.value.at === 'open') this.settle();
    return Promise.resolve();
  }

  begin(): Promise<void> {
    return codeOf(this.world.hash()) ? this.arrive() : this.door.enter(null);
  }

  private entered(): void {
    const entry = this.door.entry.value;
    if (entry.at === 'shut' && entry.why === 'unreachable') this.world.later(AGAIN_MS, () => this.networkChanged());
    if (entry.at !== 'open') return this.rest();
    // Nothing of one person is left for another, least of all what was not sent yet.
    const { id } = entry.session.agent;
    if (this.person !== null && this.person !== id) this.forget();
    this.person = id;
    this.language.set(this.world.wished() ?? entry.session.language);
    const { focus } = entry.session;
    const place = this.place.value;
    if (focus && place.service === null) {
      this.place.set({ page: 'chats', service: focus.service, chat: focus.chat });
    }
    this.settle();
    this.chats.value?.start();
  }

  session(): Session | null {
    const entry = this.door.entry.value;
    return entry.at === 'open' ? entry.session : entry.at === 'shut' ? entry.last : null;
  }

  current(): ServiceLine | null {
    const services = this.session()?.services ?? [];
    return services.find(({ slug }) => slug === this.place.value.service) ?? services[0] ?? null;
  }

  /** Opens and closes what the place needs. */
  private settle(): void {
    const service = this.current();
    if (!service) return;
    if (service.slug !== this.service) this.turnTo(service);
    if (this.place.value.page === 'chats' && !seesChats(service) && seesTickets(service)) this.sendToTickets(service);
    const place = this.place.value;
    this.showChat(place.page === 'chats' ? place.chat : null);
    const listing = place.page === 'tickets' && seesTickets(service);
    this.listTickets(listing ? searchOfList(place) : null);
    this.showTicket(listing ? place.ticket : null);
  }

  /** Who has no chats begins with what it has. */
  private sendToTickets({ slug }: ServiceLine): void {
    this.place.set({ page: 'tickets', service: slug, ticket: null, quick: null, filter: UNSOLVED });
    this.world.go(addressOf(this.place.value), true);
  }

  private turnTo(service: ServiceLine): void {
    this.service = service.slug;
    this.lastChat = null;
    this.chats.value?.pause();
    this.before = null;
    if (!seesChats(service)) return this.chats.set(null);
    const live = new Live<ChatList>((wait) => this.api.chats(service.slug, wait), this.world);
    live.state.watch(() => this.noticed(live.state.value.value));
    this.chats.set(live);
    live.start();
  }

  private noticed(list: ChatList | null): void {
    if (!list || list === this.before) return;
    for (const chat of fresh(this.before, list)) this.world.notify(chat, this.texts);
    const open = this.open.value;
    const line = (of: ChatList | null) => JSON.stringify(of?.chats.find(({ id }) => id === open?.id), (key, value: unknown) => (key === 'last' ? undefined : value));
    if (open && this.before && line(this.before) !== line(list)) void open.refresh();
    this.before = list;
  }

  private showChat(id: string | null): void {
    const open = this.open.value;
    if (open?.id === id) return open?.start();
    open?.pause();
    if (this.place.value.page === 'chats') this.lastChat = id;
    if (id === null) return this.open.set(null);
    const chat = this.known.get(id) ?? new OpenChat(id, this.deps());
    this.known.delete(id);
    this.known.set(id, chat);
    // The oldest go, but not what was written in them.
    const idle = [...this.known.values()].filter(({ draft, unsent }) => !draft && unsent.value.length === 0);
    for (const old of idle.slice(0, Math.max(0, this.known.size - MOST_CHATS))) if (old.id !== id) this.known.delete(old.id);
    this.open.set(chat);
    chat.start();
  }

  private deps(): ChatDeps {
    const { now, freshKey, later, wait, random } = this.world;
    return { api: this.api, now, freshKey, later, wait, random, explain: this.explain };
  }

  /** What hides the page hides what was under a mask, and only the list of chats is still read. */
  hidden(): void {
    this.open.value?.pause();
    this.tickets.value?.pause();
    this.ticket.value?.pause();
  }

  shown(): void {
    if (this.door.entry.value.at !== 'open') return;
    const open = this.open.value;
    open?.start();
    if (open) this.look(open.id, open.conversation.value.seq);
    this.tickets.value?.start();
    this.ticket.value?.start();
    this.chats.value?.poke();
  }

  /** There is a network again, or none any more: both is found out at once. */
  networkChanged(): void {
    const entry = this.door.entry.value;
    if (entry.at === 'shut' && entry.why === 'unreachable') return void this.door.enter(null);
    if (entry.at !== 'open') return;
    this.chats.value?.poke();
    this.open.value?.poke();
    this.tickets.value?.poke();
    this.ticket.value?.poke();
  }

  private rest(): void {
    this.chats.value?.pause();
    this.hidden();
    // Who has left leaves nothing behind.
    if (!this.session()) this.forget();
  }

  private forget(): void {
    for (const live of [this.chats, this.open, this.tickets, this.ticket]) live.value?.pause();
    this.person = this.before = this.lastChat = null;
    for (const store of [this.chats, this.open, this.tickets, this.ticket, this.dialog]) store.set(null);
    this.known.clear();
    this.service = null;
    this.listed = this.detailed = '';
  }

  private listTickets(query: string | null): void {
    const listed = query === null ? '' : `${this.service} ${query}`;
    if (listed === this.listed) return this.tickets.value?.start();
    this.listed = listed;
    this.tickets.value?.pause();
    const { service } = this;
    if (query === null || service === null) return this.tickets.set(null);
    const live = new Live<TicketList>((wait) => this.api.tickets(service, query, wait), this.world);
    this.tickets.set(live);
    live.start();
  }

  private showTicket(number: number | null): void {
    const detailed = number === null ? '' : `${this.service} ${number}`;
    if (detailed === this.detailed) return this.ticket.value?.start();
    this.detailed = detailed;
    this.ticket.value?.pause();
    const { service } = this;
    if (number === null || service === null) return this.ticket.set(null);
    const live = new Live<Ticket>((wait) => this.api.ticket(service, number, wait), this.world);
    this.ticket.set(live);
    live.start();
  }

  look(id: string, seq: number): void {
    if ((this.seen.value[id] ?? 0) < seq) this.seen.update((seen) => ({ ...seen, [id]: seq }));
  }

  async setStatus(status: Status): Promise<void> {
    await this.say(() => this.api.setStatus(status));
    this.chats.value?.poke();
  }

  /** Accepts, declines or the like; the answer comes by the list, and an error as a toast. */
  async act(id: string, what: 'accept' | 'decline' | 'close' | 'rating-request'): Promise<boolean> {
    const done = await this.say(() => this.api.act(id, what));
    if (done && what === 'accept') this.accepted = id;
    this.chats.value?.poke();
    const open = this.known.get(id);
    if (open) void open.refresh();
    return done;
  }

  private async say(act: () => Promise<unknown>): Promise<boolean> {
    try {
      await act();
      return true;
    } catch (error) {
      this.toast(this.explain(error), true);
      return false;
    }
  }

  toast(text: string, bad = false, link: Toast['link'] = null): void {
    const key = ++this.toastKey;
    this.toasts.update((all) => [...all.slice(-2), { key, text, bad, link }]);
    this.world.later(TOAST_MS, () => this.untoast(key));
  }

  untoast(key: number): void {
    this.toasts.update((all) => all.filter((toast) => toast.key !== key));
  }

  async leave(): Promise<void> {
    await this.say(() => this.door.leave());
  }
}

/** As the server is asked: all of them is no filter at all. */
function searchOfList(place: Place & { page: 'tickets' }): string {
  const search = searchOf(place.filter);
  search.delete('status');
  if (place.filter.status.length) search.set('status', place.filter.status.join(','));
  return search.toString();
}
