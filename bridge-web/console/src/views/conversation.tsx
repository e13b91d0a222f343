/** The middle column: who it is, what was said, where one writes. */

import { useStore } from '../core/store';
import type { OpenChat } from '../core/chat';
import { addressOf } from '../core/router';
import type { ChatDetails } from '../wire/chat';
import { may } from '../wire/session';
import type { ServiceLine } from '../wire/session';
import { Composer } from './composer';
import { useDesk, useTexts } from './context';
import { Icon } from './icon';
import type { IconName } from './icon';
import { Log } from './log';
import { OfferActions } from './offers';
import { Menu } from './menu';
import type { Choice } from './menu';
import { Problem, Tool } from './parts';
import { SelectionBar } from './selection';
import type { Surroundings } from './surroundings';

interface Props {
  chat: OpenChat;
  service: ServiceLine;
  around: Surroundings;
}

export function Conversation({ chat, service, around, onDetails }: Props & { onDetails: () => void }) {
  const [desk, t] = [useDesk(), useTexts()];
  const { details, error } = useStore(chat.known);
  const back = addressOf({ page: 'chats', service: service.slug, chat: null });
  if (error && !details && !error.passes && error.status !== 401) {
    return (
      <section class="column middle">
        <Problem>
          {error.status === 404 ? t.chatGone : desk.explain(error)} <a href={back}>{t.backToChats}</a>
        </Problem>
      </section>
    );
  }
  return (
    <section class="column middle" aria-label={t.conversation} data-testid="conversation" data-state={details?.state}>
      <header class="head">
        <a class="tool back" href={back} aria-label={t.backToChats} title={t.backToChats}>
          <Icon name="back" />
        </a>
        <Who details={details} />
        {details && <Actions chat={chat} details={details} service={service} around={around} />}
        <span class="only-narrow">
          <Tool icon="info" label={t.details} testid="details" onClick={onDetails} />
        </span>
      </header>
      <Log chat={chat} service={service} />
      <SelectionBar chat={chat} service={service} />
      <Foot chat={chat} details={details} service={service} around={around} />
    </section>
  );
}

function Who({ details }: { details: ChatDetails | null }) {
  const t = useTexts();
  if (!details) {
    return (
      <div class="who">
        <span class="bone bone-title" />
        <span class="bone bone-text" />
      </div>
    );
  }
  const { customer, number, state, topic, agent } = details;
  return (
    <div class="who">
      <h1 dir="auto">{customer ?? t.customerN(number)}</h1>
      <p>
        <span class={`state state-${state}`}>{t.states[state]}</span>
        <span class="fixed">#{number}</span>
        {topic && <span dir="auto">{topic}</span>}
        {agent && !details.mine && <span dir="auto">{state === 'offered' ? t.offeredTo(agent.name) : agent.name}</span>}
      </p>
    </div>
  );
}

function Actions({ chat, details, service }: Props & { details: ChatDetails }) {
  const [desk, t] = [useDesk(), useTexts()];
  const active = details.state === 'active' && details.mayAnswer;
  const asked = details.rating?.asked === true || details.rating?.score != null;
  const all: { icon: IconName; choice: Choice; shown: boolean; off?: boolean }[] = [
    { icon: 'ticket', shown: may(service, 'ticket'), choice: { label: t.createTicket, testid: 'create-ticket', act: () => desk.dialog.set({ kind: 'ticket', chat }) } },
    { icon: 'swap', shown: active, choice: { label: t.transfer.title, testid: 'transfer', act: () => desk.dialog.set({ kind: 'transfer', chat }) } },
    {
      icon: 'star',
      shown: service.rating && active,
      off: asked,
      choice: { label: asked ? t.evaluation.asked : t.evaluation.title, testid: 'evaluation', act: () => void desk.act(chat.id, 'rating-request') },
    },
    { icon: 'door', shown: active, choice: { label: t.closeChat.title, danger: true, testid: 'close', act: () => desk.dialog.set({ kind: 'close', chat }) } },
  ];
  const shown = all.filter((action) => action.shown);
  if (shown.length === 0) return null;
  return (
    <div class="actions">
      <div class="actions-wide">
        {shown.map(({ icon, choice, off }) => (
          <button key={icon} class={`action${choice.danger ? ' danger' : ''}${icon === 'ticket' ? ' labelled' : ''}`} type="button" disabled={off} aria-label={choice.label} title={choice.label} data-testid={choice.testid} onClick={choice.act}>
            <Icon name={icon} size={18} />
            <span>{choice.label}</span>
          </button>
        ))}
      </div>
      <div class="actions-narrow">
        <Menu label={t.more} choices={shown.filter(({ off }) => !off).map(({ icon, choice }) => ({ ...choice, icon }))}>
          <Icon name="dots" />
        </Menu>
      </div>
    </div>
  );
}

function Foot({ chat, details, service, around }: Props & { details: ChatDetails | null }) {
  const [desk, t] = [useDesk(), useTexts()];
  const closed = useStore(chat.conversation).closed;
  if (!details) return <div class="foot" />;
  if (closed || details.state === 'closed') return <p class="foot foot-note">{t.closedNote}</p>;
  if (details.state === 'offered' && details.mine) {
    return (
      <div class="foot foot-offer">
        <p>{t.offeredNote}</p>
        <OfferActions chat={details} around={around} />
      </div>
    );
  }
  if (details.mayAnswer) return <Composer chat={chat} service={service} />;
  if (details.state === 'waiting' && may(service, 'chat')) {
    return (
      <div class="foot foot-offer">
        <p>{t.waitingNote}</p>
        <button class="button" type="button" data-testid="take" onClick={() => void desk.act(chat.id, 'accept')}>
          {t.take}
        </button>
      </div>
    );
  }
  return <p class="foot foot-note">{details.agent ? t.othersNote(details.agent.name) : t.readOnlyNote}</p>;
}
