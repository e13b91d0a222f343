/** A ticket made of a chat. Its subject is proposed: the customer's first words. */

import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from '../core/api';
import type { OpenChat } from '../core/chat';
import { messages } from '../core/conversation';
import type { Conversation } from '../core/conversation';
import { UNSOLVED, addressOf } from '../core/router';
import { useStore } from '../core/store';
import type { AgentLine } from '../wire/chat';
import type { ServiceLine } from '../wire/session';
import { PRIORITIES } from '../wire/ticket';
import type { Priority } from '../wire/ticket';
import { useDesk, useTexts } from './context';
import { DialogActions } from './dialogs';
import { Dialog, Field } from './parts';
import type { Surroundings } from './surroundings';
import { TagInput } from './ticket-parts';

const LONGEST_SUBJECT = 120;

export function proposal(conversation: Conversation): string {
  const first = messages(conversation).find(({ from, removed, text }) => from.kind === 'customer' && !removed && text.trim());
  const line = first?.text.trim().split('\n')[0]?.replace(/\s+/g, ' ') ?? '';
  const signs = [...line];
  return signs.length > LONGEST_SUBJECT ? `${signs.slice(0, LONGEST_SUBJECT - 1).join('')}…` : line;
}

export function NewTicketDialog({ chat, service, onClose }: { chat: OpenChat; service: ServiceLine; around: Surroundings; onClose: () => void }) {
  const [desk, t] = [useDesk(), useTexts()];
  const conversation = useStore(chat.conversation);
  const [typed, setSubject] = useState<string | null>(null);
  // Until somebody types, it follows: what is masked meanwhile must not get into the ticket.
  const subject = typed ?? proposal(conversation);
  const [description, setDescription] = useState('');
  const [priority, setPriority] = useState<Priority>('normal');
  const [assignee, setAssignee] = useState('');
  const [tags, setTags] = useState<readonly string[]>([]);
  const [agents, setAgents] = useState<readonly AgentLine[]>([]);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<{ field: string | null; text: string } | null>(null);
  // Stays the same however often it is tried, so that it becomes one ticket.
  const key = useRef(desk.freshKey());
  useEffect(() => {
    desk.api.agents(service.slug).then(setAgents, () => undefined);
  }, []);
  const create = async () => {
    if (busy) return;
    if (!subject.trim()) return setError({ field: 'subject', text: t.newTicket.subjectMissing });
    setBusy(true);
    setError(null);
    try {
      const number = await desk.api.createTicket(chat.id, { key: key.current, subject: subject.trim(), description: description.trim(), priority, assignee: assignee || null, tags });
      void chat.refresh();
      onClose();
      desk.toast(t.newTicket.done(number), false, { hash: addressOf({ page: 'tickets', service: service.slug, ticket: number, quick: null, filter: UNSOLVED }), label: t.newTicket.show });
    } catch (failure) {
      setError({ field: failure instanceof ApiError ? failure.field : null, text: desk.explain(failure) });
      setBusy(false);
    }
  };
  const of = (field: string) => (error?.field === field ? error.text : null);
  const handlers = agents.filter(({ permissions }) => permissions.includes('ticket'));
  return (
    <Dialog title={t.createTicket} onClose={onClose} testid="ticket-dialog">
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void create();
        }}
      >
        <Field label={t.newTicket.subject} error={of('subject')}>
          {({ id, describedBy, invalid }) => (
            <input id={id} dir="auto" maxLength={200} data-testid="ticket-subject" aria-describedby={describedBy} aria-invalid={invalid} value={subject} onInput={({ currentTarget }) => setSubject(currentTarget.value)} />
          )}
        </Field>
        <Field label={t.newTicket.description} error={of('description')}>
          {({ id, describedBy }) => <textarea id={id} dir="auto" rows={4} data-testid="ticket-description" aria-describedby={describedBy} value={description} onInput={({ currentTarget }) => setDescription(currentTarget.value)} />}
        </Field>
        <div class="pair">
          <Field label={t.newTicket.priority}>
            {({ id }) => (
              <select id={id} value={priority} onChange={({ currentTarget }) => setPriority(PRIORITIES.find((one) => one === currentTarget.value) ?? 'normal')}>
                {PRIORITIES.map((one) => (
                  <option key={one} value={one}>
                    {t.priorities[one]}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Field label={t.newTicket.assignee} error={of('assignee')}>
            {({ id }) => (
              <select id={id} value={assignee} onChange={({ currentTarget }) => setAssignee(currentTarget.value)}>
                <option value="">{t.nobody}</option>
                {handlers.map((agent) => (
                  <option key={agent.id} value={agent.id}>
                    {agent.name}
                  </option>
                ))}
              </select>
            )}
          </Field>
        </div>
        <Field label={t.newTicket.tags} hint={t.newTicket.tagsHint} error={of('tags')}>
          {({ id, describedBy }) => (
            <TagInput id={id} describedBy={describedBy} tags={[{ name: 'Chat', fixed: true }, ...tags.map((name) => ({ name, fixed: false }))]} onAdd={(tag) => setTags((all) => (all.includes(tag) ? all : [...all, tag]))} onRemove={(tag) => setTags((all) => all.filter((one) => one !== tag))} />
          )}
        </Field>
        {error && !['subject', 'description', 'assignee', 'tags'].includes(error.field ?? '') && (
          <p class="note bad" role="alert" data-testid="ticket-problem">
            {error.text}
          </p>
        )}
        <DialogActions onCancel={onClose}>
          <button class="button" type="submit" aria-busy={busy} data-testid="ticket-go">
            {t.createTicket}
          </button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
