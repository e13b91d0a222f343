/** What the keyboard does. */

import { useStore } from '../core/store';
import { useDesk, useTexts } from './context';
import { Dialog } from './parts';

export function KeyHelp({ onClose }: { onClose: () => void }) {
  const [desk, t] = [useDesk(), useTexts()];
  const single = useStore(desk.singleKeys);
  return (
    <Dialog title={t.keys.title} onClose={onClose} wide testid="keys-dialog">
      <div class="keys">
        {t.keys.groups.map(({ title, keys }) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {keys.map(([combination, does]) => (
                <div key={does}>
                  <dt>
                    {combination.split(' ').map((key) => (
                      <kbd key={key}>{key}</kbd>
                    ))}
                  </dt>
                  <dd>{does}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <label class="check">
        <input type="checkbox" checked={single} onChange={({ currentTarget }) => desk.singleKeys.set(currentTarget.checked)} />
        {t.keys.single}
      </label>
    </Dialog>
  );
}
