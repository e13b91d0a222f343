/** What the loader in the host page and the page in the frame say to each other, and when a message counts. */

/** `open` belongs to `chat`, `count` to `unread`, `accent` to `accent`. */
export interface PageSays {
  readonly type: 'ready' | 'refused' | 'minimise' | 'chat' | 'unread' | 'accent';
  readonly open?: boolean;
  readonly count?: number;
  readonly accent?: string;
}

/** `open` belongs to `panel`, the rest to `visit`. An empty `jwt` signs out. */
export interface HostSays {
  readonly type: 'panel' | 'visit';
  readonly open?: boolean;
  readonly url?: string;
  readonly title?: string;
  readonly jwt?: string | undefined;
}

interface Heard {
  readonly source: unknown;
  readonly origin: string;
  readonly data: unknown;
}

type Body = { readonly [name: string]: unknown };

/** The body of a message of ours, or null when it came from another window, another origin, or is not ours. */
export function bodyFrom({ source, origin, data }: Heard, expectedSource: unknown, expectedOrigin: string): Body | null {
  if (!expectedSource || source !== expectedSource || origin !== expectedOrigin) return null;
  const body = (data as { helproom?: unknown } | null | undefined)?.helproom;
  return body instanceof Object ? (body as Body) : null;
}

/** Every part gets its type here; a `type` that is not known falls through whoever switches on it. */
export function parsePageSays({ type, open, count, accent }: Body): PageSays {
  return { type: type as PageSays['type'], open: open === true, count: Number(count) || 0, accent: `${accent}` };
}

export function parseHostSays({ type, open, url, title, jwt }: Body): HostSays {
  return { type: type as HostSays['type'], open: open === true, url: `${url ?? ''}`, title: `${title ?? ''}`, ...(typeof jwt === 'string' && { jwt }) };
}

/** The host's origin from the frame's `host=` parameter; anything but a plain http(s) origin is refused. */
export function hostOrigin(parameter: string | null): string | null {
  try {
    const url = new URL(parameter ?? '');
    return /^https?:$/.test(url.protocol) && url.origin === parameter ? parameter : null;
  } catch {
    return null;
  }
}
