/**
 * Draws JSX into the document: keyed diff, function components, four hooks. It stands in for a library because
 * the whole page must weigh less than some libraries do. Every change draws the whole page again; a part is
 * skipped when it hands back the very same node (`useMemo`).
 */

import { Fragment, jsx } from './jsx-runtime';
import type { Child, Key, Props, VNode } from './jsx-runtime';

const SVG = 'http://www.w3.org/2000/svg';

let hooks: unknown[] = [];
let hookAt = 0;
let afterwards: (() => void)[] = [];
let redraw = () => {};

/** Draws, and gives back what draws again (once, however often it is called before the next turn). */
export function mount(into: Element, make: () => VNode): () => void {
  let drawn: VNode[] = [];
  let queued = false;
  const draw = () => {
    queued = false;
    const next = [make()];
    reconcile(drawn, next, false);
    drawn = next;
    place(into, drawn);
    const due = afterwards;
    afterwards = [];
    due.forEach((run) => run());
  };
  redraw = () => {
    if (!queued) queueMicrotask(draw);
    queued = true;
  };
  draw();
  return redraw;
}

function reconcile(before: readonly VNode[], next: readonly VNode[], svg: boolean): void {
  const known = new Map<Key, VNode>(before.map((node, i) => [node.key ?? i, node]));
  next.forEach((node, i) => {
    const key = node.key ?? i;
    const was = known.get(key);
    if (was?.type === node.type) known.delete(key);
    update(node, was?.type === node.type ? was : undefined, svg);
  });
  known.forEach((gone) => unmount(gone, true));
}

function update(node: VNode, was: VNode | undefined, svg: boolean): void {
  if (node === was) return;
  const { type, props } = node;
  if (was) [node.dom, node.hooks] = [was.dom, was.hooks];
  if (type === '#') {
    const text = String(props.text);
    if (!node.dom) node.dom = document.createTextNode(text);
    else if (was?.props.text !== text) node.dom.nodeValue = text;
  } else if (typeof type === 'function') {
    [hooks, hookAt] = [node.hooks, 0];
    node.kids = nodes(type(props as never));
    reconcile(was?.kids ?? [], node.kids, svg);
  } else if (type !== null) {
    const inSvg = svg || type === 'svg';
    if (type !== Fragment) node.dom ??= inSvg ? document.createElementNS(SVG, type) : document.createElement(type);
    node.kids = nodes(props.children);
    reconcile(was?.kids ?? [], node.kids, inSvg);
    if (node.dom) {
      place(node.dom as Element, node.kids);
      setProps(node.dom as Element, was?.props ?? {}, props);
    }
  }
}

/** A list keeps one place among its siblings, whatever its length; so does what is not there. */
function nodes(child: Child): VNode[] {
  return (Array.isArray(child) ? (child as readonly Child[]) : [child]).map((one) => {
    if (one === null || one === undefined || typeof one === 'boolean') return jsx(null, {});
    if (typeof one !== 'object') return jsx('#', { text: String(one) });
    return Array.isArray(one) ? jsx(Fragment, { children: one as readonly Child[] }) : (one as VNode);
  });
}

function place(parent: Element, kids: readonly VNode[]): void {
  let cursor = parent.firstChild;
  const walk = ({ dom, kids }: VNode) => {
    if (!dom) kids.forEach(walk);
    else if (dom === cursor) cursor = cursor.nextSibling;
    else parent.insertBefore(dom, cursor);
  };
  kids.forEach(walk);
}

function unmount(node: VNode, detach: boolean): void {
  for (const hook of node.hooks) (hook as { cleanUp?: () => void }).cleanUp?.();
  node.kids.forEach((kid) => unmount(kid, detach && !node.dom));
  if (detach) node.dom?.remove();
}

type Handlers = Record<string, ((event: Event) => void) | undefined>;

function setProps(dom: Element, before: Props, next: Props): void {
  const target = dom as Element & { value?: unknown; handlers?: Handlers };
  for (const name in { ...before, ...next }) {
    const value = next[name];
    if (name === 'children') continue;
    if (name === 'value' || name === 'checked') {
      const live = target as unknown as Record<string, unknown>;
      if (live[name] !== value) live[name] = value;
    } else if (before[name] === value) {
      continue;
    } else if (name === 'ref') {
      if (typeof value === 'function') {
        if (!before.ref) afterwards.push(() => (value as (element: Element) => void)(dom));
      } else if (value) (value as { current: Element }).current = dom;
    } else if (name.startsWith('on')) {
      const type = name.slice(2).toLowerCase();
      const handlers = (target.handlers ??= {});
      if (!(type in handlers)) dom.addEventListener(type, (event) => handlers[type]?.(event));
      handlers[type] = value as Handlers[string];
    } else if (value === undefined || (value === false && !name.startsWith('aria'))) {
      dom.removeAttribute(name);
    } else {
      dom.setAttribute(name, value === true && !name.startsWith('aria') ? '' : String(value));
    }
  }
}

function hook<T extends object>(first: () => T): T {
  return (hooks[hookAt++] ??= first()) as T;
}

const changed = (before: readonly unknown[] | undefined, now: readonly unknown[]) =>
  !before || now.some((value, i) => value !== before[i]);

export function useState<T>(first: T): [T, (next: T | ((before: T) => T)) => void] {
  const cell = hook(() => {
    const made = {
      value: first,
      set: (next: T | ((before: T) => T)) => {
        const value = typeof next === 'function' ? (next as (before: T) => T)(made.value) : next;
        if (value === made.value) return;
        made.value = value;
        redraw();
      },
    };
    return made;
  });
  return [cell.value, cell.set];
}

export function useRef<T>(first: T): { current: T } {
  return hook(() => ({ current: first }));
}

export function useMemo<T>(make: () => T, on: readonly unknown[]): T {
  const cell = hook((): { value?: T; on?: readonly unknown[] } => ({}));
  if (changed(cell.on, on)) [cell.value, cell.on] = [make(), on];
  return cell.value as T;
}

/** Runs after the page is drawn, before it is painted; what it returns runs before the next time and at the end. */
export function useEffect(run: () => void | (() => void), on: readonly unknown[]): void {
  const cell = hook((): { cleanUp?: (() => void) | undefined; on?: readonly unknown[] } => ({}));
  if (!changed(cell.on, on)) return;
  cell.on = on;
  afterwards.push(() => {
    cell.cleanUp?.();
    cell.cleanUp = run() ?? undefined;
  });
}
