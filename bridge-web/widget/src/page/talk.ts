/**
 * What a running chat can do beyond plain text: formatting, files, typing, rating, and more. It comes in a file of
 * its own (src/talk), and may come late or never; the page works without it, and draws these in where they belong.
 */

import type { VNode } from '../view/jsx-runtime';
import type { Api, ChatTicket } from './api';
import type { Chat, Message } from './chat';
import type { State } from './state';

export interface Talk {
  /** Another one when messages must be drawn anew. */
  readonly stamp: number;
  /** A message's content, in its bubble. */
  Body(props: { message: Message }): VNode;
  /** What is marked below a bubble. */
  Marks(props: { message: Message; last: boolean }): VNode | null;
  /** Whether the agent has seen this, the last one of a group, and beyond. */
  Seen(props: { message: Message }): VNode | null;
  /** Between header and conversation. */
  Top(): VNode | null;
  /** Behind the last message: what is being sent, who is typing, the end. */
  End(): VNode | null;
  /** In the header's menu. */
  Items(props: { then: (act: () => void) => () => void }): VNode | null;
  /** In the composer, before the text. */
  Tools(): VNode | null;
  /** Above the text, when it is nearly too long. */
  Room(props: { left: number }): VNode | null;
  /** The visit changed. */
  look(): void;
  hear(frame: unknown): void;
  wrote(text: string): void;
  chime(): void;
}

export interface TalkHost {
  readonly api: Api;
  state(): State;
  ticket(): ChatTicket | null;
  /** The number of the last agent's message that the customer has seen. */
  seen(): number;
  /** Over the socket; false when there is none. */
  say(frame: object): boolean;
  changeChat(change: (chat: Chat) => Chat): void;
  newChat(): void;
  showContact(): void;
  /** Draws again. */
  changed(): void;
  later(ms: number, run: () => void): () => void;
  now(): number;
  freshKey(): string;
}

export interface TalkModule {
  openTalk(host: TalkHost): Talk;
}
