/** The marks below a message: edited, masked, seen. */

import { Icon } from '../../page/shared';
import type { Message } from '../../page/chat';
import type { Talking } from '../state';
import { useWords } from '../words';

interface Props {
  talking: Talking;
  message: Message;
}

export function Marks({ talking, message, last }: Props & { last: boolean }) {
  const w = useWords();
  const { masked, edited, removed } = message;
  return (
    <>
      {!removed && (masked || edited) && (
        <p class="mark">
          {masked && (
            <>
              <Icon name="lock" size={14} /> {w.masked}
            </>
          )}
          {edited && !masked && w.edited}
        </p>
      )}
      {/* In a group's last line it stands beside the time. */}
      {!last && isLastSeen(talking, message) && <p class="mark seen">{w.seen}</p>}
    </>
  );
}

export function Seen({ talking, message }: Props) {
  const w = useWords();
  return isLastSeen(talking, message) ? (
    <span class="seen" data-testid="seen">
      {w.seen}
    </span>
  ) : null;
}

function isLastSeen(talking: Talking, { from, seq, state }: Message): boolean {
  const { seenUpTo } = talking.state();
  if (from.kind !== 'customer' || state !== 'sent' || seq === null || seq > seenUpTo) return false;
  const later = talking.chat()?.entries.some((entry) => {
    return entry.kind === 'message' && entry.from.kind === 'customer' && entry.seq !== null && entry.seq > seq && entry.seq <= seenUpTo;
  });
  return !later;
}
