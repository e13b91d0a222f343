/** The column of chats: offered, mine, waiting, those of others. */

import { useEffect, useRef } from 'preact/hooks';
import { isUnread, reach, sections } from '../core/lists';
import type { Section } from '../core/lists';
import { addressOf } from '../core/router';
import { Store, useStore } from '../core/store';
import type { LiveState } from '../core/live';
import type { ChatLine, ChatList, Me } from '../wire/chat';
import { may } from '../wire/session';
import type { ServiceLine } from '../wire/session';
import { useDesk, useTexts } from './context';
import { Icon } from './icon';
import { OfferActions } from './offers';
import { Ago, Bones, Empty, Problem } from './parts';
import type { Surroundings } from './surroundings';

const NONE = new Store<LiveState<ChatList>>({ value: null, error: null });

export function ChatColumn({ service, around }: { service: ServiceLine; around: Surroundings }) {
  const [desk, t] = [useDesk(), useTexts()];
  const live = useStore(desk.chats);
  const { value, error } = useStore(live?.state ?? NONE);
  return (
    <section class="column list" aria-label={t.chats} aria-busy={!value && !error}>
      {error && !error.passes && <Problem onRetry={() => live?.poke()}>{desk.explain(error)}</Problem>}
      {value?.me && may(service, 'chat') && reach(value.me) !== 'on' && <Unrouted me={value.me} />}
      <div class="scroll" data-testid="chats">
        {!value && (!error || error.passes) && <Bones many={6} kind="row" />}
        {value?.chats.length === 0 && (
          <Empty icon="chat" title={t.noChats.title}>
            {value.me?.routable === false ? null : t.noChats.text}
          </Empty>
        )}
        {value && sections(value.chats).map(({ section, chats }) => <Group key={section} section={section} chats={chats} around={around} />)}
      </div>
    </section>
  );
}

/** Why no new chat comes. */
function Unrouted({ me }: { me: Me }) {
  const t = useTexts();
  const why = me.status === 'away' || me.status === 'offline' ? t.unrouted.status(t.status[me.status]) : reach(me) === 'full' ? t.unrouted.full : t.unrouted.presence(t.status.presence[me.presence]);
  return (
    <p class="strip" data-testid="unrouted">
      {why}
    </p>
  );
}

function Group({ section, chats, around }: { section: Section; chats: readonly ChatLine[]; around: Surroundings }) {
  const t = useTexts();
  return (
    <section class="chat-group">
      <h2>
        {t.sections[section]} <span class="many">{chats.length}</span>
      </h2>
      <ul>
        {chats.map((chat) => (
          <Line key={chat.id} chat={chat} section={section} around={around} />
        ))}
      </ul>
    </section>
  );
}

function Line({ chat, section, around }: { chat: ChatLine; section: Section; around: Surroundings }) {
  const [desk, t] = [useDesk(), useTexts()];
  const open = useStore(desk.open);
  const seen = useStore(desk.seen);
  const unread = isUnread(chat, seen);
  const [line, current] = [useRef<HTMLLIElement>(null), open?.id === chat.id];
  useEffect(() => {
    if (current) line.current?.scrollIntoView({ block: 'nearest' });
  }, [current]);
  const service = desk.current();
  const take = async () => {
    if (await desk.act(chat.id, 'accept')) around.go(addressOf({ page: 'chats', service: service?.slug ?? null, chat: chat.id }));
  };
  return (
    <li class="line" ref={line} data-state={chat.state} data-section={section} data-testid="chat-line">
      <a href={addressOf({ page: 'chats', service: service?.slug ?? null, chat: chat.id })} aria-current={current ? 'true' : undefined}>
        <span class="line-top">
          <span class="line-name" dir="auto">
            {chat.customer ?? t.customerN(chat.number)}
          </span>
          {unread && <b class="unread" aria-label={t.unread} />}
          <Ago at={section === 'mine' || section === 'others' ? (chat.last?.at ?? chat.since) : chat.since} />
        </span>
        <span class="line-last" dir="auto">
          {chat.last?.from === 'agent' && <Icon name="undo" size={14} />}
          <span>{chat.last ? chat.last.text : t.nothingSaid}</span>
        </span>
        <span class="line-about">
          <span>#{chat.number}</span>
          {chat.topic && (
            <span class="chip" dir="auto">
              {chat.topic}
            </span>
          )}
          {chat.locale && <span class="line-locale">{chat.locale}</span>}
          {section === 'others' && chat.agent && (
            <span class="line-agent">
              <Icon name="user" size={14} /> {chat.state === 'offered' ? t.offeredTo(chat.agent.name) : chat.agent.name}
            </span>
          )}
        </span>
      </a>
      {section === 'offered' && <OfferActions chat={chat} around={around} />}
      {section === 'waiting' && service && may(service, 'chat') && (
        <span class="offer-actions">
          <button class="button plain small" type="button" data-testid="take" onClick={() => void take()}>
            {t.take}
          </button>
        </span>
      )}
    </li>
  );
}
