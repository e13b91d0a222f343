/** The original of a masked message, shown to this agent alone for a while. */

import type { Revealed } from '../wire/chat';
import { Store } from './store';

export type Reveal =
  /** Asked for a reason. */
  | { readonly message: string; readonly step: 'asking'; readonly error: string | null; readonly busy: boolean }
  | { readonly message: string; readonly step: 'shown'; readonly revealed: Revealed; readonly until: number };

export interface RevealDeps {
  ask(message: string, reason: string): Promise<Revealed>;
  explain(error: unknown): string;
  now(): number;
  later(ms: number, run: () => void): () => void;
}

/** One at a time. It is forgotten after its seconds, and at once by `forget`. */
export class Revealing {
  readonly state = new Store<Reveal | null>(null);
  private cancel: () => void = () => undefined;

  constructor(private readonly deps: RevealDeps) {}

  begin(message: string): void {
    this.forget();
    this.state.set({ message, step: 'asking', error: null, busy: false });
  }

  async show(reason: string): Promise<void> {
    const asking = this.state.value;
    if (asking?.step !== 'asking' || asking.busy) return;
    const { message } = asking;
    const busy: Reveal = { message, step: 'asking', error: null, busy: true };
    this.state.set(busy);
    try {
      const revealed = await this.deps.ask(message, reason.trim());
      // Who went away in the meantime does not see it.
      if (this.state.value !== busy) return;
      const until = this.deps.now() + revealed.seconds * 1_000;
      this.state.set({ message, step: 'shown', revealed, until });
      this.cancel = this.deps.later(revealed.seconds * 1_000, () => this.forget());
    } catch (error) {
      if (this.state.value === busy) this.state.set({ message, step: 'asking', busy: false, error: this.deps.explain(error) });
    }
  }

  forget(): void {
    this.cancel();
    this.cancel = () => undefined;
    this.state.set(null);
  }
}
