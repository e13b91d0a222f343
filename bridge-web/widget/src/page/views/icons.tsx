/** The page's icons, 20 by 20, drawn with the text's colour. */

const PATHS = {
  menu: 'M10 4.5v.01M10 10v.01M10 15.5v.01',
  minimise: 'm5 8 5 5 5-5',
  back: 'm12 4.5-5.5 5.5 5.5 5.5',
  send: 'M10 16V4.5M5 9.5l5-5 5 5',
  check: 'm5.5 10.5 3 3 6-7',
  clock: 'M10 6.5V10l2.5 1.5M17 10a7 7 0 1 1-14 0 7 7 0 0 1 14 0Z',
  lock: 'M6.5 9V6.8a3.5 3.5 0 0 1 7 0V9M5.5 9h9v7h-9Z',
  alert: 'M10 6.5v4M10 13.5v.01M17 10a7 7 0 1 1-14 0 7 7 0 0 1 14 0Z',
  mail: 'M3 5.5h14v9.5H3ZM3.5 6l6.5 5 6.5-5',
  down: 'M10 4.5v11M5 10.5l5 5 5-5',
  chat: 'M4 4.5h12v8.5H9.5L6 16v-3H4Z',
} as const;

export function Icon({ name, label, size = 20 }: { name: keyof typeof PATHS; label?: string; size?: number }) {
  return (
    <svg
      class={`icon icon-${name}`}
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      stroke-width={name === 'menu' ? 2.4 : 1.6}
      stroke-linecap="round"
      stroke-linejoin="round"
      role={label ? 'img' : undefined}
      aria-label={label}
      aria-hidden={label ? undefined : 'true'}
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
