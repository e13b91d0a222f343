/** The window that has the console as a widget: who it is by the address, and what it says before anybody listens. */

export interface WidgetAddress {
  readonly widgetId: string;
  /** The only origin that is spoken to and listened to. */
  readonly origin: string;
  readonly room: string;
  readonly theme: 'light' | 'dark' | null;
}

/** Null: the page was not opened by a Matrix client. */
export function widgetAddress(search: string): WidgetAddress | null {
  const query = new URLSearchParams(search);
  const [widgetId, room, origin] = [query.get('widgetId'), query.get('room'), originOf(query.get('parentUrl'))];
  const theme = query.get('theme');
  if (!widgetId || !room || !origin) return null;
  return { widgetId, room, origin, theme: theme === null ? null : /dark|black/i.test(theme) ? 'dark' : 'light' };
}

/** Of `vector://vector/webapp`, too, for which browsers know no origin. */
function originOf(address: string | null): string | null {
  try {
    const url = new URL(address ?? '');
    if (url.origin !== 'null') return url.origin;
    return url.host && url.protocol !== 'javascript:' ? `${url.protocol}//${url.host}` : null;
  } catch {
    return null;
  }
}

/** The part of a window that is used. */
export interface Frame {
  readonly parent: unknown;
  addEventListener(type: 'message', heard: (event: MessageEvent) => void, capture: boolean): void;
  dispatchEvent(event: Event): boolean;
}

/**
 * Lets nothing through but what our own parent says from its own origin, because matrix-widget-api looks at neither.
 * What comes before that part is loaded is kept, and said again once `ready` is called.
 */
export function guard(frame: Frame, origin: string): { ready(): void } {
  const early: MessageEvent[] = [];
  let open = false;
  frame.addEventListener(
    'message',
    (event) => {
      // What we say again ourselves was looked at when it came.
      if (early.includes(event)) return;
      if (event.source !== frame.parent || event.origin !== origin) return event.stopImmediatePropagation();
      if (!open && early.length < MOST_EARLY) {
        event.stopImmediatePropagation();
        early.push(new MessageEvent('message', { data: event.data, origin: event.origin }));
      }
    },
    true,
  );
  return {
    ready: () => {
      open = true;
      for (const event of early) frame.dispatchEvent(event);
    },
  };
}

const MOST_EARLY = 20;
