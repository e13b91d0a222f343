/** English. */

import type { Words } from './type';

const words: Words = {
  nextInLine: 'You are next in line',
  position: (n) => `You are number ${n} in line`,
  wait: (n) => (n <= 1 ? 'The wait is about 1 minute.' : `The wait is about ${n} minutes.`),
  waitLonger: 'This takes longer than we thought. You keep your place.',
  waitHint: 'You can already write. An agent will see it on joining.',
  contactInstead: 'Leave a message instead',

  end: 'End chat',
  endQuestion: 'End this chat?',
  endYes: 'End chat',
  endNo: 'Keep chatting',
  endFailed: 'The chat could not be ended. Try again.',
  endedByYou: 'You ended the chat',
  endedByAgent: (agent) => `${agent} ended the chat`,
  endedByIdle: 'The chat ended because nobody wrote for a while',

  edited: 'Edited',
  masked: 'Personal data hidden',
  seen: 'Seen',
  room: (n) => `${n} characters left`,
  over: (n) => `${n} characters too long`,
  typing: (agent) => `${agent} is typing`,
  idle: (time) => `Are you still there? The chat ends at ${time} without a message from you.`,
  replyTo: (who) => `In reply to ${who}`,
  jump: 'Go to this message',

  attach: 'Attach a file',
  drop: 'Drop to send',
  openImage: (name) => `Open image ${name}`,
  download: (name) => `Download ${name}`,
  fileFailed: 'Did not load.',
  sendingFile: (percent) => `Sending, ${percent} %`,
  waitingFile: 'Waiting to be sent',
  cancelFile: (name) => `Remove ${name}`,
  tooLarge: (limit) => `Too large. Files may have up to ${limit}.`,
  wrongType: 'Files of this type cannot be sent here.',
  invalidFile: 'This file is empty or broken.',
  fileNotSent: 'Not sent.',
  chatEnded: 'The chat has ended.',

  rate: 'How was this chat?',
  stars: (n) => (n === 1 ? '1 star of 5' : `${n} stars of 5`),
  comment: 'Tell us more',
  sendRating: 'Send rating',
  notNow: 'Not now',
  rated: 'Thank you for your rating',
  change: 'Change',
  rateOver: 'The rating can no longer be changed.',

  transcript: 'Save transcript',
  transcriptMail: 'Send it by e-mail',
  transcriptFailed: 'The transcript did not load. Try again.',
  mailSent: (email) => `The transcript is on its way to ${email}`,
};

export default words;
