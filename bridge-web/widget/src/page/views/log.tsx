/** The conversation, which stays at its end unless the customer scrolled away. */

import { useEffect, useMemo, useRef, useState } from '../../view/render';
import type { Chat, Message } from '../chat';
import { blocks } from '../grouping';
import type { Block } from '../grouping';
import type { Talk } from '../talk';
import type { Visit } from '../visit';
import { Group } from './group';
import { Icon } from './icons';
import { useTexts } from './texts';

const AT_END_PX = 48;

interface Props {
  chat: Chat;
  greeting: Message | null;
  talk: Talk | null;
  visit: Visit;
}

export function Log({ chat, greeting, talk, visit }: Props) {
  const t = useTexts();
  const log = useRef<HTMLDivElement | null>(null);
  const atEnd = useRef(true);
  const top = useRef(0);
  const [more, setMore] = useState(false);
  const drawn = useMemo(
    () => blocks([...(greeting ? [greeting] : []), ...chat.entries], (at) => new Date(at).toDateString()),
    [greeting, chat.entries],
  );
  const conversation = useMemo(
    () => drawn.map((block, i) => <Drawn key={block.key} block={block} before={drawn[i - 1]} talk={talk} visit={visit} />),
    [drawn, t, talk, talk?.stamp],
  );
  const last = chat.entries[chat.entries.length - 1];
  const mineIsLast = last?.kind === 'message' && last.state === 'pending';

  const toEnd = () => {
    const box = log.current;
    if (box) box.scrollTop = box.scrollHeight;
    reached(true);
  };

  const reached = (end: boolean) => {
    if (end !== atEnd.current) visit.scrolled((atEnd.current = end));
    if (end) setMore(false);
  };

  useEffect(() => {
    if (atEnd.current || mineIsLast) toEnd();
    else setMore(true);
  }, [last?.key, chat.entries.length]);

  // The keyboard, the composer and the strips change the height; the end stays in sight.
  useEffect(() => {
    const box = log.current;
    if (!box) return;
    visit.scrolled(true);
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
        class="log"
        ref={log}
        role="log"
        aria-live="polite"
        aria-label={t.conversation}
        aria-busy={!chat.loaded}
        tabIndex={0}
        data-testid="log"
        onScroll={({ currentTarget: box }) => {
          // A scroll that does not go up is ours or the layout's, and tells nothing about what the customer wants.
          const up = box.scrollTop < top.current;
          top.current = box.scrollTop;
          reached(box.scrollHeight - box.scrollTop - box.clientHeight < AT_END_PX || (atEnd.current && !up));
        }}
      >
        <div class="log-inner">
          {!chat.loaded && chat.entries.length === 0 ? <Bones /> : conversation}
          {chat.loaded && talk && <talk.End />}
          {chat.stage === 'closed' && !talk && (
            <div class="middle" data-testid="closed">
              <p>{t.ended}</p>
              <button class="button" type="button" data-testid="new-chat" onClick={visit.newChat}>
                {t.newChat}
              </button>
            </div>
          )}
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

function Drawn({ block, before, talk, visit }: Pick<Props, 'talk' | 'visit'> & { block: Block; before: Block | undefined }) {
  const t = useTexts();
  switch (block.kind) {
    case 'day':
      return <p class="day">{dayText(block.at, t.today, t.yesterday, t.locale)}</p>;
    case 'notice':
      return <p class="notice">{t[block.notice.kind](block.notice.name)}</p>;
    case 'group': {
      const above = before?.kind === 'group' ? before.messages[0]?.from : undefined;
      const from = block.messages[0]?.from;
      const same = above?.kind === from?.kind && above?.name === from?.name;
      return <Group messages={block.messages} named={!same} talk={talk} onRetry={visit.retry} />;
    }
  }
}

function dayText(at: number, today: string, yesterday: string, locale: string): string {
  const [day, now] = [new Date(at), new Date()];
  const before = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (day.toDateString() === now.toDateString()) return today;
  if (day.toDateString() === before.toDateString()) return yesterday;
  return day.toLocaleDateString(locale, { weekday: 'short', month: 'long', day: 'numeric' });
}

function Bones() {
  return (
    <>
      <div class="bone bone-theirs" />
      <div class="bone bone-mine" />
      <div class="bone bone-theirs" />
    </>
  );
}
