/** The header's menu: the language, the sound, and what a running chat adds. */

import { useEffect, useRef } from '../../view/render';
import { LANGUAGES } from '../locale';
import type { State } from '../state';
import type { Visit } from '../visit';
import { Icon } from './icons';
import { useTexts } from './texts';

interface Props {
  state: State;
  visit: Visit;
  onClose: () => void;
}

export function Menu({ state, visit, onClose }: Props) {
  const t = useTexts();
  const box = useRef<HTMLDivElement | null>(null);
  const offered = state.center?.locales ?? [];
  const languages = Object.keys(LANGUAGES).filter((locale) => !offered.length || offered.includes(locale) || locale === t.locale);
  const items = () => [...(box.current?.querySelectorAll<HTMLElement>('button') ?? [])];

  useEffect(() => {
    items()[0]?.focus();
    const outside = (event: PointerEvent) => {
      if (!box.current?.parentElement?.contains(event.target as Node)) onClose();
    };
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, []);

  function onKeyDown(event: KeyboardEvent): void {
    const all = items();
    const at = all.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 + all.length, Home: 0, End: all.length - 1 }[event.key];
    if (to !== undefined) all[to % all.length]?.focus();
    else if (event.key === 'Escape') onClose();
    else if (event.key === 'Tab') return onClose();
    else return;
    event.preventDefault();
  }

  const then = (act: () => void) => () => {
    onClose();
    act();
  };

  return (
    <div class="menu" role="menu" aria-label={t.menu} ref={box} onKeyDown={onKeyDown}>
      {languages.length > 1 && (
        <div role="group" aria-label={t.chooseLanguage}>
          <span class="menu-title" aria-hidden="true">
            {t.chooseLanguage}
          </span>
          {languages.map((locale) => (
            <button
              key={locale}
              type="button"
              role="menuitemradio"
              lang={locale}
              data-testid={`language-${locale}`}
              aria-checked={locale === t.locale}
              onClick={then(() => void visit.speak(locale))}
            >
              <span>{LANGUAGES[locale]}</span>
              {locale === t.locale && <Icon name="check" size={18} />}
            </button>
          ))}
          <hr />
        </div>
      )}
      <button type="button" role="menuitemcheckbox" data-testid="sound" aria-checked={state.sound} onClick={visit.switchSound}>
        <span>{t.sound}</span>
        <i class={state.sound ? 'switch on' : 'switch'} />
      </button>
      {state.chat && state.screen === 'chat' && state.talk?.Items({ then })}
    </div>
  );
}
