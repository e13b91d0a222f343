// What the stand-in desk knows at its start: chats, tickets, people. `much`: long names, long words, many messages.

export const now = () => Date.now();
export const iso = (at) => new Date(at).toISOString();
const MINUTE = 60_000;

export const ALICE = { id: '@alice:example.org', name: 'Alice from Support' };
export const BOB = { id: '@bob:example.org', name: 'Bob' };
export const CHAE = { id: '@chaewon:example.org', name: '김채원' };

const LONG_NAME = 'Maximiliane Konstantinopolitanischedudelsackpfeifenmachergesellin-Featherstonehaugh';

/** The events of a chat, numbered; what is written here lacks only `seq`. */
export class Chat {
  constructor(id, number, rest) {
    Object.assign(this, { id, number, state: 'active', customer: null, topic: null, agent: null, offered_until: null, locale: 'en', page: null, fields: [], asked: false, score: null, comment: null, earlier: [], tickets: [], since: now() }, rest);
    this.events = [];
    this.originals = new Map();
  }

  add(event, at = now()) {
    this.events.push({ seq: this.events.length + 1, at: iso(at), ...event });
    return this;
  }

  says(text, at, rest = {}) {
    return this.add({ type: 'message', id: `${this.id}-${this.events.length + 1}`, from: { kind: 'customer' }, text, masks: [], ...rest }, at);
  }

  answers(text, at, rest = {}, by = ALICE) {
    return this.add({ type: 'message', id: `${this.id}-${this.events.length + 1}`, from: { kind: 'agent', name: by.name }, text, masks: [], ...rest }, at);
  }

  message(id) {
    return this.events.find((event) => event.id === id && (event.type === 'message' || event.type === 'attachment'));
  }

  /** Hides scalar values `from` to `to` of a message. */
  hide(id, spans) {
    const message = this.message(id);
    if (!this.originals.has(id)) this.originals.set(id, message.text);
    const signs = [...message.text];
    for (const [from, to] of spans) for (let i = from; i < to; i++) signs[i] = '*';
    message.text = signs.join('');
    message.masks = merged([...message.masks, ...spans]);
    delete message.html;
    this.add({ type: 'mask', id, text: message.text, name: message.name ?? null, masked: true, masks: message.masks });
  }
}

function merged(spans) {
  const out = [];
  for (const [from, to] of spans.sort((a, b) => a[0] - b[0])) {
    const last = out.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else out.push([from, to]);
  }
  return out;
}

export function chats(much) {
  const t = now();
  const minji = new Chat('01JA', 1042, {
    customer: '김민지', topic: '결제', agent: ALICE, mine: true, locale: 'ko', since: t - 14 * MINUTE,
    page: { url: 'https://help.example.org/ko/billing/refunds', title: '환불 안내' },
    details: { name: '김민지', email: 'minji.kim@example.org', identified: true, since: iso(t - 200 * 24 * 60 * MINUTE) },
    fields: [{ name: 'topic', label: '주제', value: '결제' }, { name: 'order', label: '주문 번호', value: '2026-1123-0042' }],
    earlier: [{ id: '01H9', number: 871, state: 'closed', at: iso(t - 40 * 24 * 60 * MINUTE) }, { id: '01H2', number: 512, state: 'closed', at: iso(t - 90 * 24 * 60 * MINUTE) }],
    tickets: [3],
  });
  minji
    .add({ type: 'state', state: 'waiting', position: 1, wait_s: 40, contact: false }, t - 14 * MINUTE)
    .says('안녕하세요, 지난주에 결제한 주문이 두 번 청구되었어요 😥', t - 14 * MINUTE)
    .add({ type: 'state', state: 'active', agent: { name: ALICE.name } }, t - 13 * MINUTE)
    .answers('안녕하세요 김민지 고객님! 바로 확인해 드리겠습니다. 연락처를 알려 주시겠어요?', t - 13 * MINUTE)
    .says('네, 010-1234-5678 로 연락 주세요. 카드는 4539 1488 0343 6467 이에요 💳', t - 12 * MINUTE)
    .answers('**감사합니다!** 확인할 내용:\n1. 주문 번호\n2. 결제한 날짜', t - 11 * MINUTE, { html: '<p><strong>감사합니다!</strong> 확인할 내용:</p><ol><li>주문 번호</li><li>결제한 날짜</li></ol>' })
    .says('주문 번호는 2026-1123-0042 이고, 11월 17일이에요.', t - 10 * MINUTE)
    .add({ type: 'attachment', id: '01JA-8', from: { kind: 'customer' }, name: '영수증.png', mime: 'image/png', size: 48_213, width: 640, height: 400, masks: [] }, t - 9 * MINUTE)
    .add({ type: 'attachment', id: '01JA-9', from: { kind: 'customer' }, name: 'card-statement-2026-11-final-version.pdf', mime: 'application/pdf', size: 912_345, masks: [] }, t - 9 * MINUTE)
    .answers('확인했습니다. 중복 결제된 39,000원을 환불 처리하겠습니다.', t - 3 * MINUTE, { reply_to: '01JA-7' });
  minji.hide('01JA-5', [[26, 45]]);
  minji.add({ type: 'edit', id: '01JA-10', text: '확인했습니다. 중복 결제된 39,000원을 오늘 환불 처리하겠습니다. 자세한 내용은 https://help.example.org/ko/refunds 에 있습니다.', masks: [] }, t - 2 * MINUTE);
  Object.assign(minji.message('01JA-10'), { text: '확인했습니다. 중복 결제된 39,000원을 오늘 환불 처리하겠습니다. 자세한 내용은 https://help.example.org/ko/refunds 에 있습니다.' });
  minji.says('감사합니다! 😊', t - MINUTE);

  const offered = new Chat('01JB', 1043, { state: 'offered', customer: much ? LONG_NAME : 'Thomas Becker', topic: 'Shipping', agent: ALICE, mine: true, offered_until: t + 45_000, since: t - 30_000 });
  offered
    .add({ type: 'state', state: 'waiting', position: 1, wait_s: null, contact: false }, t - 30_000)
    .says('Hello, my parcel was delivered to the wrong address. My number is +49 151 2345 6789, please call me.', t - 28_000);

  const waiting = new Chat('01JC', 1044, { state: 'waiting', customer: 'Nora', topic: 'Log-in', since: t - 4 * MINUTE });
  waiting.add({ type: 'state', state: 'waiting', position: 2, wait_s: 90, contact: true }, t - 4 * MINUTE).says('I cannot log in since this morning', t - 4 * MINUTE);

  const nameless = new Chat('01JD', 1045, { state: 'waiting', since: t - 2 * MINUTE, locale: 'ko' });
  nameless.add({ type: 'state', state: 'waiting', position: 3, wait_s: 120, contact: true }, t - 2 * MINUTE);

  const bobs = new Chat('01JE', 1040, { customer: 'Ezra', topic: much ? 'Donaudampfschifffahrtsgesellschaftskapitaensmuetze' : 'Invoices', agent: BOB, since: t - 55 * MINUTE });
  bobs.add({ type: 'state', state: 'active', agent: { name: BOB.name } }, t - 54 * MINUTE).says('Can I get the invoice again?', t - 54 * MINUTE).answers('Of course, one moment.', t - 50 * MINUTE, {}, BOB);

  const busy = new Chat('01JF', 1041, { customer: 'Priya Natarajan', topic: 'Billing', agent: ALICE, mine: true, since: t - 30 * MINUTE });
  busy.add({ type: 'state', state: 'active', agent: { name: ALICE.name } }, t - 30 * MINUTE);
  const lines = ['Is this still being looked at?', 'Yes, my colleague has it on the desk.', 'Okay, thanks. I wrote about this last week, too, and then nobody came back to me.', 'I am sorry about that. Let me look at what happened then.', 'Sure 👍', 'https://help.example.org/orders/2026/11/23/a-very-long-address-that-does-not-end-soon?with=parameters&and=more'];
  for (let i = 0; i < (much ? 220 : 6); i++) {
    const at = t - 29 * MINUTE + i * (much ? 7_000 : MINUTE);
    if (i % 2) busy.answers(lines[i % lines.length], at);
    else busy.says(much && i % 40 === 0 ? 'x'.repeat(300) : lines[i % lines.length], at);
  }
  busy.says('And one more question: how long does it take?', t - MINUTE);
  return [bobs, busy, minji, waiting, nameless, offered];
}

export function tickets(much) {
  const t = now();
  const subjects = ['Charged twice for order 2026-1123-0042', '환불이 아직 들어오지 않았어요', 'Cannot log in', 'Parcel at the wrong address', 'Invoice for October', 'Question about the privacy policy'];
  return Array.from({ length: much ? 120 : 14 }, (_, i) => {
    const number = (much ? 120 : 14) - i;
    const subject = subjects[number % subjects.length];
    return {
      number,
      subject: much && number % 7 === 0 ? `${subject} ${'and a very long subject that says everything twice '.repeat(3)}` : subject,
      status: ['open', 'pending', 'open', 'solved', 'closed'][number % 5],
      priority: ['normal', 'high', 'normal', 'urgent', 'low'][number % 5],
      assignee: [ALICE, BOB, null][number % 3],
      tags: [{ name: number % 4 ? 'Chat' : 'Inquiry', fixed: true }, ...(number % 2 ? [{ name: 'billing', fixed: false }] : [])],
      customer: ['김민지', 'Thomas Becker', null, 'Priya Natarajan'][number % 4],
      created_at: iso(t - (i + 1) * 7 * 60 * MINUTE),
      changed_at: iso(t - (i + 1) * 3 * 60 * MINUTE),
      description: number % 2 ? 'The customer was charged 39,000 KRW twice on 17 November.\n\nRefund one of them and tell the customer.' : '',
      email: number % 3 ? 'minji.kim@example.org' : null,
      chat: number % 4 ? { id: '01JA', number: 1042, exists: number % 5 !== 0 } : null,
      made_by: ALICE,
      room: number % 4 ? 'https://matrix.to/#/!abc:example.org' : null,
      comments: [
        { number: 1, by: BOB, text: 'I asked the payment team. They answer until tomorrow.', public: false, at: iso(t - (i + 1) * 2 * 60 * MINUTE) },
        { number: 2, by: ALICE, text: 'Hello,\n\nwe have refunded 39,000 KRW. It takes 3 to 5 days to arrive.\n\nBest regards', public: true, at: iso(t - (i + 1) * 60 * MINUTE) },
      ],
      changes: [
        { by: ALICE, at: iso(t - (i + 1) * 3 * 60 * MINUTE), field: 'status', old: 'open', new: 'pending' },
        { by: BOB, at: iso(t - (i + 1) * 100 * MINUTE), field: 'assignee', old: null, new: 'Bob' },
      ],
      has_conversation: number % 4 !== 0,
      others: number > 2 ? [{ number: number - 1, subject: subjects[(number - 1) % subjects.length], status: 'solved' }] : [],
    };
  });
}

export const canned = [
  { name: 'hello', text: 'Hello! Thank you for writing to us. How can I help you?' },
  { name: 'refund', text: 'We have refunded your payment. It takes 3 to 5 working days until it arrives.' },
  { name: 'moment', text: 'One moment please, I am looking into it.' },
  { name: '인사', text: '안녕하세요! 무엇을 도와드릴까요?' },
];

export const agents = [
  { ...ALICE, routable: true, load: 2, capacity: 3, groups: ['billing'], permissions: ['chat', 'mask', 'unmask', 'ticket'] },
  { ...BOB, routable: true, load: 1, capacity: 3, groups: ['billing', 'shipping'], permissions: ['chat', 'ticket'] },
  { ...CHAE, routable: false, load: 0, capacity: 5, groups: [], permissions: ['chat', 'mask', 'ticket'] },
];

export function report(days, empty) {
  const wave = (i, most) => Math.round(most * (0.5 + 0.5 * Math.sin(i * 1.7) ** 2));
  const by_day = Array.from({ length: days }, (_, i) => {
    const day = new Date(now() - (days - 1 - i) * 86_400_000).toISOString().slice(0, 10);
    const none = empty || i % 7 === 3;
    return { day, chats: none ? 0 : wave(i, 42), lost: none ? 0 : wave(i + 2, 5), wait_s: none ? null : wave(i, 95), first_answer_s: none ? null : wave(i + 1, 48), score: none ? null : 4.2 };
  });
  const sum = (key) => by_day.reduce((all, day) => all + day[key], 0);
  return {
    days, zone: 'Asia/Seoul', chats: sum('chats'), lost: sum('lost'), waiting: empty ? 0 : 2, wait_s: empty ? null : 63, first_answer_s: empty ? null : 31, length_s: empty ? null : 642,
    ratings: empty ? 0 : 48, score: empty ? null : 4.4, by_day,
    agents: empty ? [] : [{ name: ALICE.name, chats: 96, first_answer_s: 24, ratings: 30, score: 4.7 }, { name: BOB.name, chats: 71, first_answer_s: 41, ratings: 18, score: 4.1 }, { name: CHAE.name, chats: 12, first_answer_s: null, ratings: 0, score: null }],
    by_hour: Array.from({ length: 24 }, (_, i) => (empty || i < 8 || i > 20 ? 0 : wave(i, 24))), scores: empty ? [0, 0, 0, 0, 0] : [1, 2, 4, 11, 30], capped: false,
  };
}
