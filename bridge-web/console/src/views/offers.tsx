/** Chats offered to this agent, on whichever page it is: a line at the top with the time that is left. */

import { useEffect, useState } from 'preact/hooks';
import { addressOf } from '../core/router';
import { offers, soonest } from '../core/lists';
import { useStore } from '../core/store';
import { secondsLeft } from '../core/time';
import type { ChatLine } from '../wire/chat';
import { useList } from './bar';
import { useDesk, useNow, useTexts } from './context';
import { Icon } from './icon';
import type { Surroundings } from './surroundings';

export function Offers({ around }: { around: Surroundings }) {
  const [desk, t] = [useDesk(), useTexts()];
  const place = useStore(desk.place);
  const open = place.page === 'chats' ? place.chat : null;
  const all = offers(useList());
  const narrow = useNarrow();
  // Where the list is in sight, it shows them.
  const listed = place.page === 'chats' && (!narrow || open === null);
  const offered = listed ? [] : all.filter(({ id }) => id !== open);
  // However many there are, they leave room for the page: the one that ends first stands for all.
  const shown = soonest(offered).slice(0, 1);
  return (
    <div class="offers" role="status" aria-live="polite">
      {shown.map((chat) => (
        <div key={chat.id} class="offer" data-testid="offer">
          <Icon name="bell" size={18} />
          <a class="offer-who" href={addressOf({ page: 'chats', service: desk.current()?.slug ?? null, chat: chat.id })}>
            {t.offerOf(chat.customer ?? t.customerN(chat.number))}
          </a>
          {offered.length > 1 && (
            <a class="offer-more" href={addressOf({ page: 'chats', service: desk.current()?.slug ?? null, chat: null })}>
              {t.moreOffers(offered.length - 1)}
            </a>
          )}
          <OfferActions chat={chat} around={around} />
        </div>
      ))}
    </div>
  );
}

const NARROW = '(max-width: 759px)';

function useNarrow(): boolean {
  const [narrow, setNarrow] = useState(() => matchMedia(NARROW).matches);
  useEffect(() => {
    const query = matchMedia(NARROW);
    const look = () => setNarrow(query.matches);
    query.addEventListener('change', look);
    return () => query.removeEventListener('change', look);
  }, []);
  return narrow;
}

export function OfferActions({ chat, around }: { chat: ChatLine; around: Surroundings }) {
  const [desk, t] = [useDesk(), useTexts()];
  const accept = async () => {
    const done = await desk.act(chat.id, 'accept');
    if (done) around.go(addressOf({ page: 'chats', service: desk.current()?.slug ?? null, chat: chat.id }));
  };
  // What was declined may be for other eyes now.
  const decline = async () => {
    const done = await desk.act(chat.id, 'decline');
    if (done && desk.open.value?.id === chat.id) around.go(addressOf({ page: 'chats', service: desk.current()?.slug ?? null, chat: null }));
  };
  return (
    <span class="offer-actions">
      <TimeLeft until={chat.offeredUntil} />
      <button class="button small" type="button" data-testid="accept" onClick={() => void accept()}>
        {t.accept}
      </button>
      <button class="button plain small" type="button" data-testid="decline" onClick={() => void decline()}>
        {t.decline}
      </button>
    </span>
  );
}

function TimeLeft({ until }: { until: number | null }) {
  const t = useTexts();
  const now = useNow(until === null ? null : 500);
  if (until === null) return null;
  const seconds = secondsLeft(until, now);
  return (
    <span class="left" role="timer" aria-live="off" aria-label={t.secondsLeft(seconds)}>
      {t.seconds(seconds)}
    </span>
  );
}
