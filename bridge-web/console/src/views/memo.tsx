/** Draws a view again only when one of its props is another one. */

import { Component } from 'preact';
import type { ComponentType } from 'preact';

export function memo<P extends object>(View: ComponentType<P>): ComponentType<P> {
  return class Memo extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      const keys = new Set([...Object.keys(this.props), ...Object.keys(next)]) as Set<keyof P>;
      return [...keys].some((key) => next[key] !== this.props[key]);
    }

    override render() {
      return <View {...(this.props as P)} />;
    }
  };
}
