/** A ticket's comments and changes in one line of time, and the field for the next one. */

import { useRef, useState } from 'preact/hooks';
import type { ServiceLine } from '../wire/session';
import { PRIORITIES, TICKET_STATUSES } from '../wire/ticket';
import type { Ticket, TicketChange, TicketComment } from '../wire/ticket';
import type { Texts } from '../texts/type';
import { useDesk, useTexts } from './context';
import { Icon } from './icon';
import { moment, useGrowing } from './parts';

type Item = { readonly at: number; readonly comment: TicketComment } | { readonly at: number; readonly change: TicketChange };

/** By time; what has none stands where it was told. */
function inOrder({ comments, changes }: Ticket): Item[] {
  const all: Item[] = [...comments.map((comment) => ({ at: comment.at ?? 0, comment })), ...changes.map((change) => ({ at: change.at ?? 0, change }))];
  return all.sort((a, b) => a.at - b.at);
}

export function Comments({ ticket, service, onDone }: { ticket: Ticket; service: ServiceLine; onDone: () => void }) {
  const t = useTexts();
  return (
    <section class="part" data-testid="comments">
      <h2>{t.comments.title}</h2>
      <ol class="timeline">
        {inOrder(ticket).map((item, i) =>
          'comment' in item ? (
            <li key={`c${item.comment.number}`} class={item.comment.public ? 'comment public' : 'comment'} data-testid="one-comment">
              <p class="comment-head">
                <b dir="auto">{item.comment.by?.name ?? t.customer}</b>
                {item.comment.public && (
                  <span class="chip">
                    <Icon name="mail" size={14} /> {t.comments.mailed}
                  </span>
                )}
                {item.comment.at !== null && <time>{moment(item.comment.at, t.locale)}</time>}
              </p>
              <p class="as-typed" dir="auto">
                {item.comment.text}
              </p>
            </li>
          ) : (
            <li key={`h${i}`} class="change">
              <span dir="auto">{changeText(item.change, t)}</span>
              {item.change.at !== null && <time>{moment(item.change.at, t.locale)}</time>}
            </li>
          ),
        )}
      </ol>
      <Writer ticket={ticket} service={service} onDone={onDone} />
    </section>
  );
}

function changeText({ by, field, old, new: now }: TicketChange, t: Texts): string {
  const name = by?.name ?? t.somebody;
  const label = Object.hasOwn(t.changeFields, field) ? (t.changeFields as Readonly<Record<string, string>>)[field] : undefined;
  return t.changedFromTo(name, label ?? field, valueText(field, old, t), valueText(field, now, t));
}

function valueText(field: string, value: string | null, t: Texts): string {
  const status = TICKET_STATUSES.find((one) => one === value);
  const priority = PRIORITIES.find((one) => one === value);
  if (field === 'status' && status) return t.ticketStatuses[status];
  if (field === 'priority' && priority) return t.priorities[priority];
  return value || t.nothing;
}

function Writer({ ticket, service, onDone }: { ticket: Ticket; service: ServiceLine; onDone: () => void }) {
  const [desk, t] = [useDesk(), useTexts()];
  const canMail = service.mail && ticket.email !== null;
  const [text, setText] = useState('');
  const [isPublic, setPublic] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const box = useGrowing(text);
  // One comment, however often it is tried; the next one has another key.
  const key = useRef(desk.freshKey());
  const send = async () => {
    if (!text.trim() || busy) return;
    setBusy(true);
    setError(null);
    try {
      await desk.api.comment(service.slug, ticket.number, key.current, text.trim(), isPublic && canMail);
      key.current = desk.freshKey();
      setText('');
      onDone();
    } catch (failure) {
      setError(desk.explain(failure));
    }
    setBusy(false);
  };
  return (
    <form
      class={isPublic && canMail ? 'writer public' : 'writer'}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      {canMail && (
        <div class="writer-kind" role="radiogroup" aria-label={t.comments.kind}>
          <button type="button" role="radio" aria-checked={!isPublic} onClick={() => setPublic(false)}>
            <Icon name="lock" size={16} /> {t.comments.internal}
          </button>
          <button type="button" role="radio" aria-checked={isPublic} data-testid="reply-public" onClick={() => setPublic(true)}>
            <Icon name="mail" size={16} /> {t.comments.public}
          </button>
        </div>
      )}
      <textarea
        ref={box}
        rows={2}
        dir="auto"
        data-testid="ticket-comment"
        aria-label={isPublic && canMail ? t.comments.writePublic(ticket.email ?? '') : t.comments.write}
        placeholder={isPublic && canMail ? t.comments.writePublic(ticket.email ?? '') : t.comments.write}
        value={text}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
          event.preventDefault();
          void send();
        }}
      />
      {error && (
        <p class="note bad" role="alert">
          {error}
        </p>
      )}
      <p class="writer-actions">
        <span class="note">{isPublic && canMail ? t.comments.publicHint : t.comments.internalHint}</span>
        <button class="button small" type="submit" aria-busy={busy} aria-disabled={!text.trim()} data-testid="comment-go">
          {isPublic && canMail ? t.comments.sendPublic : t.comments.send}
        </button>
      </p>
    </form>
  );
}
