/** Behind the last message: files on their way, who is typing, whether the customer is still there, and the end. */

import { clock, useTexts } from '../../page/shared';
import type { Talking } from '../state';
import { useWords } from '../words';
import { lastAgentSeq } from '../../page/chat';
import { Closed } from './closed';
import { Rating } from './rating';
import { Uploads } from './uploads';

export function End({ talking }: { talking: Talking }) {
  const [t, w] = [useTexts(), useWords()];
  const chat = talking.chat();
  if (!chat) return null;
  const { typing, rating } = talking.state();
  const { asked, warning } = talking.facts();
  const writes = chat.stage === 'active' && typing !== null && lastAgentSeq(chat) === typing.after;
  return (
    <>
      <Uploads talking={talking} />
      {writes && (
        <p class="typing" aria-live="off" data-testid="typing">
          <span class="unseen">{w.typing(typing.name || t.agent)}</span>
          <i />
          <i />
          <i />
        </p>
      )}
      {warning && (
        <p class="idle" data-testid="idle">
          {w.idle(clock(t.locale).format(warning.closesAt))}
        </p>
      )}
      {chat.stage === 'closed' ? (
        <Closed talking={talking} chat={chat} />
      ) : (
        asked > rating.aside && (
          <div class="end-card">
            <Rating talking={talking} dismissible />
          </div>
        )
      )}
    </>
  );
}
