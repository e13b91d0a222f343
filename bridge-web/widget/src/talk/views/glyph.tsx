/** The icons that only a running chat needs, drawn as the page draws its own. */

const PATHS = {
  clip: 'm15.5 9-5.7 5.7a3.2 3.2 0 0 1-4.5-4.5l6-6a2.1 2.1 0 0 1 3 3l-5.8 5.8a1 1 0 0 1-1.5-1.5L12.2 6.3',
  file: 'M5.5 3h6l3.5 3.5V17h-9.5ZM11.5 3v3.5H15',
  down: 'M10 3.5v9M6 9l4 4 4-4M4 16.5h12',
  cross: 'm5.5 5.5 9 9m0-9-9 9',
  star: 'm10 2.8 2.2 4.5 5 .7-3.6 3.5.9 4.9L10 14.1l-4.5 2.3.9-4.9L2.8 8l5-.7Z',
  reply: 'M8 5 3.5 9.5 8 14M4 9.5h8a4.5 4.5 0 0 1 4.5 4.5v1.5',
  mail: 'M3 5.5h14v9.5H3ZM3.5 6l6.5 5 6.5-5',
} as const;

export function Glyph({ name, size = 20 }: { name: keyof typeof PATHS; size?: number }) {
  return (
    <svg
      class={`icon icon-${name}`}
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      stroke-width={1.6}
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
