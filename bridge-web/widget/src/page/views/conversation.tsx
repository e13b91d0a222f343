/** A chat: where the customer stands in line, what was said, and the place to write. */

import { useMemo } from '../../view/render';
import type { Message } from '../chat';
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
  const { chat, connected, talk, center } = state;
  const since = chat?.entries[0]?.at;
  const greeting = useMemo(() => (center?.greeting ? greetingOf(center.name, center.greeting, since ?? Date.now()) : null), [center?.greeting, since]);
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
      {talk ? <talk.Top /> : state.plain && open && !chat.agent && <p class="strip">{t.connecting}</p>}
      <Log chat={chat} greeting={greeting} talk={talk} visit={visit} />
      <Composer initial={visit.draft()} onDraft={visit.keepDraft} onSend={visit.say} talk={talk} label={open ? t.write : t.writeAgain} />
    </>
  );
}

function greetingOf(name: string, text: string, at: number): Message {
  return { kind: 'message', key: 'greeting', id: null, seq: 0, from: { kind: 'agent', name }, text, at, state: 'sent' };
}
