/** The whole page: a header, and below it the screen the visit is at. */

import { useEffect, useRef } from '../../view/render';
import { applyAccent } from '../theme';
import type { State } from '../state';
import type { Visit } from '../visit';
import { Contact, ContactSent } from './contact';
import { Conversation } from './conversation';
import { Header } from './header';
import { Loading, Unavailable } from './plain';
import { Start } from './start';
import { speakIn } from './texts';

export function App({ visit, accentFromHost }: { visit: Visit; accentFromHost: boolean }) {
  const state = visit.state();
  const page = useRef<HTMLDivElement | null>(null);
  const { texts, screen, center, panelOpen } = state;
  speakIn(texts);

  useEffect(() => {
    document.documentElement.lang = texts.locale;
    document.documentElement.dir = texts.dir;
  }, [texts]);

  useEffect(() => {
    if (center) document.title = center.name;
    if (!accentFromHost) applyAccent(document.documentElement, center?.accent ?? null);
  }, [center, accentFromHost]);

  // A new screen takes the focus along, or a keyboard would be left on something that is gone.
  useEffect(() => {
    if (panelOpen && screen !== 'loading') focusIn(page.current);
  }, [panelOpen, screen]);

  return (
    <div
      class="page"
      ref={page}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.defaultPrevented && !event.isComposing) visit.minimise();
      }}
    >
      <Header state={state} visit={visit} />
      <main class="screen">
        <ScreenOf state={state} visit={visit} />
      </main>
    </div>
  );
}

function ScreenOf({ state, visit }: { state: State; visit: Visit }) {
  switch (state.screen) {
    case 'loading':
      return <Loading />;
    case 'unreachable':
      return <Unavailable kind="unreachable" onRetry={visit.reload} />;
    case 'refused':
      return <Unavailable kind="refused" />;
    case 'start':
      return <Start state={state} visit={visit} />;
    case 'contact':
      return <Contact state={state} visit={visit} />;
    case 'contact-sent':
      return <ContactSent state={state} visit={visit} />;
    case 'chat':
      return <Conversation state={state} visit={visit} />;
  }
}

function focusIn(page: HTMLElement | null): void {
  // After a reload the panel opens by itself, and must not take the keyboard from the host page.
  if (!document.hasFocus()) return;
  const touch = matchMedia('(pointer: coarse)').matches;
  // On a touch screen the composer would raise the keyboard over what the customer came to read.
  const target = (!touch && page?.querySelector<HTMLElement>('[data-testid=composer]')) || page?.querySelector<HTMLElement>('h1');
  target?.focus({ preventScroll: true });
}
