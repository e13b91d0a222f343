/** `widget.js`: draws the launcher, and makes the chat's frame on the first click. */

import { startLoader } from './loader';

startLoader(document.currentScript as HTMLScriptElement);
