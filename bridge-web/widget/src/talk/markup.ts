/** Formatted text: of a parsed document only what is allowed is taken over, and nothing of it is ever set as HTML. Pure. */

export type Mark = string | { readonly tag: Tag; readonly href?: string; readonly level?: number; readonly start?: number; readonly kids: readonly Mark[] };

const TAGS = ['strong', 'em', 'u', 's', 'code', 'pre', 'a', 'br', 'p', 'ul', 'ol', 'li', 'blockquote', 'h', 'span'] as const;
export type Tag = (typeof TAGS)[number];

const SAME: Readonly<Record<string, Tag>> = { b: 'strong', i: 'em', del: 's', strike: 's', div: 'p' };
/** What stands in these is no text for a reader. */
const DROPPED = ['script', 'style', 'template', 'title', 'textarea', 'select', 'option', 'iframe', 'object', 'noscript', 'mx-reply', 'svg', 'math'];
const DEEPEST = 40;

/** The part of a DOM node that is read. */
export interface Parsed {
  readonly nodeType: number;
  readonly nodeName: string;
  readonly nodeValue: string | null;
  readonly childNodes: ArrayLike<Parsed>;
  getAttribute?(name: string): string | null;
}

export function marksOf(parsed: Parsed, depth = 0): Mark[] {
  return Array.from(parsed.childNodes).flatMap((node): Mark[] => {
    if (node.nodeType === 3) return node.nodeValue ? [node.nodeValue] : [];
    const name = node.nodeName.toLowerCase();
    if (node.nodeType !== 1 || depth > DEEPEST || DROPPED.includes(name)) return [];
    const kids = marksOf(node, depth + 1);
    const level = Number(/^h([1-6])$/.exec(name)?.[1]);
    if (level) return [{ tag: 'h', level, kids }];
    const tag = SAME[name] ?? TAGS.find((one) => one === name && one !== 'h');
    // An element that is not allowed leaves its text.
    if (!tag) return kids;
    if (tag === 'a') {
      const href = linkTo(node.getAttribute?.('href'));
      return href ? [{ tag, href, kids }] : kids;
    }
    if (tag === 'ol') return [{ tag, start: Math.trunc(Number(node.getAttribute?.('start'))) || 1, kids }];
    return [{ tag, kids: tag === 'br' ? [] : kids }];
  });
}

function linkTo(address: string | null | undefined): string | null {
  try {
    const url = new URL(address ?? '');
    return /^(https?|mailto):$/.test(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}
