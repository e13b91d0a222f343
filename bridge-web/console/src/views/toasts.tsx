/** Short notices at the lower edge. */

import type { LiveState } from '../core/live';
import { Store, useStore } from '../core/store';
import { useDesk, useTexts } from './context';
import { Icon } from './icon';
import { Tool } from './parts';

const NONE = new Store<LiveState<unknown>>({ value: null, error: null });
const CALM = new Store(false);

/** One sign for all that cannot be read at the moment. */
function Trouble() {
  const [desk, t] = [useDesk(), useTexts()];
  const [chats, open, tickets, ticket] = [useStore(desk.chats), useStore(desk.open), useStore(desk.tickets), useStore(desk.ticket)];
  const states = [useStore<LiveState<unknown>>(chats?.state ?? NONE), useStore<LiveState<unknown>>(tickets?.state ?? NONE), useStore<LiveState<unknown>>(ticket?.state ?? NONE)];
  const troubled = useStore(open?.troubled ?? CALM);
  if (!troubled && !states.some(({ error }) => error?.passes)) return null;
  return (
    <div class="toast trouble" data-testid="troubled">
      <Icon name="alert" size={18} /> {t.reconnecting}
    </div>
  );
}

export function Toasts() {
  const [desk, t] = [useDesk(), useTexts()];
  const toasts = useStore(desk.toasts);
  return (
    <div class="toasts" role="status" aria-live="polite">
      <Trouble />
      {toasts.map(({ key, text, bad, link }) => (
        <div key={key} class={bad ? 'toast bad' : 'toast'} data-testid="toast">
          <Icon name={bad ? 'alert' : 'check'} size={18} />
          <span>
            {text}{' '}
            {link && (
              <a href={link.hash} onClick={() => desk.untoast(key)}>
                {link.label}
              </a>
            )}
          </span>
          <Tool icon="cross" label={t.close} onClick={() => desk.untoast(key)} />
        </div>
      ))}
    </div>
  );
}
