/** Small parts that many views share. */

import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { ago } from '../core/time';
import { useNow, useTexts } from './context';
import { Icon } from './icon';
import type { IconName } from './icon';

export function Tool({ icon, label, onClick, testid, pressed, disabled }: { icon: IconName; label: string; onClick: () => void; testid?: string; pressed?: boolean; disabled?: boolean }) {
  return (
    <button class="tool" type="button" aria-label={label} title={label} aria-pressed={pressed} disabled={disabled} data-testid={testid} onClick={onClick}>
      <Icon name={icon} />
    </button>
  );
}

/** A modal dialog of the browser's own: it keeps the focus, and Escape closes it. */
export function Dialog({ title, children, onClose, wide, testid }: { title: string; children: ComponentChildren; onClose: () => void; wide?: boolean; testid: string }) {
  const t = useTexts();
  const [box, heading] = [useRef<HTMLDialogElement>(null), useId()];
  useLayoutEffect(() => {
    const from = document.activeElement;
    box.current?.showModal();
    return () => {
      // Whoever has gone elsewhere in the meantime is not called back.
      const astray = !document.activeElement || document.activeElement === document.body;
      if (astray && from instanceof HTMLElement && from.isConnected) from.focus();
    };
  }, []);
  return (
    <dialog class={wide ? 'dialog wide' : 'dialog'} ref={box} aria-labelledby={heading} data-testid={testid} onClose={onClose} onKeyDown={(event) => event.stopPropagation()}>
      <header class="dialog-head">
        <h2 id={heading}>{title}</h2>
        <Tool icon="cross" label={t.close} onClick={() => box.current?.close()} />
      </header>
      {children}
    </dialog>
  );
}

/** `3 min`, and the moment itself for who wants to know. */
export function Ago({ at }: { at: number | null }) {
  const t = useTexts();
  const now = useNow(30_000);
  if (at === null) return null;
  const gone = ago(at, now);
  return (
    <time class="ago" dateTime={new Date(at).toISOString()} title={moment(at, t.locale)}>
      {gone.unit === 'now' ? t.justNow : t.gone[gone.unit](gone.many)}
    </time>
  );
}

export const moment = (at: number, locale: string) => new Date(at).toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'short' });
export const clock = (at: number, locale: string) => new Date(at).toLocaleTimeString(locale, { hour: 'numeric', minute: '2-digit' });

/** A circle that empties; CSS moves it. */
export function Ring({ seconds, of }: { seconds: number; of: number }) {
  const length = 2 * Math.PI * 8;
  const share = of > 0 ? Math.min(1, seconds / of) : 0;
  return (
    <svg class="ring" width={20} height={20} viewBox="0 0 20 20" aria-hidden="true">
      <circle cx={10} cy={10} r={8} class="ring-track" />
      <circle cx={10} cy={10} r={8} class="ring-left" stroke-dasharray={`${length}`} stroke-dashoffset={`${length * (1 - share)}`} />
    </svg>
  );
}

/** Keeps the place of what comes. */
export function Bones({ many, kind }: { many: number; kind: 'line' | 'row' | 'bubble' }) {
  return (
    <div class={`bones bones-${kind}`} aria-hidden="true">
      {Array.from({ length: many }, (_, i) => (
        <span key={i} class="bone" />
      ))}
    </div>
  );
}

export function Field({ label, hint, error, children }: { label: string; hint?: string; error?: string | null; children: (ids: { id: string; describedBy: string | undefined; invalid: boolean }) => ComponentChildren }) {
  const id = useId();
  const note = error || hint ? `${id}-note` : undefined;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({ id, describedBy: note, invalid: Boolean(error) })}
      {(error || hint) && (
        <p id={note} class={error ? 'note bad' : 'note'} role={error ? 'alert' : undefined}>
          {error || hint}
        </p>
      )}
    </div>
  );
}

export function Problem({ children, onRetry }: { children: ComponentChildren; onRetry?: () => void }) {
  const t = useTexts();
  return (
    <div class="problem" role="alert">
      <Icon name="alert" size={18} />
      <span>{children}</span>
      {onRetry && (
        <button class="link" type="button" onClick={onRetry}>
          {t.retry}
        </button>
      )}
    </div>
  );
}

export function Empty({ icon, title, children }: { icon: IconName; title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <Icon name={icon} size={32} />
      <p class="empty-title">{title}</p>
      {children && <div class="empty-text">{children}</div>}
    </div>
  );
}

/** Grows with its text up to the height that CSS allows. */
export function useGrowing(text: string) {
  const box = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    const area = box.current;
    if (!area) return;
    area.style.height = 'auto';
    area.style.height = `${area.scrollHeight + 2}px`;
  }, [text]);
  return box;
}

/** Safari ends a composition before it reports the key, and then only the code 229 tells. */
export const isSending = (event: KeyboardEvent) => event.key === 'Enter' && !event.shiftKey && !event.isComposing && event.keyCode !== 229;
