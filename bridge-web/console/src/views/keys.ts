/** Keys that work everywhere in the page. */

import { useEffect } from 'preact/hooks';
import { neighbour } from '../core/lists';
import type { Desk } from '../core/desk';
import { UNSOLVED, addressOf } from '../core/router';
import { may, seesTickets } from '../wire/session';
import { maskChosen } from './selection';
import type { Surroundings } from './surroundings';

/** A letter by where its key is, when what is typed is no Latin letter: a Korean keyboard says ㅁ for a. */
export function letterOf({ key, code }: Pick<KeyboardEvent, 'key' | 'code'>): string {
  if (/^[a-z]$/i.test(key)) return key.toLowerCase();
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  return key.length === 1 && letter && !/[!-~]/.test(key) ? letter.toLowerCase() : key;
}

export function useKeys(around: Surroundings): void {
  useEffect(() => {
    const down = (event: KeyboardEvent) => pressed(event, around);
    document.addEventListener('keydown', down);
    return () => document.removeEventListener('keydown', down);
  }, [around]);

  function pressed(event: KeyboardEvent, { go }: Surroundings): void {
    const desk = around.desk;
    const target = event.target instanceof Element ? event.target : null;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector('dialog[open]')) return;
    const typing = target?.closest('input, textarea, select, [contenteditable]') !== null && target !== null;
    if (event.key === 'Escape') {
      if (typing && target instanceof HTMLElement) target.blur();
      return;
    }
    if (typing || !desk.singleKeys.value) return;
    const act = actionOf(letterOf(event), desk, go);
    if (!act) return;
    event.preventDefault();
    act();
  }
}

function actionOf(key: string, desk: Desk, go: (hash: string) => void): (() => void) | null {
  const service = desk.current();
  if (!service) return null;
  const { slug } = service;
  const chat = desk.open.value;
  const details = chat?.known.value.details ?? null;
  const list = desk.chats.value?.state.value.value?.chats ?? [];
  const mine = details?.state === 'active' && details.mayAnswer;
  const focus = (selector: string) => () => document.querySelector<HTMLElement>(selector)?.focus();
  const step = (by: 1 | -1) => () => {
    const id = neighbour(list, chat?.id ?? null, by);
    if (id) go(addressOf({ page: 'chats', service: slug, chat: id }));
  };
  const offered = list.find(({ id, state, mine }) => state === 'offered' && mine && (!chat || id === chat.id)) ?? list.find(({ state, mine }) => state === 'offered' && mine);
  switch (key) {
    case '?':
      return () => desk.dialog.set({ kind: 'keys' });
    case '1':
      return () => go(addressOf({ page: 'chats', service: slug, chat: desk.lastChat }));
    case '2':
      return seesTickets(service) ? () => go(addressOf({ page: 'tickets', service: slug, ticket: null, quick: null, filter: UNSOLVED })) : null;
    case '3':
      return may(service, 'supervise') ? () => go(addressOf({ page: 'report', service: slug, days: 7 })) : null;
    case 'j':
      return step(1);
    case 'k':
      return step(-1);
    case 'a':
      return offered ? () => void desk.act(offered.id, 'accept').then((done) => done && go(addressOf({ page: 'chats', service: slug, chat: offered.id }))) : null;
    case 'd':
      return offered ? () => void desk.act(offered.id, 'decline') : null;
    case 'r':
      return focus('[data-testid="composer"], [data-testid="ticket-comment"]');
    case 'l':
      return focus('[data-testid="log"]');
    case 'm':
      return masking(desk);
    case 't':
      return chat && details && may(service, 'ticket') ? () => desk.dialog.set({ kind: 'ticket', chat }) : null;
    case 'x':
      return chat && mine ? () => desk.dialog.set({ kind: 'transfer', chat }) : null;
    case 'e':
      return chat && mine ? () => desk.dialog.set({ kind: 'close', chat }) : null;
    case 's':
      return () => document.querySelector<HTMLElement>('[data-testid="own"]')?.click();
    case 'f':
      return focus('[data-testid="search"]');
    default:
      return null;
  }
}

/** What is selected; else the menu of the message that has the focus. */
function masking(desk: Desk): (() => void) | null {
  const chat = desk.open.value;
  const service = desk.current();
  if (!chat || !service || !may(service, 'mask')) return null;
  if (getSelection()?.isCollapsed === false) {
    return () => void maskChosen(chat).then((message) => message && desk.dialog.set({ kind: 'mask', chat, message }));
  }
  const menu = document.activeElement?.closest('.message')?.querySelector<HTMLElement>('[data-testid="message-menu"]');
  return menu ? () => menu.click() : null;
}
