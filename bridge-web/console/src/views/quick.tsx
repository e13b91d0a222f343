/** What the Quick Menu opens: the chat's masked conversation, the customer, other tickets, the audit. */

import { useEffect, useState } from 'preact/hooks';
import { EMPTY, blocks, received } from '../core/conversation';
import { addressOf } from '../core/router';
import type { Quick } from '../core/router';
import type { ChatEvent } from '../wire/event';
import type { ServiceLine } from '../wire/session';
import type { AuditEntry, Ticket } from '../wire/ticket';
import { useDesk, useTexts } from './context';
import { Facts } from './details';
import { Icon } from './icon';
import { Drawn } from './log';
import { Bones, Empty, Problem, moment } from './parts';
import { StatusChip } from './ticket-parts';
import type { TicketPlace } from './tickets';

interface Props {
  quick: Quick;
  ticket: Ticket;
  service: ServiceLine;
  place: TicketPlace;
}

export function QuickPanel({ quick, ticket, service, place }: Props) {
  switch (quick) {
    case 'chat':
      return <ChatHistory ticket={ticket} service={service} />;
    case 'customer':
      return <Customer ticket={ticket} />;
    case 'others':
      return <Others ticket={ticket} place={place} />;
    case 'audit':
      return <Audit ticket={ticket} service={service} />;
  }
}

/** Read when it is opened, and again when the ticket changes. */
function useRead<T>(read: () => Promise<T>, when: readonly unknown[]): { value: T | null; error: unknown; again: () => void } {
  const [state, setState] = useState<{ value: T | null; error: unknown }>({ value: null, error: null });
  const [round, setRound] = useState(0);
  useEffect(() => {
    let gone = false;
    read().then(
      (value) => gone || setState({ value, error: null }),
      (error: unknown) => gone || setState(({ value }) => ({ value, error })),
    );
    return () => {
      gone = true;
    };
  }, [...when, round]);
  return { ...state, again: () => setRound(round + 1) };
}

function ChatHistory({ ticket, service }: { ticket: Ticket; service: ServiceLine }) {
  const [desk, t] = [useDesk(), useTexts()];
  const { number, chat, room, hasConversation } = ticket;
  const { value, error, again } = useRead<readonly ChatEvent[]>(() => (hasConversation ? desk.api.conversation(service.slug, number) : Promise.resolve([])), [number, hasConversation, ticket.changedAt]);
  if (!hasConversation) return <Empty icon="chat" title={t.quick.noChat} />;
  const conversation = value && received(EMPTY, value);
  return (
    <>
      {(chat || room) && (
        <p class="history-links">
          {chat &&
            (chat.exists ? (
              <a class="side-link" href={addressOf({ page: 'chats', service: service.slug, chat: chat.id })}>
                <Icon name="chat" size={16} /> {t.quick.openChat(chat.number)}
              </a>
            ) : (
              <span class="note">{t.quick.chatGone(chat.number)}</span>
            ))}
          {room && (
            <a class="side-link" href={room} target="_blank" rel="noopener noreferrer">
              <Icon name="link" size={16} /> {t.openRoom}
            </a>
          )}
        </p>
      )}
      {error !== null && <Problem onRetry={again}>{desk.explain(error)}</Problem>}
      {!conversation && error === null && <Bones many={5} kind="bubble" />}
      {conversation && (
        <div class="history" data-testid="chat-history">
          {blocks(conversation.items, (at) => new Date(at).toDateString()).map((block) => (
            <Drawn key={block.key} block={block} chat={null} service={service} customer={ticket.customer} />
          ))}
        </div>
      )}
    </>
  );
}

function Customer({ ticket }: { ticket: Ticket }) {
  const t = useTexts();
  return (
    <Facts
      facts={[
        [t.name, ticket.customer ?? t.nameless],
        [t.email, ticket.email && <a href={`mailto:${encodeURIComponent(ticket.email)}`}>{ticket.email}</a>],
        [t.quick.chats, ticket.chat && `#${ticket.chat.number}`],
        [t.tickets, String(ticket.others.length + 1)],
      ]}
    />
  );
}

function Others({ ticket, place }: { ticket: Ticket; place: TicketPlace }) {
  const t = useTexts();
  if (ticket.others.length === 0) return <Empty icon="ticket" title={t.quick.noOthers} />;
  return (
    <ul class="side-list">
      {ticket.others.map(({ number, subject, status }) => (
        <li key={number}>
          <a href={addressOf({ ...place, ticket: number })}>
            <span class="ticket-number">#{number}</span> <span dir="auto">{subject}</span>
          </a>
          <StatusChip status={status} />
        </li>
      ))}
    </ul>
  );
}

function Audit({ ticket, service }: { ticket: Ticket; service: ServiceLine }) {
  const [desk, t] = [useDesk(), useTexts()];
  const { value, error, again } = useRead<AuditEntry[]>(() => desk.api.audit(service.slug, ticket.number), [ticket.number, ticket.changedAt]);
  return (
    <>
      {error !== null && <Problem onRetry={again}>{desk.explain(error)}</Problem>}
      {!value && error === null && <Bones many={6} kind="line" />}
      {value?.length === 0 && <Empty icon="shield" title={t.quick.noAudit} />}
      <ol class="audit">
        {value?.map(({ at, who, what, subject, old, new: now }, i) => (
          <li key={i}>
            <p>
              <b dir="auto">{who}</b> {what}
              {subject && <> {subject}</>}
            </p>
            {(old ?? now) !== null && (
              <p class="audit-change" dir="auto">
                {old === null ? now : `${old} → ${now ?? t.nothing}`}
              </p>
            )}
            {at !== null && <time>{moment(at, t.locale)}</time>}
          </li>
        ))}
      </ol>
    </>
  );
}
