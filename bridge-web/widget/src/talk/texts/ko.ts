/** Korean. */

import type { Words } from './type';

const words: Words = {
  nextInLine: '바로 다음 순서예요',
  position: (n) => `대기 순서 ${n}번째`,
  wait: (n) => `예상 대기 시간은 약 ${Math.max(1, n)}분입니다.`,
  waitLonger: '예상보다 오래 걸리고 있어요. 순서는 그대로 유지됩니다.',
  waitHint: '미리 메시지를 남기시면 상담원이 들어와서 확인합니다.',
  contactInstead: '대신 문의 남기기',

  end: '채팅 종료',
  endQuestion: '채팅을 종료할까요?',
  endYes: '종료',
  endNo: '계속하기',
  endFailed: '종료하지 못했습니다. 다시 시도해 주세요.',
  endedByYou: '채팅을 종료했습니다',
  endedByAgent: (agent) => `${agent} 님이 채팅을 종료했습니다`,
  endedByIdle: '오랫동안 대화가 없어 채팅이 종료되었습니다',

  edited: '수정됨',
  masked: '개인정보가 가려졌습니다',
  seen: '읽음',
  room: (n) => `${n}자 남음`,
  over: (n) => `${n}자 초과`,
  typing: (agent) => `${agent} 님이 입력 중입니다`,
  idle: (time) => `아직 계신가요? 메시지가 없으면 ${time}에 채팅이 종료됩니다.`,
  replyTo: (who) => `${who}에게 답장`,
  jump: '이 메시지로 이동',

  attach: '파일 첨부',
  drop: '여기에 놓으면 전송됩니다',
  openImage: (name) => `이미지 열기: ${name}`,
  download: (name) => `내려받기: ${name}`,
  fileFailed: '불러오지 못했습니다.',
  sendingFile: (percent) => `보내는 중, ${percent}%`,
  waitingFile: '전송 대기 중',
  cancelFile: (name) => `삭제: ${name}`,
  tooLarge: (limit) => `파일이 너무 큽니다. ${limit}까지 보낼 수 있어요.`,
  wrongType: '이 형식의 파일은 보낼 수 없습니다.',
  invalidFile: '비어 있거나 손상된 파일입니다.',
  fileNotSent: '전송되지 않았습니다.',
  chatEnded: '채팅이 종료되었습니다.',

  rate: '상담은 어떠셨나요?',
  stars: (n) => `5점 중 ${n}점`,
  comment: '의견을 남겨 주세요',
  sendRating: '평가 보내기',
  notNow: '나중에',
  rated: '평가해 주셔서 감사합니다',
  change: '변경',
  rateOver: '이제 평가를 변경할 수 없습니다.',

  transcript: '대화 내용 저장',
  transcriptMail: '이메일로 받기',
  transcriptFailed: '대화 내용을 불러오지 못했습니다. 다시 시도해 주세요.',
  mailSent: (email) => `${email} 주소로 대화 내용을 보내드릴게요`,
};

export default words;
