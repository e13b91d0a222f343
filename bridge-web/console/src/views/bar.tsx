/** The bar at the top: service, pages, one's own chat status. */

import type { Place } from '../core/router';
import { UNSOLVED, addressOf } from '../core/router';
import { isUnread, offers, reach } from '../core/lists';
import { Store, useStore } from '../core/store';
import type { ChatList, Me } from '../wire/chat';
import { STATUSES } from '../wire/chat';
import { LANGUAGES, may, seesChats, seesTickets } from '../wire/session';
import type { ServiceLine } from '../wire/session';
import type { LiveState } from '../core/live';
import type { Surroundings } from './surroundings';
import { useDesk, useTexts } from './context';
import { Icon } from './icon';
import type { IconName } from './icon';
import { Menu } from './menu';
import type { Choice } from './menu';

export function Bar({ service, around }: { service: ServiceLine; around: Surroundings }) {
  const [desk, t] = [useDesk(), useTexts()];
  const place = useStore(desk.place);
  const services = desk.session()?.services ?? [];
  const list = useList();
  const seen = useStore(desk.seen);
  const calls = offers(list).length + (list?.chats ?? []).filter((chat) => isUnread(chat, seen)).length;
  const pages: [Place['page'], IconName, string, Place, boolean][] = [
    ['chats', 'chat', t.chats, { page: 'chats', service: service.slug, chat: desk.lastChat }, seesChats(service)],
    ['tickets', 'ticket', t.tickets, { page: 'tickets', service: service.slug, ticket: null, quick: null, filter: UNSOLVED }, seesTickets(service)],
    ['report', 'chart', t.report.title, { page: 'report', service: service.slug, days: 7 }, may(service, 'supervise')],
  ];
  const others: Choice[] = services.map(({ slug, name }) => ({
    label: name,
    checked: slug === service.slug,
    act: () => around.go(addressOf({ page: 'chats', service: slug, chat: null })),
  }));
  return (
    <header class="bar">
      {services.length > 1 ? (
        <Menu label={t.service} class="bar-service" choices={others} testid="services">
          <span class="bar-name">{service.name}</span>
          <Icon name="open" size={16} />
        </Menu>
      ) : (
        <p class="bar-service">
          <span class="bar-name">{service.name}</span>
        </p>
      )}
      <nav aria-label={t.pages}>
        {pages.map(
          ([page, icon, label, to, allowed]) =>
            allowed && (
              <a key={page} class="bar-page" href={addressOf(to)} aria-current={place.page === page ? 'page' : undefined} data-testid={`to-${page}`}>
                <Icon name={icon} size={18} />
                <span>{label}</span>
                {page === 'chats' && calls > 0 && (
                  <b class="count" aria-label={t.callsForYou(calls)}>
                    {calls}
                  </b>
                )}
              </a>
            ),
        )}
      </nav>
      <Own me={list?.me ?? null} chats={may(service, 'chat')} around={around} />
    </header>
  );
}

const NONE = new Store<LiveState<ChatList>>({ value: null, error: null });

export function useList(): ChatList | null {
  const desk = useDesk();
  const live = useStore(desk.chats);
  return useStore(live?.state ?? NONE).value;
}

function Own({ me, chats, around }: { me: Me | null; chats: boolean; around: Surroundings }) {
  const [desk, t] = [useDesk(), useTexts()];
  const language = useStore(desk.language);
  const notifying = useStore(around.notifying);
  const name = desk.session()?.agent.name ?? '';
  const choices: (Choice | null)[] = [];
  if (chats && me) {
    for (const status of STATUSES) {
      const hint = status === 'auto' ? t.status.autoHint(t.status.presence[me.presence]) : undefined;
      choices.push({ label: t.status[status], ...(hint && { hint }), checked: me.status === status, testid: `status-${status}`, act: () => void desk.setStatus(status) });
    }
    choices.push(null);
  }
  if (notifying !== 'never') choices.push({ icon: 'bell', label: notifying === 'on' ? t.notify.off : t.notify.on, act: around.switchNotifying });
  for (const other of LANGUAGES) {
    if (other !== language) choices.push({ icon: 'globe', label: t.languages[other], testid: `language-${other}`, act: () => around.speak(other) });
  }
  choices.push({ icon: 'keys', label: t.keys.title, testid: 'keys', act: () => desk.dialog.set({ kind: 'keys' }) });
  if (!desk.isWidget) choices.push(null, { icon: 'out', label: t.logOut, testid: 'log-out', act: () => void desk.leave() });
  const state = me && chats ? reach(me) : null;
  return (
    <Menu label={state && me ? `${name}: ${t.status[me.status]}, ${t.status[state]}` : name} class="own" choices={choices} testid="own">
      <span class="own-text">
        <span class="own-name">{name}</span>
        {me && state && (
          <span class="own-load">
            {t.status[me.status]} · {t.load(me.load, me.capacity)}
          </span>
        )}
      </span>
      <span class="avatar" aria-hidden="true">
        {[...name.replace(/^@/, '')][0]?.toUpperCase()}
        {state && <i class={`dot dot-${state}`} />}
      </span>
    </Menu>
  );
}
