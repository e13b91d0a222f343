/** Below a masked message: a reason, then the original with the time that is left of it. */

import { useEffect, useRef, useState } from 'preact/hooks';
import type { OpenChat } from '../core/chat';
import type { Revealed } from '../wire/chat';
import { useStore } from '../core/store';
import { secondsLeft } from '../core/time';
import { useTexts } from './context';
import { Icon } from './icon';
import { Ring } from './parts';

export function RevealPanel({ chat, message, undoes }: { chat: OpenChat; message: string; undoes: boolean }) {
  const reveal = useStore(chat.revealing.state);
  if (reveal?.message !== message) return null;
  return reveal.step === 'asking' ? (
    <Asking chat={chat} busy={reveal.busy} error={reveal.error} />
  ) : (
    <Original chat={chat} message={message} revealed={reveal.revealed} until={reveal.until} undoes={undoes} />
  );
}

function Asking({ chat, busy, error }: { chat: OpenChat; busy: boolean; error: string | null }) {
  const t = useTexts();
  const [reason, setReason] = useState('');
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    box.current?.focus({ preventScroll: true });
    box.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <form
      class="reveal"
      data-testid="reveal-asking"
      onKeyDown={(event) => closes(event, chat)}
      onSubmit={(event) => {
        event.preventDefault();
        void chat.revealing.show(reason);
      }}
    >
      <label>
        <span>{t.mask.reason}</span>
        <input ref={box} value={reason} maxLength={200} data-testid="reason" onInput={({ currentTarget }) => setReason(currentTarget.value)} />
      </label>
      <p class="note">{t.mask.recorded}</p>
      {error && (
        <p class="note bad" role="alert" data-testid="reveal-problem">
          {error}
        </p>
      )}
      <p class="reveal-actions">
        <button class="button small" type="submit" aria-busy={busy} data-testid="reveal-go">
          {t.mask.show}
        </button>
        <button class="button plain small" type="button" onClick={() => chat.revealing.forget()}>
          {t.cancel}
        </button>
      </p>
    </form>
  );
}

function Original({ chat, message, revealed, until, undoes }: { chat: OpenChat; message: string; revealed: Revealed; until: number; undoes: boolean }) {
  const t = useTexts();
  const box = useRef<HTMLDivElement>(null);
  const [, draw] = useState(0);
  useEffect(() => {
    box.current?.focus({ preventScroll: true });
    box.current?.scrollIntoView({ block: 'nearest' });
    const timer = setInterval(() => draw((n) => n + 1), 250);
    return () => clearInterval(timer);
  }, []);
  // Of this machine's own clock, as the moment was: a wrong clock makes it neither longer nor shorter.
  const left = secondsLeft(until, Date.now());
  return (
    <div class="reveal shown" ref={box} tabIndex={-1} data-testid="original" onKeyDown={(event) => closes(event, chat)}>
      <p class="reveal-head">
        <Icon name="eye" size={16} />
        <span>{t.mask.onlyYou}</span>
        <span class="reveal-left" role="timer" aria-live="off" aria-label={t.secondsLeft(left)}>
          <Ring seconds={(until - Date.now()) / 1_000} of={revealed.seconds} />
          {t.seconds(left)}
        </span>
        <button class="link" type="button" onClick={() => chat.revealing.forget()}>
          {t.mask.hide}
        </button>
      </p>
      {revealed.text && (
        <p class="as-typed" dir="auto" data-testid="original-text">
          {revealed.text}
        </p>
      )}
      {revealed.formatting && (
        <p class="as-typed" dir="auto" data-testid="original-formatting">
          {revealed.formatting}
        </p>
      )}
      {revealed.fileName && (
        <p dir="auto">
          <Icon name="file" size={16} /> {revealed.fileName}
        </p>
      )}
      {revealed.left && <p class="note">{revealed.left}</p>}
      {undoes && (
        <button class="link undo" type="button" data-testid="undo-here" onClick={() => void chat.undo(message)}>
          {t.mask.undoForAll}
        </button>
      )}
    </div>
  );
}

function closes(event: KeyboardEvent, chat: OpenChat): void {
  if (event.key !== 'Escape') return;
  event.stopPropagation();
  const message = (event.currentTarget as HTMLElement).closest<HTMLElement>('.message');
  chat.revealing.forget();
  message?.focus();
}
