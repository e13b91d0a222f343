/** The ready-made answers above the composer. */

import type { Canned } from '../wire/chat';
import { useTexts } from './context';

const MOST = 8;

/** Those whose name begins with the words come first, then those that have them anywhere. */
export function matching(all: readonly Canned[], query: string): Canned[] {
  const wanted = query.toLocaleLowerCase();
  const begins = all.filter(({ name }) => name.toLocaleLowerCase().startsWith(wanted));
  const has = all.filter((one) => !begins.includes(one) && `${one.name} ${one.text}`.toLocaleLowerCase().includes(wanted));
  return [...begins, ...has].slice(0, MOST);
}

interface Props {
  choices: readonly Canned[];
  chosen: number;
  loading: boolean;
  onChoose: (one: Canned) => void;
}

export function CannedPicker({ choices, chosen, loading, onChoose }: Props) {
  const t = useTexts();
  return (
    <div class="canned" id="canned" role="listbox" aria-label={t.composer.canned} data-testid="canned-list">
      {loading && <span class="bone bone-text" />}
      {!loading && choices.length === 0 && <p class="note">{t.composer.noCanned}</p>}
      {choices.map((one, i) => (
        <div
          key={one.name}
          id={`canned-${i}`}
          class="canned-one"
          role="option"
          aria-selected={i === chosen}
          ref={(element) => {
            if (i === chosen) element?.scrollIntoView({ block: 'nearest' });
          }}
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onChoose(one)}
        >
          <b dir="auto">/{one.name}</b>
          <span dir="auto">{one.text}</span>
        </div>
      ))}
    </div>
  );
}
