/** Contact Us: the form that becomes a ticket, and the sentence that says it did. */

import { useRef, useState } from '../../view/render';
import type { State } from '../state';
import type { Visit } from '../visit';
import { Field, FieldError, focusFirstError, isEmail } from './field';
import { Icon } from './icons';
import { Linked } from './linked';
import { fieldOf, troubleText, useTexts } from './texts';

interface Props {
  state: State;
  visit: Visit;
}

const EMPTY = { name: '', email: '', subject: '', message: '' };
type Name = keyof typeof EMPTY | 'consent';

export function Contact({ state, visit }: Props) {
  const t = useTexts();
  const form = useRef<HTMLFormElement | null>(null);
  const [values, setValues] = useState({ ...EMPTY, message: visit.unsaid() });
  const [agreed, setAgreed] = useState(false);
  const [tried, setTried] = useState(false);
  const { center, trouble, busy } = state;
  const wrongField = trouble?.code === 'invalid' ? fieldOf(trouble) : null;

  const local: Record<Name, string | false> = {
    name: !values.name.trim() && t.required,
    email: values.email.trim() ? !isEmail(values.email) && t.badEmail : t.required,
    subject: !values.subject.trim() && t.required,
    message: !values.message.trim() && t.required,
    consent: !agreed && t.mustAgree,
  };
  const errorOf = (name: Name) => (tried && local[name]) || (wrongField === name ? t.invalid : null);
  const bind = (name: keyof typeof EMPTY) => ({
    name,
    required: true,
    value: values[name],
    error: errorOf(name),
    onInput: (value: string) => setValues((before) => ({ ...before, [name]: value })),
  });

  function submit(event: Event): void {
    event.preventDefault();
    setTried(true);
    if (Object.values(local).some(Boolean)) return focusFirstError(form.current);
    // The server trims.
    void visit
      .inquire({ ...values, url: form.current?.url.value as string })
      .then(() => focusFirstError(form.current));
  }

  return (
    <form class="screen" noValidate ref={form} data-testid="inquiry-form" onSubmit={submit}>
      <div class="body">
        <h1 tabIndex={-1}>{t.contactTitle}</h1>
        <p class="lead">{t.contactSub}</p>
        <Field {...bind('name')} label={t.name} autocomplete="name" />
        <Field {...bind('email')} label={t.email} type="email" autocomplete="email" />
        <Field {...bind('subject')} label={t.subject} />
        <Field {...bind('message')} label={t.message} rows={5} maxLength={10_000} />
        {/* People do not see it; what fills it is a machine. */}
        <input hidden name="url" />
        <div class="field">
          <label class="tick">
            <input
              type="checkbox"
              name="consent"
              checked={agreed}
              aria-invalid={errorOf('consent') ? true : undefined}
              aria-describedby="error-consent"
              onChange={(event) => setAgreed(event.currentTarget.checked)}
            />
            <span>{t.agree}</span>
          </label>
          <FieldError name="consent">{errorOf('consent')}</FieldError>
          <details open={trouble?.code === 'consent_outdated'}>
            <summary>{t.readIt}</summary>
            <p class="as-typed" data-testid="consent-text">
              <Linked text={center?.consent.text ?? ''} />
            </p>
            {center?.consent.url && (
              <a href={center.consent.url} target="_blank" rel="noopener noreferrer">
                {t.policy}
              </a>
            )}
          </details>
        </div>
      </div>
      <div class="foot">
        {trouble && !(wrongField && wrongField in local) && (
          <p class="error" role="alert">
            {troubleText(t, trouble)}
          </p>
        )}
        <button class="button wide" type="submit" data-testid="send-inquiry" aria-disabled={busy}>
          {busy ? t.sending : t.send}
        </button>
      </div>
    </form>
  );
}

export function ContactSent({ state, visit }: Props) {
  const t = useTexts();
  return (
    <div class="body middle" data-testid="inquiry-sent" role="status">
      <span class="emblem">
        <Icon name="check" size={24} />
      </span>
      <h1 tabIndex={-1}>{t.sent}</h1>
      {state.ticket && (
        <>
          <p>{t.sentSub(state.ticket.email)}</p>
          <p class="ticket">{t.ticket(state.ticket.number)}</p>
        </>
      )}
      <button class="button quiet" type="button" onClick={visit.leaveContact}>
        {t.done}
      </button>
    </div>
  );
}
