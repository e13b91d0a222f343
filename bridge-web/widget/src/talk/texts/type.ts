/** Every sentence of a running chat, as the type each language must fill. */

export interface Words {
  readonly nextInLine: string;
  readonly position: (position: number) => string;
  readonly wait: (minutes: number) => string;
  readonly waitLonger: string;
  readonly waitHint: string;
  readonly contactInstead: string;

  readonly end: string;
  readonly endQuestion: string;
  readonly endYes: string;
  readonly endNo: string;
  readonly endFailed: string;
  readonly endedByYou: string;
  readonly endedByAgent: (agent: string) => string;
  readonly endedByIdle: string;

  readonly edited: string;
  readonly masked: string;
  readonly seen: string;
  readonly room: (count: number) => string;
  readonly over: (count: number) => string;
  readonly typing: (agent: string) => string;
  readonly idle: (time: string) => string;
  readonly replyTo: (who: string) => string;
  readonly jump: string;

  readonly attach: string;
  readonly drop: string;
  readonly openImage: (name: string) => string;
  readonly download: (name: string) => string;
  readonly fileFailed: string;
  readonly sendingFile: (percent: number) => string;
  readonly waitingFile: string;
  readonly cancelFile: (name: string) => string;
  readonly tooLarge: (limit: string) => string;
  readonly wrongType: string;
  readonly invalidFile: string;
  readonly fileNotSent: string;
  readonly chatEnded: string;

  readonly rate: string;
  readonly stars: (n: number) => string;
  readonly comment: string;
  readonly sendRating: string;
  readonly notNow: string;
  readonly rated: string;
  readonly change: string;
  readonly rateOver: string;

  readonly transcript: string;
  readonly transcriptMail: string;
  readonly transcriptFailed: string;
  readonly mailSent: (email: string) => string;
}
