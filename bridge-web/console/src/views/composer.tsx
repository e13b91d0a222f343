/** Where the agent writes. Enter sends, Shift+Enter breaks the line, `/` opens the ready-made answers. */

import { useEffect, useState } from 'preact/hooks';
import { LONGEST_MESSAGE, roomLeft } from '../../../widget/src/page/words';
import type { OpenChat } from '../core/chat';
import type { Canned } from '../wire/chat';
import type { ServiceLine } from '../wire/session';
import { CannedPicker, matching } from './canned';
import { useDesk, useTexts } from './context';
import { Icon } from './icon';
import { isSending, useGrowing } from './parts';

export function Composer({ chat, service }: { chat: OpenChat; service: ServiceLine }) {
  const [desk, t] = [useDesk(), useTexts()];
  const [text, setText] = useState(chat.draft);
  const [canned, setCanned] = useState<readonly Canned[] | null>(null);
  const [chosen, setChosen] = useState(0);
  const [closed, setClosed] = useState(false);
  const box = useGrowing(text);
  const query = !closed && /^\/\S*$/.test(text) ? text.slice(1) : null;
  const choices = query === null ? [] : matching(canned ?? [], query);
  const left = roomLeft(text);
  const isCommand = text.startsWith('!') && !text.startsWith('!!');
  const sendable = text.trim() !== '' && !isCommand && (left === null || left >= 0) && query === null;

  useEffect(() => {
    if (desk.accepted !== chat.id) return;
    desk.accepted = null;
    box.current?.focus();
  }, []);

  useEffect(() => {
    if (query === null || canned) return;
    desk.api.canned(service.slug).then(setCanned, () => setCanned([]));
  }, [query !== null]);

  const change = (next: string) => {
    chat.draft = next;
    setText(next);
    setChosen(0);
    if (!next.startsWith('/')) setClosed(false);
  };
  const take = (one: Canned) => {
    change(one.text);
    box.current?.focus();
  };
  const send = () => {
    if (!sendable) return;
    chat.write(text.trim());
    change('');
    box.current?.focus();
  };
  const keyed = (event: KeyboardEvent) => {
    if (query !== null && !event.isComposing) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const one = choices[chosen];
      if (step && choices.length) setChosen((chosen + step + choices.length) % choices.length);
      else if ((isSending(event) || event.key === 'Tab') && one) take(one);
      else if (event.key === 'Escape') setClosed(true);
      else return;
      event.stopPropagation();
      return event.preventDefault();
    }
    if (!isSending(event)) return;
    event.preventDefault();
    send();
  };
  return (
    <form
      class="foot composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {query !== null && <CannedPicker choices={choices} chosen={chosen} loading={canned === null} onChoose={take} />}
      {isCommand && <p class="note">{t.composer.command}</p>}
      {left !== null && (
        <p id="room" class={left < 0 ? 'note bad' : 'note'} role="status">
          {left < 0 ? t.composer.tooLong(LONGEST_MESSAGE, -left) : t.composer.left(left)}
        </p>
      )}
      <div class="well">
        <button
          class="tool"
          type="button"
          aria-label={t.composer.canned}
          title={`${t.composer.canned} (/)`}
          data-testid="canned"
          onClick={() => {
            setClosed(false);
            if (!text) change('/');
            box.current?.focus();
          }}
        >
          <Icon name="bolt" />
        </button>
        <textarea
          ref={box}
          rows={1}
          data-testid="composer"
          aria-label={t.composer.label}
          aria-describedby={left !== null ? 'room' : undefined}
          aria-invalid={left !== null && left < 0}
          aria-controls={query !== null ? 'canned' : undefined}
          aria-activedescendant={query !== null && choices[chosen] ? `canned-${chosen}` : undefined}
          placeholder={t.composer.label}
          enterkeyhint="send"
          value={text}
          onInput={({ currentTarget }) => change(currentTarget.value)}
          onKeyDown={keyed}
        />
        <button class="send" type="submit" data-testid="send" aria-label={t.composer.send} title={t.composer.send} aria-disabled={!sendable}>
          <Icon name="send" />
        </button>
      </div>
    </form>
  );
}
