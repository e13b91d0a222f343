/** Before one is in, and when the session ended. */

import { useEffect, useRef } from 'preact/hooks';
import type { Shut } from '../core/door';
import { useDesk, useTexts } from './context';
import { Icon } from './icon';
import type { IconName } from './icon';

const ICONS: Readonly<Record<Shut, IconName>> = { none: 'lock', ended: 'clock', spent: 'link', left: 'out', openid: 'shield', unreachable: 'alert' };

export function Opening() {
  return (
    <div class="gate" aria-busy="true">
      <span class="bone bone-title" />
      <span class="bone bone-text" />
    </div>
  );
}

/** `over`: what was open stays behind it, with everything that was typed. */
export function Gate({ why, over }: { why: Shut; over: boolean }) {
  const [desk, t] = [useDesk(), useTexts()];
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (over) box.current?.showModal();
  }, [over]);
  const { title, text } = t.gate[why];
  const again = desk.isWidget || why === 'unreachable' || why === 'ended';
  const inside = (
    <>
      <Icon name={ICONS[why]} size={36} />
      <h1>{title}</h1>
      <p>{desk.isWidget && why === 'ended' ? t.gate.openid.text : text}</p>
      {!desk.isWidget && why !== 'unreachable' && (
        <p class="gate-how">
          {t.gate.how[0]}
          <code>!console</code>
          {t.gate.how[1]}
        </p>
      )}
      {again && (
        <button class="button" type="button" data-testid="again" onClick={() => void desk.door.enter(null)}>
          {t.gate.again}
        </button>
      )}
    </>
  );
  if (!over) {
    return (
      <main class="gate" data-testid="gate" data-why={why}>
        {inside}
      </main>
    );
  }
  return (
    <dialog class="dialog gate" ref={box} data-testid="gate" data-why={why} onCancel={(event) => event.preventDefault()}>
      {inside}
    </dialog>
  );
}
