/** Every sentence a customer reads, as the type each language must fill. */

export interface Texts {
  readonly locale: string;
  readonly dir: 'ltr' | 'rtl';

  readonly online: string;
  readonly away: string;
  readonly loading: string;
  readonly menu: string;
  readonly minimise: string;
  readonly back: string;
  readonly close: string;
  readonly retry: string;
  readonly optional: string;
  readonly chooseLanguage: string;
  readonly sound: string;
  readonly opensInNewTab: string;

  readonly welcome: string;
  readonly welcomeSub: string;
  readonly name: string;
  readonly email: string;
  readonly policy: string;
  readonly start: string;
  readonly starting: string;
  readonly kept: string;
  readonly unverified: string;
  readonly asGuest: string;
  readonly queueAhead: (waiting: number) => string;
  readonly queueWait: (minutes: number) => string;

  readonly absent: string;
  readonly absentSub: string;
  readonly disabled: string;
  readonly disabledSub: string;
  readonly opens: (when: string) => string;
  readonly contact: string;

  readonly contactTitle: string;
  readonly contactSub: string;
  readonly subject: string;
  readonly message: string;
  readonly agree: string;
  readonly readIt: string;
  readonly send: string;
  readonly sending: string;
  readonly required: string;
  readonly badEmail: string;
  readonly mustAgree: string;
  readonly invalid: string;
  readonly sent: string;
  readonly sentSub: (email: string) => string;
  readonly ticket: (number: number) => string;
  readonly done: string;

  readonly connecting: string;
  readonly joined: (agent: string) => string;
  readonly tookOver: (agent: string) => string;
  readonly left: (agent: string) => string;

  readonly conversation: string;
  readonly write: string;
  readonly writeAgain: string;
  readonly you: string;
  readonly agent: string;
  readonly pending: string;
  readonly delivered: string;
  readonly failed: string;
  readonly removed: string;
  readonly newMessages: string;
  readonly reconnecting: string;
  readonly today: string;
  readonly yesterday: string;

  readonly ended: string;
  readonly newChat: string;

  readonly unreachable: string;
  readonly unreachableSub: string;
  readonly refused: string;
  readonly refusedSub: string;
  readonly noNetwork: string;
  readonly tooMany: string;
  readonly consentChanged: string;
  readonly wentWrong: string;
}
