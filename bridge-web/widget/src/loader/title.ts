/** Lets the page's title speak of new messages while nobody looks at it. */

const BLINK_MS = 1_200;

export function blinkTitle(): (words: string | false) => void {
  let timer = 0;
  let original = '';
  let ours: string | false = false;

  const say = (words: string | false) => {
    clearInterval(timer);
    if (document.title === ours) document.title = original;
    ours = document.hidden && words;
    if (!ours) return;
    original = document.title;
    timer = window.setInterval(() => {
      document.title = document.title === ours ? original : `${ours}`;
    }, BLINK_MS);
  };
  document.addEventListener('visibilitychange', () => say(false));
  return say;
}
