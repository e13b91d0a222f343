/** Short notices at the lower edge. */

import { useStore } from '../core/store';
import { useDesk, useTexts } from './context';
import { Icon } from './icon';
import { Tool } from './parts';

export function Toasts() {
  const [desk, t] = [useDesk(), useTexts()];
  const toasts = useStore(desk.toasts);
  return (
    <div class="toasts" role="status" aria-live="polite">
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
