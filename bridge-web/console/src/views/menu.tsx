/** A button with a menu. */

import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from './icon';
import type { IconName } from './icon';

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
  /** Stays out of the order of Tab: arrows lead to it. */
  aside?: boolean;
}

/** A button with a menu; arrows move in it, Escape closes it. `null` is a line between groups. */
export function Menu({ label, choices, class: look = 'tool', children, testid, aside }: MenuProps) {
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
        ref={button}
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
  const fits = bottom + height <= innerHeight;
  const upwards = !fits && top >= height;
  const side = left + 240 > innerWidth ? { right: `${Math.max(8, innerWidth - right)}px` } : { left: `${Math.max(8, left)}px` };
  return { ...side, ...(upwards ? { bottom: `${innerHeight - top + 4}px` } : { top: `${fits ? bottom + 4 : Math.max(8, innerHeight - height - 8)}px` }) };
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
