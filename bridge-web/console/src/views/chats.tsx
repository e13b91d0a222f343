/** Chats | conversation | details. On a narrow screen one of them at a time. */

import { useEffect, useState } from 'preact/hooks';
import { useStore } from '../core/store';
import { seesChats } from '../wire/session';
import type { ServiceLine } from '../wire/session';
import { useDesk, useTexts } from './context';
import { Conversation } from './conversation';
import { Details } from './details';
import { ChatColumn } from './list';
import { Empty } from './parts';
import type { Surroundings } from './surroundings';

export function Chats({ service, around }: { service: ServiceLine; around: Surroundings }) {
  const [desk, t] = [useDesk(), useTexts()];
  const chat = useStore(desk.open);
  const [details, showDetails] = useState(false);
  useEffect(() => showDetails(false), [chat]);
  if (!seesChats(service)) {
    return (
      <main class="gate">
        <Empty icon="lock" title={t.noChats.denied} />
      </main>
    );
  }
  return (
    <main class="columns chats" data-show={chat ? (details ? 'details' : 'middle') : 'list'}>
      <ChatColumn service={service} around={around} />
      {chat ? (
        <>
          <Conversation key={chat.id} chat={chat} service={service} around={around} onDetails={() => showDetails(!details)} />
          <Details key={`${chat.id}-details`} chat={chat} service={service} onBack={() => showDetails(false)} />
        </>
      ) : (
        <section class="column middle">
          <Empty icon="chat" title={t.chooseChat.title}>
            {t.chooseChat.text}
          </Empty>
        </section>
      )}
    </main>
  );
}
