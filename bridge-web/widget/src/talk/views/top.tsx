/** Between header and conversation: the question before the end, the place in line. And what a chat adds to menu and composer. */

import { useEffect, useRef, useState, useTexts } from '../../page/shared';
import type { Chat } from '../../page/chat';
import type { Talking } from '../state';
import { useWords } from '../words';
import { Lightbox } from './file';
import { Glyph } from './glyph';

interface Props {
  talking: Talking;
}

export function Top({ talking }: Props) {
  const w = useWords();
  const chat = talking.chat();
  const { ending, dragging } = talking.state();
  if (!chat) return null;
  return (
    <>
      {ending !== 'no' && chat.stage !== 'closed' && <ConfirmEnd talking={talking} />}
      {chat.loaded && (chat.stage === 'waiting' || chat.stage === 'offered') && <Waiting chat={chat} talking={talking} />}
      {dragging && (
        <div class="drop" data-testid="drop">
          <Glyph name="clip" size={28} />
          {w.drop}
        </div>
      )}
      <Lightbox talking={talking} />
    </>
  );
}

function ConfirmEnd({ talking }: Props) {
  const w = useWords();
  const { ending } = talking.state();
  return (
    <div
      class="confirm"
      role="alertdialog"
      aria-labelledby="end-question"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        talking.askToEnd(false);
      }}
    >
      <p id="end-question">{ending === 'failed' ? w.endFailed : w.endQuestion}</p>
      <button class="button small quiet" type="button" onClick={() => talking.askToEnd(false)}>
        {w.endNo}
      </button>
      <button
        class="button small danger"
        type="button"
        data-testid="confirm-end"
        aria-disabled={ending === 'sending'}
        ref={(button) => button.focus()}
        onClick={() => void talking.end()}
      >
        {w.endYes}
      </button>
    </div>
  );
}

const TICK_MS = 5_000;

function Waiting({ chat, talking }: { chat: Chat; talking: Talking }) {
  const [t, w] = [useTexts(), useWords()];
  const [now, setNow] = useState(talking.now());
  useEffect(() => {
    const timer = window.setInterval(() => setNow(talking.now()), TICK_MS);
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
          <strong>{!inLine ? t.connecting : position <= 1 ? w.nextInLine : w.position(position)}</strong>
        </p>
        <p>
          {inLine && left !== null && <>{left > 0 ? w.wait(Math.ceil(left / 60)) : w.waitLonger} </>}
          {chat.entries.length === 0 && w.waitHint}
        </p>
        {chat.contact && (
          <button class="link" type="button" data-testid="contact-us" onClick={talking.showContact}>
            {w.contactInstead}
          </button>
        )}
      </div>
    </div>
  );
}

export function Items({ talking, then }: Props & { then: (act: () => void) => () => void }) {
  const w = useWords();
  return talking.chat()?.stage === 'closed' ? null : (
    <>
      <hr />
      <button type="button" role="menuitem" class="danger" data-testid="end-chat" onClick={then(() => talking.askToEnd(true))}>
        {w.end}
      </button>
    </>
  );
}

export function Tools({ talking }: Props) {
  const w = useWords();
  const input = useRef<HTMLInputElement | null>(null);
  const files = talking.takesFiles() ? talking.offers().files : null;
  return files ? (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept={files.types.join(',')}
        data-testid="file-input"
        onChange={({ currentTarget }) => {
          talking.attach([...(currentTarget.files ?? [])]);
          // The same file may be chosen again.
          currentTarget.value = '';
        }}
      />
      <button class="tool clip" type="button" aria-label={w.attach} title={w.attach} data-testid="attach" onClick={() => input.current?.click()}>
        <Glyph name="clip" />
      </button>
    </>
  ) : null;
}
