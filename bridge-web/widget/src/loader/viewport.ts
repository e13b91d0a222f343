/** On a phone the panel is the part of the screen that the keyboard leaves free. */

export function followKeyboard(panel: HTMLElement): void {
  const view = window.visualViewport;
  const follow = () => {
    panel.style.setProperty('--top', `${view?.offsetTop}px`);
    panel.style.setProperty('--height', `${view?.height}px`);
  };
  for (const type of ['resize', 'scroll']) view?.addEventListener(type, follow);
}
