/** What the page lends to src/talk, which is built without a copy of it: one renderer draws both. */

export { Fragment, jsx, jsxs } from '../view/jsx-runtime';
export { useEffect, useRef, useState } from '../view/render';
export { ApiError } from './api';
export { ended } from './chat';
export { count, list, moment, object, text } from './wire';
export { Field } from './views/field';
export { clock } from './views/group';
export { Icon } from './views/icons';
export { Linked } from './views/linked';
export { useTexts } from './views/texts';
