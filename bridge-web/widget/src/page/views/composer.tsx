/** Where the customer writes: Enter sends, Shift+Enter breaks the line, half a composed word never leaves. */

import { useEffect, useRef, useState } from '../../view/render';
import type { Talk } from '../talk';
import { roomLeft } from '../words';
import { Icon } from './icons';
import { useTexts } from './texts';

interface Props {
  initial: string;
  onDraft: (text: string) => void;
  onSend: (text: string) => void;
  talk: Talk | null;
  label: string;
}

export function Composer({ initial, onDraft, onSend, talk, label }: Props) {
  const t = useTexts();
  const [text, setText] = useState(initial);
  const box = useRef<HTMLTextAreaElement | null>(null);
  const left = roomLeft(text);
  const tooLong = left !== null && left < 0;
  const sendable = text.trim() !== '' && !tooLong;

  useEffect(() => {
    const area = box.current;
    if (!area) return;
    area.style.height = 'auto';
    area.style.height = `${area.scrollHeight}px`;
  }, [text]);

  function change(next: string): void {
    setText(next);
    onDraft(next);
  }

  function send(): void {
    if (!sendable) return;
    onSend(text);
    change('');
    box.current?.focus();
  }

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {left !== null && talk && <talk.Room left={left} />}
      <div class="well">
        {talk && <talk.Tools />}
        <textarea
          ref={box}
          rows={1}
          data-testid="composer"
          aria-label={label}
          aria-describedby={left !== null ? 'room' : undefined}
          aria-invalid={tooLong ? true : undefined}
          placeholder={label}
          enterkeyhint="send"
          value={text}
          onInput={(event) => change(event.currentTarget.value)}
          onKeyDown={(event) => {
            // Safari ends a composition before it reports the key, and then only the code 229 tells.
            if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
            event.preventDefault();
            send();
          }}
        />
        <button class="send" type="submit" data-testid="send" aria-label={t.send} aria-disabled={!sendable}>
          <Icon name="send" />
        </button>
      </div>
    </form>
  );
}
