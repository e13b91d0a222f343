/** The column of tickets, and the filters above it. */

import { useEffect, useRef, useState } from 'preact/hooks';
import type { LiveState } from '../core/live';
import { addressOf, searchOf } from '../core/router';
import type { TicketFilter } from '../core/router';
import { Store, useStore } from '../core/store';
import type { ServiceLine } from '../wire/session';
import { TICKET_STATUSES } from '../wire/ticket';
import type { TicketLine, TicketList } from '../wire/ticket';
import { useDesk, useTexts } from './context';
import { Icon } from './icon';
import { Ago, Bones, Empty, Problem } from './parts';
import { PriorityMark, StatusChip } from './ticket-parts';
import type { TicketPlace } from './tickets';

interface Props {
  service: ServiceLine;
  place: TicketPlace;
  onFilter: (change: Partial<TicketFilter>) => void;
}

const NONE = new Store<LiveState<TicketList>>({ value: null, error: null });

export function TicketColumn({ service, place, onFilter }: Props) {
  const [desk, t] = [useDesk(), useTexts()];
  const live = useStore(desk.tickets);
  const { value, error } = useStore(live?.state ?? NONE);
  const [older, setOlder] = useState<TicketList | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => setOlder(null), [live]);
  const first = value?.tickets ?? [];
  const lowest = first.at(-1)?.number ?? 0;
  const all = [...first, ...(older?.tickets ?? []).filter(({ number }) => number < lowest)];
  const more = older ? older.more : (value?.more ?? false);
  const read = async () => {
    const last = all.at(-1);
    if (!last || busy) return;
    setBusy(true);
    try {
      const search = searchOf(place.filter);
      search.delete('status');
      if (place.filter.status.length) search.set('status', place.filter.status.join(','));
      const page = await desk.api.ticketsBefore(service.slug, search.toString(), last.number);
      setOlder({ tickets: [...(older?.tickets ?? []), ...page.tickets], more: page.more });
    } catch (failure) {
      desk.toast(desk.explain(failure), true);
    }
    setBusy(false);
  };
  return (
    <section class="column list" aria-label={t.tickets} aria-busy={!value && !error}>
      <Filters place={place} onFilter={onFilter} />
      {error && !error.passes && <Problem onRetry={() => live?.poke()}>{desk.explain(error)}</Problem>}
      <div class="scroll" data-testid="tickets">
        {!value && (!error || error.passes) && <Bones many={7} kind="row" />}
        {value && all.length === 0 && (
          <Empty icon="ticket" title={t.noTickets.title}>
            {t.noTickets.text}
          </Empty>
        )}
        <ul>
          {all.map((ticket) => (
            <Line key={ticket.number} ticket={ticket} place={place} />
          ))}
        </ul>
        {more && (
          <button class="button plain more-tickets" type="button" aria-busy={busy} onClick={() => void read()}>
            {t.older}
          </button>
        )}
      </div>
    </section>
  );
}

function Line({ ticket, place }: { ticket: TicketLine; place: TicketPlace }) {
  const t = useTexts();
  const { number, subject, status, priority, assignee, tags, customer, changedAt } = ticket;
  return (
    <li class="line" data-testid="ticket-line">
      <a href={addressOf({ ...place, ticket: number, quick: null })} aria-current={place.ticket === number ? 'true' : undefined}>
        <span class="line-top">
          <span class="ticket-number">#{number}</span>
          <span class="line-name" dir="auto">
            {subject}
          </span>
          <Ago at={changedAt} />
        </span>
        <span class="line-last" dir="auto">
          <span>{customer ?? t.nameless}</span>
          {assignee && (
            <>
              <Icon name="user" size={14} />
              <span>{assignee.name}</span>
            </>
          )}
        </span>
        <span class="line-about">
          <StatusChip status={status} />
          <PriorityMark priority={priority} />
          {tags.map(({ name }) => (
            <span key={name} class="chip" dir="auto">
              {name}
            </span>
          ))}
        </span>
      </a>
    </li>
  );
}

const TYPING_MS = 300;

function Filters({ place, onFilter }: Omit<Props, 'service'>) {
  const [desk, t] = [useDesk(), useTexts()];
  const { filter } = place;
  const [words, setWords] = useState(filter.words);
  const [tag, setTag] = useState(filter.tag);
  const timer = useRef(0);
  // Back and forward change the address, and what stands here follows.
  useEffect(() => setWords(filter.words), [filter.words]);
  useEffect(() => setTag(filter.tag), [filter.tag]);
  const soon = (change: Partial<TicketFilter>) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onFilter(change), TYPING_MS) as unknown as number;
  };
  const me = desk.session()?.agent.id ?? null;
  const statuses = filter.status.length === 0 ? 'all' : filter.status.join(',');
  const choices = ['open,pending', ...TICKET_STATUSES, 'all'];
  return (
    <form class="filters" role="search" onSubmit={(event) => event.preventDefault()}>
      <label class="search">
        <Icon name="search" size={18} />
        <input type="search" dir="auto" data-testid="search" aria-label={t.filter.words} placeholder={t.filter.words} value={words} onInput={({ currentTarget: { value } }) => (setWords(value), soon({ words: value.trim(), tag: tag.trim() }))} />
      </label>
      <div class="filters-row">
        <select aria-label={t.filter.status} data-testid="filter-status" value={statuses} onChange={({ currentTarget: { value } }) => onFilter({ status: TICKET_STATUSES.filter((one) => value.split(',').includes(one)) })}>
          {!choices.includes(statuses) && <option value={statuses}>{filter.status.map((one) => t.ticketStatuses[one]).join(', ')}</option>}
          <option value="open,pending">{t.filter.unsolved}</option>
          {TICKET_STATUSES.map((one) => (
            <option key={one} value={one}>
              {t.ticketStatuses[one]}
            </option>
          ))}
          <option value="all">{t.filter.all}</option>
        </select>
        <button class="toggle" type="button" aria-pressed={filter.assignee !== null && filter.assignee === me} data-testid="filter-mine" onClick={() => onFilter({ assignee: filter.assignee === me ? null : me })}>
          {t.filter.mine}
        </button>
        <input class="tag-filter" dir="auto" aria-label={t.filter.tag} placeholder={t.filter.tag} value={tag} onInput={({ currentTarget: { value } }) => (setTag(value), soon({ tag: value.trim().replace(/^#/, ''), words: words.trim() }))} />
      </div>
    </form>
  );
}
