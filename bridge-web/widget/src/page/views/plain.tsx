/** The screens with nothing to do on them but wait or try again. */

import { Icon } from './icons';
import { useTexts } from './texts';

export function Loading() {
  const t = useTexts();
  return (
    <div class="body" aria-busy="true" role="status" aria-label={t.loading}>
      <div class="bone bone-title" />
      <div class="bone bone-line" />
      <div class="bone bone-box" />
      <div class="bone bone-box" />
    </div>
  );
}

export function Unavailable({ kind, onRetry }: { kind: 'unreachable' | 'refused'; onRetry?: () => void }) {
  const t = useTexts();
  return (
    <div class="body middle" data-testid={kind} role="alert">
      <span class="emblem">
        <Icon name="alert" size={24} />
      </span>
      <h1 tabIndex={-1}>{kind === 'refused' ? t.refused : t.unreachable}</h1>
      <p>{kind === 'refused' ? t.refusedSub : t.unreachableSub}</p>
      {onRetry && (
        <button class="button" type="button" data-testid="reload" onClick={onRetry}>
          {t.retry}
        </button>
      )}
    </div>
  );
}
