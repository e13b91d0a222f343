/** What a running chat adds to the page, which loads this file when a chat begins. */

import type { Message } from '../page/chat';
import type { Talk, TalkHost } from '../page/talk';
import { save, send, watchFiles } from './browser';
import { chime } from './chime';
import { openTalking } from './state';
import css from './talk.css';
import { Body } from './views/body';
import { End } from './views/end';
import { Marks, Seen } from './views/marks';
import { Room } from './views/room';
import { Items, Tools, Top } from './views/top';

export function openTalk(host: TalkHost): Talk {
  // A constructed sheet is not inline style, so it passes the page's policy.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];

  const talking = openTalking(host, { send, save });
  watchFiles(talking);
  return {
    get stamp() {
      return talking.stamp();
    },
    Body: ({ message }: { message: Message }) => <Body talking={talking} message={message} />,
    Marks: ({ message, last }: { message: Message; last: boolean }) => <Marks talking={talking} message={message} last={last} />,
    Seen: ({ message }: { message: Message }) => <Seen talking={talking} message={message} />,
    Top: () => <Top talking={talking} />,
    End: () => <End talking={talking} />,
    Items: ({ then }) => <Items talking={talking} then={then} />,
    Tools: () => <Tools talking={talking} />,
    Room,
    look: talking.look,
    hear: talking.hear,
    wrote: talking.wrote,
    chime,
  };
}
