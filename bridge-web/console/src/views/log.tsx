/** The conversation, which stays at its end unless the agent scrolled away. Arrows move from message to message. */

import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { blocks } from '../core/conversation';
import type { Block, Notice } from '../core/conversation';
import type { OpenChat } from '../core/chat';
import * as outbox from '../core/outbox';
import { useStore } from '../core/store';
import type { ServiceLine } from '../wire/session';
import { useDesk, useTexts } from './context';
import { Icon } from './icon';
import { Group } from './message';
import { Bones } from './parts';
import { UnsentMessages } from './unsent';

const AT_END_PX = 48;

export function Log({ chat, service }: { chat: OpenChat; service: ServiceLine }) {
  const [desk, t] = [useDesk(), useTexts()];
  const conversation = useStore(chat.conversation);
  const loaded = useStore(chat.loaded);
  const customer = useStore(chat.known).details?.customer ?? null;
  const all = useStore(chat.unsent);
  const unsent = useMemo(() => outbox.shown(all, conversation), [all, conversation]);
  const [log, atEnd] = [useRef<HTMLDivElement>(null), useRef(true)];
  const [more, setMore] = useState(false);
  const before = useRef<Block[]>([]);
  const drawn = useMemo(() => (before.current = blocks(conversation.items, (at) => new Date(at).toDateString(), before.current)), [conversation.items]);

  const toEnd = () => {
    const box = log.current;
    if (box) box.scrollTop = box.scrollHeight;
    atEnd.current = true;
    setMore(false);
  };

  useLayoutEffect(() => {
    if (atEnd.current || unsent.at(-1)?.state === 'pending') toEnd();
    else if (loaded) setMore(true);
  }, [conversation.items.length, unsent.length]);

  useEffect(() => {
    if (atEnd.current && !document.hidden) desk.look(chat.id, conversation.seq);
  });

  // The composer and the strips change the height; the end stays in sight.
  useEffect(() => {
    const box = log.current;
    if (!box) return;
    const watch = new ResizeObserver(() => {
      if (atEnd.current) box.scrollTop = box.scrollHeight;
    });
    watch.observe(box);
    if (box.firstElementChild) watch.observe(box.firstElementChild);
    return () => watch.disconnect();
  }, []);

  return (
    <div class="log-place">
      <div
        class="log scroll"
        ref={log}
        role="log"
        aria-live="polite"
        aria-label={t.conversation}
        aria-busy={!loaded}
        tabIndex={0}
        data-testid="log"
        onKeyDown={(event) => moveInLog(event)}
        onScroll={({ currentTarget: box }) => {
          atEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < AT_END_PX;
          if (atEnd.current) setMore(false);
        }}
      >
        <div class="log-inner">
          {!loaded && conversation.items.length === 0 ? (
            <Bones many={5} kind="bubble" />
          ) : (
            drawn.map((block) => <Drawn key={block.key} block={block} chat={chat} service={service} customer={customer} />)
          )}
          {loaded && conversation.items.length === 0 && unsent.length === 0 && <p class="notice">{t.nothingSaid}</p>}
          <UnsentMessages chat={chat} unsent={unsent} />
        </div>
      </div>
      {more && (
        <button class="more" type="button" onClick={toEnd}>
          {t.newMessages} <Icon name="down" size={16} />
        </button>
      )}
    </div>
  );
}

function moveInLog(event: KeyboardEvent): void {
  const box = event.currentTarget as HTMLElement;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
  const all = [...box.querySelectorAll<HTMLElement>('.message[id]')];
  const at = all.findIndex((message) => message.contains(document.activeElement));
  const next = at < 0 ? all.at(step < 0 ? -1 : 0) : all[at + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.scrollIntoView({ block: 'nearest' });
}

export function Drawn({ block, chat, service, customer }: { block: Block; chat: OpenChat | null; service: ServiceLine; customer: string | null }) {
  const t = useTexts();
  switch (block.kind) {
    case 'day':
      return <p class="day">{dayText(block.at, t.today, t.yesterday, t.locale)}</p>;
    case 'notice':
      return <p class="notice">{noticeText(block.notice, t)}</p>;
    case 'group':
      return <Group messages={block.messages} chat={chat} service={service} customer={customer} />;
  }
}

function noticeText({ what, of }: Notice, t: ReturnType<typeof useTexts>): string {
  switch (what) {
    case 'joined':
      return t.notices.joined(of ?? t.agent);
    case 'rated':
      return t.notices.rated(Number(of));
    case 'closed':
      return of === 'customer' || of === 'idle' ? t.notices.closed[of] : t.notices.closed.agent;
    default:
      return t.notices[what];
  }
}

export function dayText(at: number, today: string, yesterday: string, locale: string): string {
  const [day, now] = [new Date(at), new Date()];
  const before = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (day.toDateString() === now.toDateString()) return today;
  if (day.toDateString() === before.toDateString()) return yesterday;
  return day.toLocaleDateString(locale, { weekday: 'short', month: 'long', day: 'numeric' });
}
