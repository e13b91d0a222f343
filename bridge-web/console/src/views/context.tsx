/** What every view needs: the desk, and the texts in the agent's language. */

import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import type { Desk } from '../core/desk';
import { useStore } from '../core/store';
import type { Texts } from '../texts/type';

export const DeskContext = createContext<Desk | null>(null);

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (!desk) throw new Error('drawn outside of the console');
  return desk;
}

export function useTexts(): Texts {
  const desk = useDesk();
  useStore(desk.language);
  return desk.texts;
}

/** The server's time, drawn again every so often while the view is there. */
export function useNow(everyMs: number | null): number {
  const desk = useDesk();
  const [, draw] = useState(0);
  useEffect(() => {
    if (everyMs === null) return;
    const timer = setInterval(() => draw((n) => n + 1), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return desk.now();
}
