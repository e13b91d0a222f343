/** What stands in a bubble: the quote it answers, then formatted text, plain text, or a file. */

import { Linked, useTexts } from '../../page/shared';
import type { Message } from '../../page/chat';
import { MASKED, pieces } from '../../page/words';
import { marksOf } from '../markup';
import type { Mark } from '../markup';
import type { Talking } from '../state';
import { useWords } from '../words';
import { fileOf } from '../wire';
import { FileRow, Picture, isPicture } from './file';
import { Glyph } from './glyph';

interface Props {
  talking: Talking;
  message: Message;
}

export function Body({ talking, message }: Props) {
  const { html, masked, text, replyTo } = message;
  const attachment = fileOf(message);
  const marks = html && !masked ? formatted(message) : null;
  return (
    <>
      {replyTo && <Quote talking={talking} to={replyTo} />}
      {attachment ? (
        isPicture(attachment) && talking.state().fetches[attachment.id] === undefined ? (
          <Picture key={attachment.id} talking={talking} file={attachment} />
        ) : (
          <FileRow talking={talking} file={attachment} />
        )
      ) : marks ? (
        <div class="rich" dir="auto" data-testid="message-text">
          <Drawn marks={marks} />
        </div>
      ) : (
        <div class="as-typed" dir="auto" data-testid="message-text">
          {masked ? <Runs text={text} /> : <Linked text={text} />}
        </div>
      )}
    </>
  );
}

const LONGEST_QUOTE = 120;

function Quote({ talking, to }: { talking: Talking; to: string }) {
  const [t, w] = [useTexts(), useWords()];
  const original = talking.chat()?.entries.find((entry): entry is Message => entry.kind === 'message' && entry.id === to);
  if (!original) return null;
  const { from, removed, text } = original;
  const who = from.kind === 'customer' ? t.you : (from.name ?? t.agent);
  return (
    <button class="quote" type="button" title={w.jump} data-testid="quote" onClick={() => jumpTo(`m-${to}`)}>
      <span class="unseen">{w.replyTo(who)}: </span>
      <span class="quote-who" aria-hidden="true">
        <Glyph name="reply" size={14} /> {who}
      </span>
      <span class="quote-text" dir="auto">
        {removed ? t.removed : text.slice(0, LONGEST_QUOTE)}
      </span>
    </button>
  );
}

function jumpTo(id: string): void {
  const original = document.getElementById(id);
  if (!original) return;
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  original.scrollIntoView({ block: 'center', behavior: still ? 'auto' : 'smooth' });
  original.tabIndex = -1;
  original.focus({ preventScroll: true });
}

function Runs({ text }: { text: string }) {
  return (
    <>
      {pieces(text, MASKED).map((piece, i) =>
        piece.found ? (
          <span key={i} class="run">
            {piece.text}
          </span>
        ) : (
          piece.text
        ),
      )}
    </>
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

function Drawn({ marks }: { marks: readonly Mark[] }) {
  return <>{marks.map((mark, i) => (typeof mark === 'string' ? mark : <Element key={i} mark={mark} />))}</>;
}

function Element({ mark }: { mark: Exclude<Mark, string> }) {
  const kids = <Drawn marks={mark.kids} />;
  switch (mark.tag) {
    case 'a':
      return (
        <a href={mark.href ?? ''} target="_blank" rel="noopener noreferrer nofollow">
          {kids}
        </a>
      );
    case 'h':
      // The page's own headings are the page's; these stand below them.
      return (
        <p class="heading" role="heading" aria-level={Math.min(6, (mark.level ?? 1) + 1)}>
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
