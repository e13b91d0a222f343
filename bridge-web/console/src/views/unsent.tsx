/** What was written here and is not yet among the events. */

import type { OpenChat } from '../core/chat';
import type { Unsent } from '../core/outbox';
import { useTexts } from './context';
import { Icon } from './icon';

export function UnsentMessages({ chat, unsent }: { chat: OpenChat; unsent: readonly Unsent[] }) {
  const t = useTexts();
  if (unsent.length === 0) return null;
  return (
    <div class="group from-agent">
      {unsent.map(({ key, text, state, why }) => (
        <div key={key} class="message" data-testid="unsent" data-state={state}>
          <div class="bubble-row">
            <div class="bubble">
              <div class="words" dir="auto">
                {text}
              </div>
            </div>
          </div>
          <p class={state === 'failed' ? 'mark bad' : 'mark'} role={state === 'failed' ? 'alert' : undefined}>
            {state === 'failed' ? (
              <>
                <Icon name="alert" size={14} /> {why ?? t.notSent}{' '}
                <button class="link" type="button" data-testid="retry" onClick={() => chat.retry(key)}>
                  {t.retry}
                </button>{' '}
                <button class="link" type="button" data-testid="drop" onClick={() => chat.drop(key)}>
                  {t.discard}
                </button>
              </>
            ) : (
              <>
                <Icon name={state === 'sent' ? 'check' : 'clock'} size={14} /> {state === 'sent' ? t.sent : t.sending}
              </>
            )}
          </p>
        </div>
      ))}
    </div>
  );
}
