/** What JSX becomes, and the attributes each element may carry. */

export type Key = string | number;
export type Child = VNode | string | number | boolean | null | undefined | readonly Child[];

export type Component = (props: never) => Child;

export interface Props {
  readonly [name: string]: unknown;
  readonly children?: Child;
}

export interface VNode {
  /** A tag, a component, a fragment (''), a text ('#') or the place of nothing (null). */
  readonly type: string | Component | null;
  readonly props: Props;
  readonly key: Key | undefined;
  dom: Element | Text | null;
  kids: VNode[];
  hooks: unknown[];
}

export const Fragment = '';

export function jsx(type: VNode['type'], props: Props, key?: Key): VNode {
  return { type, props, key, dom: null, kids: [], hooks: [] };
}

export { jsx as jsxs };

type Handler<E, V extends Event = Event> = (event: Omit<V, 'currentTarget'> & { readonly currentTarget: E }) => void;

interface Attributes<E> {
  key?: Key;
  children?: Child;
  ref?: { current: E | null } | ((element: E) => void) | undefined;
  class?: string;
  id?: string;
  role?: string | undefined;
  lang?: string | undefined;
  dir?: string;
  title?: string | undefined;
  name?: string;
  type?: string;
  for?: string;
  href?: string;
  target?: string;
  rel?: string;
  src?: string;
  alt?: string;
  width?: number;
  height?: number;
  download?: string;
  accept?: string;
  multiple?: boolean;
  hidden?: boolean;
  disabled?: boolean;
  start?: number;
  value?: string;
  checked?: boolean;
  open?: boolean;
  required?: boolean;
  noValidate?: boolean;
  tabIndex?: number;
  rows?: number;
  maxLength?: number;
  placeholder?: string;
  autocomplete?: string;
  enterkeyhint?: string;
  dateTime?: string;
  onInput?: Handler<E>;
  onChange?: Handler<E>;
  onSubmit?: Handler<E>;
  onScroll?: Handler<E>;
  onClose?: Handler<E>;
  onClick?: Handler<E, MouseEvent>;
  onKeyDown?: Handler<E, KeyboardEvent>;
  [attribute: `aria-${string}` | `data-${string}`]: string | number | boolean | undefined;
}

interface SvgAttributes {
  children?: Child;
  [attribute: string]: Child | undefined;
}

export declare namespace JSX {
  type Element = VNode;
  type ElementType = keyof IntrinsicElements | ((props: never) => VNode | null);
  interface ElementChildrenAttribute {
    children: Child;
  }
  interface IntrinsicAttributes {
    key?: Key;
  }
  type IntrinsicElements = { [tag in keyof HTMLElementTagNameMap]: Attributes<HTMLElementTagNameMap[tag]> } & {
    svg: SvgAttributes;
    path: SvgAttributes;
  };
}
