/** How much room a long text has left. */

import { useWords } from '../words';

export function Room({ left }: { left: number }) {
  const w = useWords();
  return (
    <p class={left < 0 ? 'room over' : 'room'} id="room" role="status" data-testid="room">
      {left < 0 ? w.over(-left) : w.room(left)}
    </p>
  );
}
