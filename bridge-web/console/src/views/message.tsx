/** What one person wrote within a minute, and what can be done with each message of it. */

import type { OpenChat } from '../core/chat';
import type { Message } from '../core/conversation';
import { Store, useStore } from '../core/store';
import { may } from '../wire/session';
import type { ServiceLine } from '../wire/session';
import { Body } from './body';
import { useDesk, useTexts } from './context';
import { Icon } from './icon';
import { memo } from './memo';
import { Menu } from './menu';
import type { Choice } from './menu';
import { clock } from './parts';
import { RevealPanel } from './reveal';

interface Props {
  messages: readonly Message[];
  /** Null in a ticket: there it is only read. */
  chat: OpenChat | null;
  service: ServiceLine;
  customer: string | null;
}

export const Group = memo(function Group({ messages, chat, service, customer }: Props) {
  const t = useTexts();
  const [first, last] = [messages[0], messages.at(-1)];
  if (!first || !last) return null;
  const name = first.from.kind === 'customer' ? (customer ?? t.customer) : (first.from.name ?? t.agent);
  return (
    <div class={`group from-${first.from.kind}`} data-testid="group">
      <p class="sender">
        <span dir="auto">{name}</span>
        {last.at !== null && <time dateTime={new Date(last.at).toISOString()}>{clock(last.at, t.locale)}</time>}
      </p>
      {messages.map((message) => (
        <One key={message.id} message={message} chat={chat} service={service} />
      ))}
    </div>
  );
});

const NO_PROBLEMS = new Store<Readonly<Record<string, string>>>({});

const One = memo(function One({ message, chat, service }: Omit<Props, 'messages' | 'customer'> & { message: Message }) {
  const t = useTexts();
  const problem = useStore(chat?.problems ?? NO_PROBLEMS)[message.id];
  const { id, removed, edited, masked, failed, from } = message;
  const reveal = chat && masked && may(service, 'unmask') ? () => chat.revealing.begin(id) : null;
  return (
    <div class="message" id={`m-${id}`} tabIndex={-1} data-testid="message" data-from={from.kind} data-id={id}>
      <div class="bubble-row">
        <div class={removed ? 'bubble removed' : 'bubble'}>{removed ? t.removed : <Body message={message} chat={chat} onReveal={reveal} />}</div>
        {chat && !removed && <MessageMenu message={message} chat={chat} service={service} onReveal={reveal} />}
      </div>
      {!removed && (edited || masked || failed) && (
        <p class="mark">
          {masked && (
            <span data-testid="masked">
              <Icon name="lock" size={14} /> {t.masked}
            </span>
          )}
          {edited && <span>{t.edited}</span>}
          {failed && (
            <span class="bad">
              <Icon name="alert" size={14} /> {t.neverArrived}
            </span>
          )}
        </p>
      )}
      {problem && chat && (
        <p class="mark bad" role="alert" data-testid="message-problem">
          <Icon name="alert" size={14} /> {problem}
          <button class="link" type="button" onClick={() => chat.tell(id, null)}>
            {t.close}
          </button>
        </p>
      )}
      {chat && <RevealPanel chat={chat} message={id} undoes={may(service, 'mask')} />}
    </div>
  );
});

function MessageMenu({ message, chat, service, onReveal }: { message: Message; chat: OpenChat; service: ServiceLine; onReveal: (() => void) | null }) {
  const [desk, t] = [useDesk(), useTexts()];
  const { id, text } = message;
  const choices: Choice[] = [];
  if (may(service, 'mask')) {
    choices.push(
      { icon: 'mask', label: t.mask.found, testid: 'mask-found', act: () => void chat.mask(id, { found: true }) },
      { icon: 'mask', label: t.mask.all, testid: 'mask-all', act: () => void chat.mask(id, { all: true }) },
    );
    if (text) choices.push({ icon: 'pen', label: t.mask.choose, testid: 'mask-choose', act: () => desk.dialog.set({ kind: 'mask', chat, message: id }) });
  }
  if (onReveal) choices.push({ icon: 'eye', label: t.mask.reveal, testid: 'reveal', act: onReveal });
  if (onReveal && may(service, 'mask')) choices.push({ icon: 'undo', label: t.mask.undo, hint: t.mask.undoHint, testid: 'undo', act: () => void chat.undo(id) });
  if (choices.length === 0) return null;
  return (
    <Menu label={t.messageMenu} class="tool message-menu" choices={choices} testid="message-menu" aside>
      <Icon name="dots" size={18} />
    </Menu>
  );
}
