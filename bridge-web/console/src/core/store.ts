/** A value that views watch. */

import { useEffect, useState } from 'preact/hooks';

export class Store<T> {
  private readonly watchers = new Set<() => void>();

  constructor(private now: T) {}

  get value(): T {
    return this.now;
  }

  set(next: T): void {
    if (Object.is(next, this.now)) return;
    this.now = next;
    for (const watcher of [...this.watchers]) watcher();
  }

  update(change: (value: T) => T): void {
    this.set(change(this.now));
  }

  watch(watcher: () => void): () => void {
    this.watchers.add(watcher);
    return () => void this.watchers.delete(watcher);
  }
}

export function useStore<T>(store: Store<T>): T {
  const [, draw] = useState({});
  useEffect(() => {
    let seen = store.value;
    const look = () => {
      if (Object.is(seen, store.value)) return;
      seen = store.value;
      draw({});
    };
    // It may have changed between drawing and watching.
    draw({});
    return store.watch(look);
  }, [store]);
  return store.value;
}
