/** One ticket: what it says, edited in place, its Quick Menu, comments and replies. */

import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { TicketEdit } from '../core/api';
import type { LiveState } from '../core/live';
import { QUICK, addressOf } from '../core/router';
import { Store, useStore } from '../core/store';
import type { AgentLine } from '../wire/chat';
import { may } from '../wire/session';
import type { ServiceLine } from '../wire/session';
import { PRIORITIES, TICKET_STATUSES } from '../wire/ticket';
import type { Ticket } from '../wire/ticket';
import { useDesk, useTexts } from './context';
import { Icon } from './icon';
import type { IconName } from './icon';
import { Ago, Bones, Problem, Tool, moment } from './parts';
import { QuickPanel } from './quick';
import type { Surroundings } from './surroundings';
import { Comments } from './ticket-comments';
import { TagInput } from './ticket-parts';
import type { TicketPlace } from './tickets';

const NONE = new Store<LiveState<Ticket>>({ value: null, error: null });
const QUICK_ICONS: Readonly<Record<(typeof QUICK)[number], IconName>> = { chat: 'chat', customer: 'user', others: 'ticket', audit: 'shield' };

interface Props {
  service: ServiceLine;
  place: TicketPlace;
  number: number;
  around: Surroundings;
}

export function TicketView({ service, place, number, around }: Props) {
  const [desk, t] = [useDesk(), useTexts()];
  const live = useStore(desk.ticket);
  const { value: ticket, error } = useStore(live?.state ?? NONE);
  const [problem, setProblem] = useState<string | null>(null);
  const back = addressOf({ ...place, ticket: null, quick: null });
  const edit = async (change: TicketEdit): Promise<boolean> => {
    setProblem(null);
    try {
      await desk.api.editTicket(service.slug, number, change);
      live?.poke();
      return true;
    } catch (failure) {
      setProblem(desk.explain(failure));
      return false;
    }
  };
  const quick = place.quick;
  return (
    <>
      <section class="column middle ticket" aria-label={t.ticketN(number)} data-testid="ticket">
        <header class="head">
          <a class="tool back" href={back} aria-label={t.backToTickets} title={t.backToTickets}>
            <Icon name="back" />
          </a>
          <Title ticket={ticket} number={number} onEdit={edit} />
        </header>
        {error && !error.passes && <Problem onRetry={() => live?.poke()}>{error.status === 404 ? t.ticketGone : desk.explain(error)}</Problem>}
        {problem && <Problem>{problem}</Problem>}
        <div class="scroll ticket-inner">
          {!ticket && (!error || error.passes) && <Bones many={8} kind="line" />}
          {ticket && (
            <>
              <Properties ticket={ticket} service={service} onEdit={edit} />
              <QuickMenu place={place} service={service} ticket={ticket} />
              {ticket.description && (
                <section class="part">
                  <h2>{t.newTicket.description}</h2>
                  <p class="as-typed" dir="auto">
                    {ticket.description}
                  </p>
                </section>
              )}
              <Comments ticket={ticket} service={service} onDone={() => live?.poke()} />
            </>
          )}
        </div>
      </section>
      {quick && (
        <aside class="column side" aria-label={t.quick[quick]} data-testid="quick-panel">
          <header class="head">
            <h1>{t.quick[quick]}</h1>
            <Tool icon="cross" label={t.close} testid="quick-close" onClick={() => around.go(addressOf({ ...place, quick: null }))} />
          </header>
          <div class="scroll side-inner">{ticket ? <QuickPanel quick={quick} ticket={ticket} service={service} place={place} /> : <Bones many={6} kind="line" />}</div>
        </aside>
      )}
    </>
  );
}

function QuickMenu({ place, service, ticket }: { place: TicketPlace; service: ServiceLine; ticket: Ticket }) {
  const t = useTexts();
  const seesAudit = may(service, 'supervise') || may(service, 'admin');
  const shown = QUICK.filter((one) => one !== 'audit' || seesAudit);
  return (
    <nav class="quick" aria-labelledby="quick-title" data-testid="quick-menu">
      <h2 id="quick-title">{t.quick.title}</h2>
      {shown.map((one) => (
        <a key={one} href={addressOf({ ...place, quick: place.quick === one ? null : one })} aria-current={place.quick === one ? 'true' : undefined} data-testid={`quick-${one}`}>
          <Icon name={QUICK_ICONS[one]} size={16} />
          <span>{t.quick[one]}</span>
          {one === 'others' && ticket.others.length > 0 && <b class="many">{ticket.others.length}</b>}
        </a>
      ))}
    </nav>
  );
}

function Title({ ticket, number, onEdit }: { ticket: Ticket | null; number: number; onEdit: (change: TicketEdit) => Promise<boolean> }) {
  const t = useTexts();
  const [text, setText] = useState<string | null>(null);
  const [box, saving] = [useRef<HTMLInputElement>(null), useRef(false)];
  useEffect(() => box.current?.select(), [text !== null]);
  if (!ticket) {
    return (
      <div class="who">
        <span class="bone bone-title" />
      </div>
    );
  }
  // Enter saves, and takes the field away, which saves when it loses the focus.
  const save = async () => {
    const subject = text?.trim();
    if (saving.current) return;
    saving.current = true;
    if (!subject || subject === ticket.subject || (await onEdit({ subject }))) return setText(null);
    saving.current = false;
  };
  const begin = () => {
    saving.current = false;
    setText(ticket.subject);
  };
  return (
    <div class="who">
      {text === null ? (
        <h1>
          <span class="ticket-number">#{number}</span>{' '}
          <button class="in-place" type="button" title={t.editSubject} data-testid="subject" onClick={begin}>
            <span dir="auto">{ticket.subject}</span>
            <Icon name="pen" size={16} />
          </button>
        </h1>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void save();
          }}
        >
          <input
            ref={box}
            dir="auto"
            aria-label={t.newTicket.subject}
            maxLength={200}
            data-testid="subject-input"
            value={text}
            onInput={({ currentTarget }) => setText(currentTarget.value)}
            onBlur={() => void save()}
            onKeyDown={(event) => {
              if (event.key !== 'Escape') return;
              event.stopPropagation();
              saving.current = true;
              setText(null);
            }}
          />
        </form>
      )}
      <p>
        {ticket.createdAt !== null && <span>{t.madeAt(moment(ticket.createdAt, t.locale))}</span>}
        {ticket.madeBy && <span dir="auto">{ticket.madeBy.name}</span>}
      </p>
    </div>
  );
}

function Properties({ ticket, service, onEdit }: { ticket: Ticket; service: ServiceLine; onEdit: (change: TicketEdit) => Promise<boolean> }) {
  const [desk, t] = [useDesk(), useTexts()];
  const [agents, setAgents] = useState<readonly AgentLine[]>([]);
  useEffect(() => {
    desk.api.agents(service.slug).then(setAgents, () => undefined);
  }, [service.slug]);
  const handlers = agents.filter(({ permissions }) => permissions.includes('ticket')).map(({ id, name }) => ({ id, name }));
  const { assignee } = ticket;
  if (assignee && !handlers.some(({ id }) => id === assignee.id)) handlers.push({ ...assignee });
  return (
    <div class="properties">
      <Property label={t.filter.status}>
        <select aria-label={t.filter.status} class={`ticket-${ticket.status}`} data-testid="status" value={ticket.status} onChange={({ currentTarget: { value } }) => void onEdit({ status: value })}>
          {TICKET_STATUSES.map((one) => (
            <option key={one} value={one}>
              {t.ticketStatuses[one]}
            </option>
          ))}
        </select>
      </Property>
      <Property label={t.newTicket.priority}>
        <select aria-label={t.newTicket.priority} data-testid="priority" value={ticket.priority} onChange={({ currentTarget: { value } }) => void onEdit({ priority: value })}>
          {PRIORITIES.map((one) => (
            <option key={one} value={one}>
              {t.priorities[one]}
            </option>
          ))}
        </select>
      </Property>
      <Property label={t.newTicket.assignee}>
        <select aria-label={t.newTicket.assignee} data-testid="assignee" value={assignee?.id ?? ''} onChange={({ currentTarget: { value } }) => void onEdit({ assignee: value || null })}>
          <option value="">{t.nobody}</option>
          {handlers.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </Property>
      <Property label={t.newTicket.tags} wide>
        <TagInput tags={ticket.tags} onAdd={(tag) => void onEdit({ add_tag: tag })} onRemove={(tag) => void onEdit({ remove_tag: tag })} />
      </Property>
      <p class="properties-changed">
        {t.changed} <Ago at={ticket.changedAt} />
      </p>
    </div>
  );
}

function Property({ label, wide, children }: { label: string; wide?: boolean; children: ComponentChildren }) {
  return (
    <div class={wide ? 'property wide' : 'property'}>
      <span>{label}</span>
      {children}
    </div>
  );
}
