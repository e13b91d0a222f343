/** What stands in a bubble: the quote it answers, a file, text as it was typed or formatted, masks as solid runs. */

import { marksOf } from '../../../widget/src/talk/markup';
import type { Mark } from '../../../widget/src/talk/markup';
import { LINK, pieces } from '../../../widget/src/page/words';
import type { OpenChat } from '../core/chat';
import { messages } from '../core/conversation';
import { useStore } from '../core/store';
import type { Message } from '../core/conversation';
import { runs } from '../core/spans';
import { useTexts } from './context';
import { File } from './file';
import { Icon } from './icon';

interface Props {
  message: Message;
  chat: OpenChat | null;
  /** Null: the mask stays closed. */
  onReveal: (() => void) | null;
}

export function Body({ message, chat, onReveal }: Props) {
  const t = useTexts();
  const { replyTo, file, text } = message;
  return (
    <>
      {replyTo && chat && <Quote chat={chat} to={replyTo} />}
      {file && <File file={file} message={message.id} chat={chat} />}
      {text && <Words message={message} onReveal={onReveal} />}
      {!text && !file && <Run text={t.maskedFile} onReveal={onReveal} />}
    </>
  );
}

/** Its text content is the text, letter by letter, or the drawn html: selections are counted in it. */
function Words({ message, onReveal }: Omit<Props, 'chat'>) {
  const { id, text, masks } = message;
  const marks = message.html !== null && masks.length === 0 ? formatted(message) : null;
  return (
    <div class={marks ? 'words rich' : 'words'} dir="auto" data-message={id} data-drawn={marks ? 'html' : 'text'} data-testid="message-text">
      {marks ? <Marks marks={marks} /> : runs(text, masks).map((run) => (run.masked ? <Run key={run.at} text={run.text} onReveal={onReveal} /> : <Linked key={run.at} text={run.text} />))}
    </div>
  );
}

/** No `<button>`, because in those words neither wrap nor can be selected. */
function Run({ text, onReveal }: { text: string; onReveal: (() => void) | null }) {
  const t = useTexts();
  if (!onReveal) {
    return (
      <span class="run" title={t.masked}>
        {text}
      </span>
    );
  }
  return (
    <span
      class="run"
      role="button"
      tabIndex={0}
      aria-label={t.mask.reveal}
      title={t.mask.reveal}
      data-testid="run"
      onClick={() => getSelection()?.isCollapsed !== false && onReveal()}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        event.stopPropagation();
        onReveal();
      }}
    >
      {text}
    </span>
  );
}

function Linked({ text }: { text: string }) {
  return (
    <>
      {pieces(text, LINK).map((piece, i) =>
        piece.found ? (
          <a key={i} href={piece.text} target="_blank" rel="noopener noreferrer">
            {piece.text}
          </a>
        ) : (
          piece.text
        ),
      )}
    </>
  );
}

const LONGEST_QUOTE = 120;

function Quote({ chat, to }: { chat: OpenChat; to: string }) {
  const t = useTexts();
  // Watched: what is masked or removed there must not be readable here.
  const original = messages(useStore(chat.conversation)).find(({ id }) => id === to);
  if (!original) return null;
  const { from, text, removed, file } = original;
  const jump = () => {
    const target = document.getElementById(`m-${to}`);
    target?.scrollIntoView({ block: 'center' });
    target?.focus({ preventScroll: true });
  };
  return (
    <button class="quote" type="button" title={t.jump} onClick={jump}>
      <span class="quote-who">
        <Icon name="undo" size={14} /> {from.kind === 'customer' ? (chat.known.value.details?.customer ?? t.customer) : (from.name ?? t.agent)}
      </span>
      <span dir="auto">{removed ? t.removed : (text || (file?.name ?? '')).slice(0, LONGEST_QUOTE)}</span>
    </button>
  );
}

const known = new WeakMap<Message, Mark[] | null>();

/** Null when nothing of it can be shown; then the plain text stands. */
function formatted(message: Message): Mark[] | null {
  let marks = known.get(message);
  if (marks === undefined) {
    // Parsed only: in a document of its own nothing runs and nothing is loaded.
    marks = marksOf(new DOMParser().parseFromString(message.html ?? '', 'text/html').body);
    if (!marks.some((mark) => typeof mark !== 'string' || mark.trim())) marks = null;
    known.set(message, marks);
  }
  return marks;
}

function Marks({ marks }: { marks: readonly Mark[] }) {
  return <>{marks.map((mark, i) => (typeof mark === 'string' ? mark : <Element key={i} mark={mark} />))}</>;
}

function Element({ mark }: { mark: Exclude<Mark, string> }) {
  const kids = <Marks marks={mark.kids} />;
  switch (mark.tag) {
    case 'a':
      return (
        <a href={mark.href} target="_blank" rel="noopener noreferrer nofollow">
          {kids}
        </a>
      );
    case 'h':
      return (
        <p class="heading" role="heading" aria-level={Math.min(6, (mark.level ?? 1) + 2)}>
          {kids}
        </p>
      );
    case 'pre':
      return <pre tabIndex={0}>{kids}</pre>;
    case 'ol':
      return <ol start={mark.start ?? 1}>{kids}</ol>;
    case 'br':
      return <br />;
    default: {
      const Tag = mark.tag;
      return <Tag>{kids}</Tag>;
    }
  }
}
