/** Korean. */

import type { Texts } from './type';

const minutes = (n: number) => (n <= 1 ? '약 1분' : `약 ${n}분`);

const texts: Texts = {
  locale: 'ko',
  dir: 'ltr',

  online: '상담 가능',
  away: '부재중',
  loading: '불러오는 중',
  menu: '메뉴',
  minimise: '최소화',
  back: '뒤로',
  close: '닫기',
  retry: '다시 시도',
  optional: '선택',
  chooseLanguage: '언어',
  sound: '알림음',
  opensInNewTab: '새 탭에서 열림',

  welcome: '무엇을 도와드릴까요?',
  welcomeSub: '상담원과 채팅해 보세요.',
  name: '이름',
  email: '이메일',
  policy: '개인정보 처리방침 보기',
  start: '동의하고 채팅 시작',
  starting: '시작하는 중…',
  kept: '작성하신 메시지는 채팅이 시작되면 바로 전송됩니다.',
  unverified: '이 페이지의 로그인 정보를 확인하지 못했습니다.',
  asGuest: '비회원으로 계속하기',
  queueAhead: (n) => (n === 0 ? '상담원이 모두 상담 중입니다. 다음 순서예요.' : `상담원이 모두 상담 중입니다. 앞에 ${n}명이 기다리고 있어요.`),
  queueWait: (n) => `예상 대기 시간은 ${minutes(n)}입니다.`,

  absent: '지금은 상담 가능한 상담원이 없습니다',
  absentSub: '문의를 남겨 주시면 이메일로 답변드릴게요.',
  disabled: '지금은 채팅 상담을 운영하지 않습니다',
  disabledSub: '문의를 남겨 주시면 이메일로 답변드릴게요.',
  opens: (when) => `다음 상담 시작: ${when}`,
  contact: '문의하기',

  contactTitle: '문의하기',
  contactSub: '이메일로 답변드릴게요.',
  subject: '제목',
  message: '내용',
  agree: '개인정보 수집·이용에 동의합니다',
  readIt: '내용 보기',
  send: '보내기',
  sending: '보내는 중…',
  required: '입력해 주세요.',
  badEmail: 'name@example.com 형식으로 입력해 주세요.',
  mustAgree: '답변을 드리려면 동의가 필요합니다.',
  invalid: '다시 확인해 주세요.',
  sent: '문의가 접수되었습니다',
  sentSub: (email) => `${email} 주소로 답변드릴게요.`,
  ticket: (n) => `접수 번호 #${n}`,
  done: '확인',

  connecting: '상담원을 연결하고 있어요',
  joined: (agent) => `${agent} 님이 상담을 시작했습니다`,
  tookOver: (agent) => `${agent} 님이 이어서 상담합니다`,
  left: (agent) => `${agent} 님이 자리를 비워 다른 상담원을 찾고 있어요.`,

  conversation: '대화',
  write: '메시지를 입력하세요',
  writeAgain: '메시지를 보내면 새 채팅이 시작됩니다',
  you: '나',
  agent: '상담원',
  pending: '전송 대기 중',
  delivered: '전송됨',
  failed: '전송되지 않았습니다.',
  removed: '삭제된 메시지입니다',
  newMessages: '새 메시지',
  reconnecting: '다시 연결하는 중입니다. 메시지는 자동으로 전송됩니다.',
  today: '오늘',
  yesterday: '어제',

  ended: '채팅이 종료되었습니다',
  newChat: '새 채팅',

  unreachable: '채팅을 불러오지 못했습니다',
  unreachableSub: '연결 상태를 확인하고 다시 시도해 주세요.',
  refused: '이 페이지에서는 채팅을 이용할 수 없습니다',
  refusedSub: '이 웹사이트는 채팅이 설정되어 있지 않습니다.',
  noNetwork: '연결되지 않았습니다. 네트워크를 확인하고 다시 시도해 주세요.',
  tooMany: '요청이 너무 많습니다. 잠시 후 다시 시도해 주세요.',
  consentChanged: '안내 내용이 바뀌었습니다. 다시 확인해 주세요.',
  wentWrong: '처리하지 못했습니다. 다시 시도해 주세요.',
};

export default texts;
