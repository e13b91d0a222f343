/** A chat: where the customer stands in line, what was said, and the place to write. */

import { useEffect, useState } from '../../view/render';
import type { Chat } from '../chat';
import type { State } from '../state';
import type { Visit } from '../visit';
import { Composer } from './composer';
import { Log } from './log';
import { useTexts } from './texts';

interface Props {
  state: State;
  visit: Visit;
}

export function Conversation({ state, visit }: Props) {
  const t = useTexts();
  const { chat, connected } = state;
  if (!chat) return null;
  const open = chat.stage !== 'closed';
  return (
    <>
      <h1 class="unseen" tabIndex={-1}>
        {t.conversation}
      </h1>
      {open && !connected && (
        <p class="strip" role="status" data-testid="connection">
          {t.reconnecting}
        </p>
      )}
      {state.ending !== 'no' && open && <ConfirmEnd state={state} visit={visit} />}
      {chat.loaded && (chat.stage === 'waiting' || chat.stage === 'offered') && <Waiting chat={chat} visit={visit} />}
      <Log chat={chat} onRetry={open ? visit.retry : null} />
      {open ? (
        <Composer key={chat.id} initial={visit.draft()} onDraft={visit.keepDraft} onSend={visit.say} />
      ) : (
        <Closed chat={chat} visit={visit} />
      )}
    </>
  );
}

function ConfirmEnd({ state, visit }: Props) {
  const t = useTexts();
  return (
    <div
      class="confirm"
      role="alertdialog"
      aria-labelledby="end-question"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        visit.askToEnd(false);
      }}
    >
      <p id="end-question">{state.ending === 'failed' ? t.endFailed : t.endQuestion}</p>
      <button class="button small quiet" type="button" onClick={() => visit.askToEnd(false)}>
        {t.endNo}
      </button>
      <button
        class="button small danger"
        type="button"
        data-testid="confirm-end"
        aria-disabled={state.ending === 'sending'}
        ref={(button) => button?.focus()}
        onClick={() => void visit.end()}
      >
        {t.endYes}
      </button>
    </div>
  );
}

const TICK_MS = 5_000;

function Waiting({ chat, visit }: { chat: Chat; visit: Visit }) {
  const t = useTexts();
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), TICK_MS);
    return () => window.clearInterval(timer);
  }, []);

  const { position, waitS, at } = chat.place ?? { position: null, waitS: null, at: now };
  const inLine = chat.stage === 'waiting' && position !== null;
  const left = waitS === null ? null : waitS - Math.max(0, now - at) / 1_000;
  return (
    <div class="waiting" data-testid="waiting">
      <i class="pulse" />
      <div>
        <p role="status">
          <strong>{!inLine ? t.connecting : position <= 1 ? t.nextInLine : t.position(position)}</strong>
        </p>
        <p>
          {inLine && left !== null && <>{left > 0 ? t.wait(Math.ceil(left / 60)) : t.waitLonger} </>}
          {chat.entries.length === 0 && t.waitHint}
        </p>
        {chat.contact && (
          <button class="link" type="button" data-testid="contact-us" onClick={visit.showContact}>
            {t.contactInstead}
          </button>
        )}
      </div>
    </div>
  );
}

function Closed({ chat, visit }: { chat: Chat; visit: Visit }) {
  const t = useTexts();
  const by = chat.closedBy;
  const sentence =
    by === 'customer' ? t.closedByYou : by === 'agent' ? t.closedByAgent(chat.agent ?? t.agent) : t.closedBySystem;
  return (
    <div class="foot closed" data-testid="closed">
      <p role="status">{sentence}</p>
      <button class="button wide" type="button" data-testid="new-chat" onClick={visit.newChat}>
        {t.newChat}
      </button>
    </div>
  );
}
