/** Who the customer talks to, the one menu, and the way out. */

import { useEffect, useRef, useState } from '../../view/render';
import type { State } from '../state';
import type { Visit } from '../visit';
import { Icon } from './icons';
import { Menu } from './menu';
import { useTexts } from './texts';

interface Props {
  state: State;
  visit: Visit;
}

export function Header({ state, visit }: Props) {
  const t = useTexts();
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement | null>(null);
  const name = state.center?.name ?? '';
  const coming = state.screen === 'loading' || state.screen === 'chat';
  const away = state.screen === 'contact' || state.screen === 'contact-sent';

  useEffect(() => setOpen(false), [state.screen, state.panelOpen]);

  function closeMenu(): void {
    setOpen(false);
    button.current?.focus();
  }

  return (
    <header class="header">
      {away ? (
        <button class="tool" type="button" aria-label={t.back} data-testid="back" onClick={visit.leaveContact}>
          <Icon name="back" />
        </button>
      ) : (
        (name || coming) && (
          <span class={name ? 'badge' : 'badge bone'} aria-hidden="true">
            {[...name][0]?.toUpperCase()}
          </span>
        )
      )}
      <div class="who">
        {name ? <strong title={name}>{name}</strong> : coming && <span class="bone bone-name" />}
        <Status state={state} />
      </div>
      <div class="menu-place">
        <button
          class="tool"
          type="button"
          ref={button}
          data-testid="menu"
          aria-label={t.menu}
          aria-haspopup="menu"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          <Icon name="menu" />
        </button>
        {open && <Menu state={state} visit={visit} onClose={closeMenu} />}
      </div>
      {state.framed && (
        <button class="tool" type="button" aria-label={t.minimise} data-testid="minimise" onClick={visit.minimise}>
          <Icon name="minimise" />
        </button>
      )}
    </header>
  );
}

function Status({ state: { chat, center, screen } }: { state: State }) {
  const t = useTexts();
  if (chat?.stage === 'active') {
    return (
      <span class="status">
        <i class="dot on" />
        <span data-testid="agent-name" title={chat.agent ?? undefined}>
          {chat.agent ?? t.agent}
        </span>
        <span class="unseen">{t.online}</span>
      </span>
    );
  }
  if (chat || screen === 'refused' || screen === 'unreachable') return null;
  if (!center) return <span class="status bone bone-status" />;
  const here = center.chat === 'available' || center.chat === 'queue';
  return (
    <span class="status">
      <i class={here ? 'dot on' : 'dot'} />
      {here ? t.online : t.away}
    </span>
  );
}
