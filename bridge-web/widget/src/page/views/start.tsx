/** Before a chat: the consent with its few questions, or, when nobody can chat, the way to write to us. */

import { useRef, useState } from '../../view/render';
import type { State } from '../state';
import type { Visit } from '../visit';
import type { HelpCenter } from '../wire';
import { Field, focusFirstError, isEmail } from './field';
import { Icon } from './icons';
import { Linked } from './linked';
import { fieldOf, troubleText, useTexts } from './texts';

interface Props {
  state: State;
  visit: Visit;
}

export function Start({ state, visit }: Props) {
  const { center } = state;
  if (!center) return null;
  return center.chat === 'available' || center.chat === 'queue' ? (
    <Consent center={center} state={state} visit={visit} />
  ) : (
    <Nobody center={center} visit={visit} />
  );
}

function Nobody({ center, visit }: { center: HelpCenter; visit: Visit }) {
  const t = useTexts();
  const absent = center.chat === 'absent';
  return (
    <div class="body middle" data-testid={absent ? 'absent' : 'disabled'}>
      <span class="emblem">
        <Icon name={absent ? 'chat' : 'mail'} size={24} />
      </span>
      <h1 tabIndex={-1}>{absent ? t.absent : t.disabled}</h1>
      {!absent && center.nextOpen && <p data-testid="opens">{t.opens(moment(t.locale, center.nextOpen))}</p>}
      {center.contact && (
        <>
          <p>{absent ? t.absentSub : t.disabledSub}</p>
          <button class="button" type="button" data-testid="contact-us" onClick={visit.showContact}>
            {t.contact}
          </button>
        </>
      )}
    </div>
  );
}

/** In the visitor's own time; the day only when it is another. */
function moment(locale: string, at: number): string {
  const time = { hour: 'numeric', minute: '2-digit' } as const;
  const today = new Date(at).toDateString() === new Date().toDateString();
  return new Date(at).toLocaleString(locale, today ? time : { weekday: 'long', month: 'long', day: 'numeric', ...time });
}

function Consent({ center, state, visit }: Props & { center: HelpCenter }) {
  const t = useTexts();
  const form = useRef<HTMLFormElement | null>(null);
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [answers, setAnswers] = useState<Record<string, string>>({});
  const [tried, setTried] = useState(false);
  const { trouble, busy } = state;
  const wrongField = trouble?.code === 'invalid' ? fieldOf(trouble) : null;

  const missing = center.fields.filter((field) => field.required && !answers[field.name]?.trim());
  const badEmail = email.trim() !== '' && !isEmail(email);
  const errorOf = (field: string, local: string | false) => (tried && local) || (wrongField === field ? t.invalid : null);
  const known = ['name', 'email', ...center.fields.map((field) => field.name)];

  function submit(event: Event): void {
    event.preventDefault();
    setTried(true);
    if (badEmail || missing.length) return focusFirstError(form.current);
    const fields = Object.fromEntries(Object.entries(answers).filter(([, answer]) => answer.trim()));
    void visit.start({ name: name.trim(), email: email.trim(), fields }).then(() => focusFirstError(form.current));
  }

  return (
    <form class="screen" noValidate ref={form} onSubmit={submit}>
      <div class="body">
        <h1 tabIndex={-1}>{t.welcome}</h1>
        <p class="lead">{t.welcomeSub}</p>
        {center.chat === 'queue' && <Queue center={center} />}
        {visit.unsaid() && <p class="card">{t.kept}</p>}
        <Field name="name" label={t.name} value={name} onInput={setName} autocomplete="name" error={errorOf('name', false)} />
        <Field name="email" type="email" label={t.email} value={email} onInput={setEmail} autocomplete="email" error={errorOf('email', badEmail && t.badEmail)} />
        {center.fields.map((field) => (
          <Field
            key={field.name}
            name={field.name}
            label={field.label}
            required={field.required}
            value={answers[field.name] ?? ''}
            onInput={(value) => setAnswers((before) => ({ ...before, [field.name]: value }))}
            error={errorOf(field.name, missing.includes(field) && t.required)}
          />
        ))}
      </div>
      <div class="foot">
        {state.unverified && (
          <p class="error" role="alert" data-testid="unverified">
            {t.unverified}{' '}
            <button class="link" type="button" data-testid="guest" onClick={visit.asGuest}>
              {t.asGuest}
            </button>
          </p>
        )}
        {trouble && !(wrongField && known.includes(wrongField)) && (
          <p class="error" role="alert">
            {troubleText(t, trouble)}
          </p>
        )}
        <div class="consent" tabIndex={0}>
          <p data-testid="consent-text" class="as-typed">
            <Linked text={center.consent.text} />
          </p>
          {center.consent.url && (
            <a href={center.consent.url} target="_blank" rel="noopener noreferrer">
              {t.policy}
              <span class="unseen"> ({t.opensInNewTab})</span>
            </a>
          )}
        </div>
        <button class="button wide" type="submit" data-testid="start-chat" aria-disabled={busy}>
          {busy ? t.starting : t.start}
        </button>
      </div>
    </form>
  );
}

function Queue({ center: { queue } }: { center: HelpCenter }) {
  const t = useTexts();
  return (
    <div class="card" data-testid="queue" role="status">
      <Icon name="clock" />
      <p>
        {t.queueAhead(queue.waiting)}
        {queue.waitS !== null && <> {t.queueWait(Math.ceil(queue.waitS / 60))}</>}
      </p>
    </div>
  );
}
