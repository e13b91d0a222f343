/** The right column of a chat: who the customer is, and what is known from before. */

import type { ComponentChildren } from 'preact';
import type { OpenChat } from '../core/chat';
import { UNSOLVED, addressOf } from '../core/router';
import { useStore } from '../core/store';
import type { ChatDetails } from '../wire/chat';
import type { ServiceLine } from '../wire/session';
import { useTexts } from './context';
import { Icon } from './icon';
import { Bones, moment } from './parts';
import { StatusChip } from './ticket-parts';

interface Props {
  chat: OpenChat;
  service: ServiceLine;
}

export function Details({ chat, service, onBack }: Props & { onBack: () => void }) {
  const t = useTexts();
  const { details } = useStore(chat.known);
  return (
    <aside class="column side" aria-label={t.details} data-testid="details-column">
      <header class="head only-narrow">
        <button class="tool" type="button" aria-label={t.conversation} title={t.conversation} onClick={onBack}>
          <Icon name="back" />
        </button>
        <h1>{t.details}</h1>
      </header>
      <div class="scroll side-inner">{details ? <Known details={details} service={service} /> : <Bones many={8} kind="line" />}</div>
    </aside>
  );
}

function Known({ details, service }: { details: ChatDetails; service: ServiceLine }) {
  const t = useTexts();
  const { customerDetails: who, fields, page, consent, rating, chats, tickets, why, room, locale, since } = details;
  return (
    <>
      <Part title={t.customer}>
        <p class="side-name" dir="auto">
          {who.name ?? t.nameless}
          {who.identified && (
            <span class="chip good" title={t.identifiedHint}>
              <Icon name="check" size={14} /> {t.identified}
            </span>
          )}
        </p>
        <Facts
          facts={[
            [t.email, who.email && <a href={`mailto:${encodeURIComponent(who.email)}`}>{who.email}</a>],
            [t.language, locale && languageName(locale, t.locale)],
            [t.knownSince, who.since !== null && moment(who.since, t.locale)],
            [t.chatSince, since !== null && moment(since, t.locale)],
            [t.page, page && (page.link ? <a href={page.link} target="_blank" rel="noopener noreferrer">{page.title ?? page.url}</a> : page.url)],
            [t.consent, consent && (consent.at === null ? t.version(consent.version) : `${t.version(consent.version)}, ${moment(consent.at, t.locale)}`)],
            [t.rating, rating && <RatingText {...rating} />],
          ]}
        />
        {room && (
          <a class="side-link" href={room} target="_blank" rel="noopener noreferrer">
            <Icon name="link" size={16} /> {t.openRoom}
          </a>
        )}
      </Part>
      {fields.length > 0 && (
        <Part title={t.fields}>
          <Facts facts={fields.map(({ label, value }) => [label, value])} />
        </Part>
      )}
      {tickets.length > 0 && (
        <Part title={t.tickets}>
          <ul class="side-list">
            {tickets.map(({ number, subject, status }) => (
              <li key={number}>
                <a href={addressOf({ page: 'tickets', service: service.slug, ticket: number, quick: null, filter: UNSOLVED })}>
                  <span class="ticket-number">#{number}</span> <span dir="auto">{subject}</span>
                </a>
                <StatusChip status={status} />
              </li>
            ))}
          </ul>
        </Part>
      )}
      {chats.length > 0 && (
        <Part title={t.earlier}>
          <ul class="side-list">
            {chats.map(({ id, number, state, at }) => (
              <li key={id}>
                <a href={addressOf({ page: 'chats', service: service.slug, chat: id })}>
                  #{number} {at !== null && moment(at, t.locale)}
                </a>
                {state !== 'closed' && <span class={`state state-${state}`}>{t.states[state]}</span>}
              </li>
            ))}
          </ul>
        </Part>
      )}
      {why && why.length > 0 && (
        <Part title={t.why}>
          <ol class="why">
            {why.map((line, i) => (
              <li key={i}>{line}</li>
            ))}
          </ol>
        </Part>
      )}
    </>
  );
}

function RatingText({ score, comment, asked }: { score: number | null; comment: string | null; asked: boolean }) {
  const t = useTexts();
  if (score === null) return <>{asked ? t.evaluation.asked : t.evaluation.none}</>;
  return (
    <>
      <span class="stars" role="img" aria-label={t.stars(score)}>
        {'★'.repeat(score)}
        <span>{'★'.repeat(Math.max(0, 5 - score))}</span>
      </span>
      {comment && <q dir="auto">{comment}</q>}
    </>
  );
}

export function Part({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="part">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

export function Facts({ facts }: { facts: readonly (readonly [string, ComponentChildren | false])[] }) {
  const shown = facts.filter(([, value]) => value !== null && value !== undefined && value !== false && value !== '');
  if (shown.length === 0) return null;
  return (
    <dl class="facts">
      {shown.map(([name, value], i) => (
        <div key={i}>
          <dt>{name}</dt>
          <dd dir="auto">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function languageName(code: string, locale: string): string {
  try {
    return new Intl.DisplayNames([locale], { type: 'language' }).of(code) ?? code;
  } catch {
    return code;
  }
}
