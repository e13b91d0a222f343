/** English. */

import type { Texts } from './type';

const minutes = (n: number) => (n <= 1 ? 'about 1 minute' : `about ${n} minutes`);

const texts: Texts = {
  locale: 'en',
  dir: 'ltr',

  online: 'Online',
  away: 'Away',
  loading: 'Loading',
  menu: 'Menu',
  minimise: 'Minimise',
  back: 'Back',
  close: 'Close',
  retry: 'Try again',
  optional: 'optional',
  chooseLanguage: 'Language',
  sound: 'Sound',
  opensInNewTab: 'opens in a new tab',

  welcome: 'How can we help?',
  welcomeSub: 'Chat with our team.',
  name: 'Name',
  email: 'E-mail',
  policy: 'Read the privacy policy',
  start: 'Agree and start chat',
  starting: 'Starting…',
  kept: 'Your message goes out as soon as the chat starts.',
  unverified: 'This page’s sign-in could not be verified.',
  asGuest: 'Continue as a guest',
  queueAhead: (n) => (n === 0 ? 'Everyone is busy. You are next in line.' : n === 1 ? 'Everyone is busy. 1 person is ahead of you.' : `Everyone is busy. ${n} people are ahead of you.`),
  queueWait: (n) => `The wait is ${minutes(n)}.`,

  absent: 'No agents are available right now',
  absentSub: 'Leave us a message and we’ll reply by e-mail.',
  disabled: 'Chat is closed right now',
  disabledSub: 'Leave us a message and we’ll reply by e-mail.',
  opens: (when) => `Opens again: ${when}`,
  contact: 'Contact Us',

  contactTitle: 'Contact Us',
  contactSub: 'We’ll reply by e-mail.',
  subject: 'Subject',
  message: 'Message',
  agree: 'I agree to the privacy notice',
  readIt: 'Read the notice',
  send: 'Send',
  sending: 'Sending…',
  required: 'Fill this in.',
  badEmail: 'Enter an address like name@example.com.',
  mustAgree: 'Agree to the notice so that we can reply.',
  invalid: 'Check this.',
  sent: 'Message sent',
  sentSub: (email) => `We’ll reply to ${email}.`,
  ticket: (n) => `Your ticket is #${n}`,
  done: 'Done',

  connecting: 'Connecting you with an agent',
  joined: (agent) => `${agent} joined the chat`,
  tookOver: (agent) => `${agent} has taken over`,
  left: (agent) => `${agent} had to leave. We’re finding someone else.`,

  conversation: 'Conversation',
  write: 'Write a message',
  writeAgain: 'Write to start a new chat',
  you: 'You',
  agent: 'Agent',
  pending: 'Waiting to be sent',
  delivered: 'Sent',
  failed: 'Not sent.',
  removed: 'Message removed',
  newMessages: 'New messages',
  reconnecting: 'Reconnecting. Messages go out by themselves.',
  today: 'Today',
  yesterday: 'Yesterday',

  ended: 'The chat has ended',
  newChat: 'New chat',

  unreachable: 'Chat did not load',
  unreachableSub: 'Check your connection, then try again.',
  refused: 'Chat is not available here',
  refusedSub: 'This website is not set up for it.',
  noNetwork: 'No connection. Check your network and try again.',
  tooMany: 'That was too often. Wait a minute and try again.',
  consentChanged: 'The notice has changed. Please read it again.',
  wentWrong: 'That did not work. Try again.',
};

export default texts;
