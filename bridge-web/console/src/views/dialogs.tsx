/** The dialogs, one at a time. */

import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { OpenChat } from '../core/chat';
import { messages } from '../core/conversation';
import { selected } from '../core/spans';
import { useStore } from '../core/store';
import type { ServiceLine } from '../wire/session';
import { useDesk, useTexts } from './context';
import { Icon } from './icon';
import { KeyHelp } from './key-help';
import { NewTicketDialog } from './new-ticket';
import { Dialog } from './parts';
import type { Surroundings } from './surroundings';
import { TransferDialog } from './transfer';

export function Dialogs({ service, around }: { service: ServiceLine; around: Surroundings }) {
  const desk = useDesk();
  const dialog = useStore(desk.dialog);
  const close = () => desk.dialog.set(null);
  switch (dialog?.kind) {
    case 'keys':
      return <KeyHelp onClose={close} />;
    case 'transfer':
      return <TransferDialog chat={dialog.chat} service={service} onClose={close} />;
    case 'close':
      return <CloseDialog chat={dialog.chat} onClose={close} />;
    case 'ticket':
      return <NewTicketDialog chat={dialog.chat} service={service} around={around} onClose={close} />;
    case 'mask':
      return <MaskDialog chat={dialog.chat} message={dialog.message} onClose={close} />;
    case 'image':
      return <Lightbox {...dialog} onClose={close} />;
    default:
      return null;
  }
}

/** Gone with the file: an image that is masked while it is looked at is not looked at any more. */
function Lightbox({ chat, message, name, source, onClose }: { chat: OpenChat; message: string; name: string; source: string; onClose: () => void }) {
  const is = messages(useStore(chat.conversation)).some(({ id, file }) => id === message && file !== null);
  useEffect(() => {
    if (!is) onClose();
  }, [is]);
  if (!is) return null;
  return (
    <Dialog title={name} onClose={onClose} wide testid="lightbox">
      <img class="lightbox" src={source} alt={name} />
    </Dialog>
  );
}

function CloseDialog({ chat, onClose }: { chat: OpenChat; onClose: () => void }) {
  const [desk, t] = [useDesk(), useTexts()];
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const name = chat.known.value.details?.customer ?? t.customer;
  const close = async () => {
    setBusy(true);
    try {
      await desk.api.act(chat.id, 'close');
      void chat.refresh();
      desk.chats.value?.poke();
      onClose();
    } catch (failure) {
      setError(desk.explain(failure));
      setBusy(false);
    }
  };
  return (
    <Dialog title={t.closeChat.ask(name)} onClose={onClose} testid="close-dialog">
      <p>{t.closeChat.text}</p>
      {error && (
        <p class="note bad" role="alert">
          {error}
        </p>
      )}
      <DialogActions onCancel={onClose}>
        <button class="button danger" type="button" aria-busy={busy} data-testid="close-go" onClick={() => busy || void close()}>
          {t.closeChat.title}
        </button>
      </DialogActions>
    </Dialog>
  );
}

export function DialogActions({ onCancel, children }: { onCancel: () => void; children: ComponentChildren }) {
  const t = useTexts();
  return (
    <p class="dialog-actions">
      <button class="button plain" type="button" onClick={onCancel}>
        {t.cancel}
      </button>
      {children}
    </p>
  );
}

/** For the keyboard, and where a selection in formatted text cannot be matched: the plain text, in which one selects. */
function MaskDialog({ chat, message, onClose }: { chat: OpenChat; message: string; onClose: () => void }) {
  const t = useTexts();
  const found = messages(useStore(chat.conversation)).find(({ id }) => id === message);
  const [range, setRange] = useState<readonly [number, number]>([0, 0]);
  if (!found) return null;
  const span = selected(found.text, range[0], range[1]);
  const mask = () => {
    if (!span) return;
    onClose();
    void chat.maskSpan(message, span);
  };
  return (
    <Dialog title={t.mask.choose} onClose={onClose} testid="mask-dialog">
      <p id="mask-how">{t.mask.how}</p>
      <textarea
        class="plain-text"
        readOnly
        rows={6}
        aria-label={t.mask.plainText}
        aria-describedby="mask-how"
        dir="auto"
        data-testid="mask-text"
        onSelect={({ currentTarget: box }) => setRange([box.selectionStart, box.selectionEnd])}
        value={found.text}
      />
      <p class="note" role="status">
        {span ? t.mask.willMask(found.text.slice(Math.min(...range), Math.max(...range)).trim()) : t.mask.nothingChosen}
      </p>
      <DialogActions onCancel={onClose}>
        <button class="button" type="button" aria-disabled={!span} data-testid="mask-go" onClick={mask}>
          <Icon name="mask" size={18} /> {t.mask.selection}
        </button>
      </DialogActions>
    </Dialog>
  );
}
