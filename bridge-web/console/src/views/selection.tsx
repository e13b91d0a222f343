/** Text selected in messages: a small toolbar at the selection, with the mask icon. */

import { useEffect, useState } from 'preact/hooks';
import type { OpenChat } from '../core/chat';
import { messages } from '../core/conversation';
import { mapped, selected } from '../core/spans';
import type { Span } from '../wire/event';
import { may } from '../wire/session';
import type { ServiceLine } from '../wire/session';
import { useDesk, useTexts } from './context';
import { Icon } from './icon';

export interface Chosen {
  readonly message: string;
  /** Null: it is drawn from html, and the place in the text is not sure. */
  readonly span: Span | null;
}

/** The chosen part of each message that the selection touches. */
export function chosen(chat: OpenChat): Chosen[] {
  const selection = getSelection();
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return [];
  const range = selection.getRangeAt(0);
  const log = document.querySelector('[data-testid="log"]');
  if (!log?.contains(range.commonAncestorContainer)) return [];
  const known = new Map(messages(chat.conversation.value).map((message) => [message.id, message]));
  return [...log.querySelectorAll<HTMLElement>('[data-message]')].flatMap((words): Chosen[] => {
    const message = known.get(words.dataset.message ?? '');
    if (!message || !range.intersectsNode(words)) return [];
    const [from, to] = [lengthTo(words, range.startContainer, range.startOffset, 0), lengthTo(words, range.endContainer, range.endOffset, Infinity)];
    const drawn = words.textContent ?? '';
    if (!drawn.slice(from, to).trim()) return [];
    const span = words.dataset.drawn === 'text' ? selected(message.text, from, to) : mapped(drawn, message.text, from, Math.min(to, drawn.length));
    return [{ message: message.id, span }];
  });
}

/** How much of the element's text stands before a place; `outside` when the place is not in it. */
function lengthTo(element: HTMLElement, node: Node, offset: number, outside: number): number {
  if (!element.contains(node)) return outside;
  const range = document.createRange();
  range.selectNodeContents(element);
  range.setEnd(node, offset);
  return range.toString().length;
}

/** Nothing is masked when a place is not sure; then the message is told in which that is so. */
export async function maskChosen(chat: OpenChat): Promise<string | null> {
  const all = chosen(chat);
  const unsure = all.find(({ span }) => span === null);
  if (unsure) return unsure.message;
  getSelection()?.removeAllRanges();
  for (const { message, span } of all) if (span) await chat.maskSpan(message, span);
  return null;
}

interface Bar {
  readonly left: number;
  readonly top: number;
  readonly below: boolean;
  readonly all: readonly Chosen[];
}

export function SelectionBar({ chat, service }: { chat: OpenChat; service: ServiceLine }) {
  const [desk, t] = [useDesk(), useTexts()];
  const [bar, setBar] = useState<Bar | null>(null);
  const allowed = may(service, 'mask');
  useEffect(() => {
    if (!allowed) return;
    let pressing = false;
    const look = () => setBar(pressing ? null : place(chosen(chat)));
    const down = (event: PointerEvent) => {
      pressing = event.pointerType === 'mouse';
    };
    // The selection of a click is cleared only after the button was let go.
    const up = () => {
      pressing = false;
      setTimeout(look);
    };
    const log = document.querySelector('[data-testid="log"]');
    document.addEventListener('selectionchange', look);
    document.addEventListener('pointerdown', down);
    document.addEventListener('pointerup', up);
    document.addEventListener('pointercancel', up);
    log?.addEventListener('scroll', look);
    addEventListener('resize', look);
    return () => {
      document.removeEventListener('selectionchange', look);
      document.removeEventListener('pointerdown', down);
      document.removeEventListener('pointerup', up);
      document.removeEventListener('pointercancel', up);
      log?.removeEventListener('scroll', look);
      removeEventListener('resize', look);
    };
  }, [chat, allowed]);
  if (!bar) return null;
  const unsure = bar.all.find(({ span }) => span === null);
  return (
    <div
      class={bar.below ? 'selection below' : 'selection'}
      role="toolbar"
      aria-label={t.mask.toolbar}
      data-testid="selection"
      style={{ left: `${bar.left}px`, top: `${bar.top}px` }}
      // The selection must outlive the click.
      onPointerDown={(event) => event.preventDefault()}
      onMouseDown={(event) => event.preventDefault()}
    >
      {unsure ? (
        <>
          <span>{t.mask.unsure}</span>
          <button type="button" data-testid="choose-in-text" onClick={() => desk.dialog.set({ kind: 'mask', chat, message: unsure.message })}>
            {t.mask.chooseInText}
          </button>
        </>
      ) : (
        <button type="button" data-testid="mask-selection" title={t.mask.selectionTitle} onClick={() => void maskChosen(chat)}>
          <Icon name="mask" size={18} /> {t.mask.selection}
          <kbd aria-hidden="true">M</kbd>
        </button>
      )}
    </div>
  );
}

function place(all: readonly Chosen[]): Bar | null {
  const selection = getSelection();
  if (all.length === 0 || !selection) return null;
  const range = selection.getRangeAt(0).getBoundingClientRect();
  const log = document.querySelector('[data-testid="log"]')?.getBoundingClientRect();
  if (!log || range.bottom < log.top || range.top > log.bottom) return null;
  const below = range.top - 52 < log.top;
  const middle = Math.max(log.left + 70, Math.min(log.right - 70, range.left + range.width / 2));
  return { left: middle, top: below ? Math.min(range.bottom, log.bottom) + 8 : range.top - 8, below, all };
}
