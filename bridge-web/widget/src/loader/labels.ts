/** The few words the loader says itself. */

const EN = {
  chat: 'Chat',
  open: 'Open chat',
  close: 'Close chat',
  refused: 'Chat is not available here',
  unread: (n: number) => `${n} new message${n > 1 ? 's' : ''}`,
};

const KO: typeof EN = {
  chat: '채팅',
  open: '채팅 열기',
  close: '채팅 닫기',
  refused: '여기서는 채팅을 이용할 수 없습니다',
  unread: (n) => `새 메시지 ${n}개`,
};

export type Labels = typeof EN;

export function labels(locale: string): Labels {
  return /^ko\b/i.test(locale) ? KO : EN;
}
