/** Small parts that many views share. */

import type { ComponentChildren, Ref } from 'preact';
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
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
      if (from instanceof HTMLElement && from.isConnected) from.focus();
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

export interface Choice {
  readonly label: string;
  readonly icon?: IconName;
  readonly hint?: string;
  /** A choice among several. */
  readonly checked?: boolean;
  readonly danger?: boolean;
  readonly testid?: string;
  act(): void;
}

interface MenuProps {
  label: string;
  choices: readonly (Choice | null)[];
  class?: string;
  children: ComponentChildren;
  testid?: string;
  anchor?: Ref<HTMLButtonElement>;
  /** Stays out of the order of Tab: arrows lead to it. */
  aside?: boolean;
}

/** A button with a menu; arrows move in it, Escape closes it. `null` is a line between groups. */
export function Menu({ label, choices, class: look = 'tool', children, testid, anchor, aside }: MenuProps) {
  const [place, setPlace] = useState<Record<string, string> | null>(null);
  const [button, menu] = [useRef<HTMLButtonElement>(null), useRef<HTMLDivElement>(null)];
  const close = (focus: boolean) => {
    setPlace(null);
    if (focus) button.current?.focus();
  };
  useEffect(() => {
    if (!place) return;
    menu.current?.querySelector<HTMLElement>('[role^="menuitem"][aria-checked="true"], [role^="menuitem"]')?.focus();
    const away = (event: Event) => {
      if (event.target instanceof Node && (menu.current?.contains(event.target) || button.current?.contains(event.target))) return;
      close(false);
    };
    const gone = () => close(false);
    addEventListener('pointerdown', away, true);
    addEventListener('scroll', away, true);
    addEventListener('resize', gone);
    return () => {
      removeEventListener('pointerdown', away, true);
      removeEventListener('scroll', away, true);
      removeEventListener('resize', gone);
    };
  }, [place !== null]);
  const toggle = () => setPlace(place || !button.current ? null : below(button.current, choices.length));
  return (
    <>
      <button
        class={look}
        type="button"
        ref={(element) => {
          button.current = element;
          if (typeof anchor === 'function') anchor(element);
          else if (anchor) anchor.current = element;
        }}
        tabIndex={aside ? -1 : undefined}
        aria-label={label}
        title={label}
        aria-haspopup="menu"
        aria-expanded={place !== null}
        data-testid={testid}
        onClick={toggle}
      >
        {children}
      </button>
      {place && (
        <div class="menu" role="menu" aria-label={label} ref={menu} style={place} onKeyDown={(event) => moveIn(event, () => close(true))}>
          {choices.map((choice, i) =>
            choice === null ? (
              <hr key={i} />
            ) : (
              <button
                key={i}
                class={choice.danger ? 'danger' : undefined}
                type="button"
                role={choice.checked === undefined ? 'menuitem' : 'menuitemradio'}
                aria-checked={choice.checked}
                tabIndex={-1}
                data-testid={choice.testid}
                onClick={() => {
                  close(true);
                  choice.act();
                }}
              >
                {choice.icon && <Icon name={choice.icon} size={18} />}
                <span class="menu-label">
                  {choice.label}
                  {choice.hint && <small>{choice.hint}</small>}
                </span>
                {choice.checked && <Icon name="check" size={16} />}
              </button>
            ),
          )}
        </div>
      )}
    </>
  );
}

/** Inside the window, whatever the button's place. */
function below(button: HTMLElement, many: number): Record<string, string> {
  const { left, right, top, bottom } = button.getBoundingClientRect();
  const height = many * 40 + 16;
  const upwards = bottom + height > innerHeight && top > innerHeight - bottom;
  const side = left + 240 > innerWidth ? { right: `${Math.max(8, innerWidth - right)}px` } : { left: `${Math.max(8, left)}px` };
  return { ...side, ...(upwards ? { bottom: `${innerHeight - top + 4}px` } : { top: `${bottom + 4}px` }) };
}

function moveIn(event: KeyboardEvent, close: () => void): void {
  event.stopPropagation();
  const menu = event.currentTarget as HTMLElement;
  const items = [...menu.querySelectorAll<HTMLElement>('[role^="menuitem"]')];
  const at = items.findIndex((item) => item === document.activeElement);
  const step: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1 + items.length, Home: 0, End: items.length - 1 };
  if (event.key === 'Escape' || event.key === 'Tab') {
    event.preventDefault();
    close();
  } else if (event.key in step) {
    event.preventDefault();
    items[(step[event.key] ?? 0) % items.length]?.focus();
  }
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
