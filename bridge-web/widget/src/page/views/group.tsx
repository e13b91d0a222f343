/** The messages of one sender within one minute, with the marks each carries. */

import type { Message } from '../chat';
import type { Talk } from '../talk';
import { Icon } from './icons';
import { Linked } from './linked';
import { useTexts } from './texts';

interface Props {
  messages: readonly Message[];
  named: boolean;
  talk: Talk | null;
  onRetry: (key: string) => void;
}

/** Making one costs more than drawing a message, so it is kept. */
let kept: { locale: string; clock: Intl.DateTimeFormat } | null = null;

export function clock(locale: string): Intl.DateTimeFormat {
  if (kept?.locale !== locale) kept = { locale, clock: new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' }) };
  return kept.clock;
}

export function Group({ messages, named, talk, onRetry }: Props) {
  const t = useTexts();
  const [first, last] = [messages[0], messages[messages.length - 1]];
  if (!first || !last) return null;
  const { kind, name } = first.from;
  const who = kind === 'customer' ? t.you : kind === 'agent' ? (name ?? t.agent) : null;
  return (
    <div class={`group from-${kind}`}>
      {who && <p class={kind === 'agent' && named ? 'sender' : 'unseen'}>{who}</p>}
      {messages.map((message) => (
        <Bubble key={message.key} message={message} last={message === last} talk={talk} onRetry={onRetry} />
      ))}
      <p class="meta">
        <time dateTime={new Date(last.at).toISOString()}>
          {clock(t.locale).format(last.at)}
        </time>
        {kind === 'customer' && last.state === 'sent' && <Icon name="check" size={14} label={t.delivered} />}
        {talk && <talk.Seen message={last} />}
      </p>
    </div>
  );
}

function Bubble({ message, last, talk, onRetry }: Pick<Props, 'talk' | 'onRetry'> & { message: Message; last: boolean }) {
  const t = useTexts();
  const { id, key, from, state, text, removed, file } = message;
  return (
    <div class="message" id={`m-${id ?? key}`} data-testid="message" data-from={from.kind} data-state={state}>
      {state === 'pending' && <Icon name="clock" size={14} label={t.pending} />}
      <div class={removed ? 'bubble removed' : 'bubble'}>
        {removed ? (
          t.removed
        ) : talk ? (
          <talk.Body message={message} />
        ) : (
          <div class="as-typed" dir="auto" data-testid="message-text">
            <Linked text={text} />
          </div>
        )}
      </div>
      {talk && <talk.Marks message={message} last={last} />}
      {state === 'failed' && (
        <p class="mark failed" role="alert">
          <Icon name="alert" size={14} /> {t.failed}{' '}
          {!file && (
            <button class="link" type="button" data-testid="retry" onClick={() => onRetry(key)}>
              {t.retry}
            </button>
          )}
        </p>
      )}
    </div>
  );
}
