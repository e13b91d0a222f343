/** Text exactly as it was typed, with its web addresses clickable and its masked runs solid. */

import { pieces } from '../words';

export function Linked({ text, masked = false }: { text: string; masked?: boolean }) {
  return (
    <>
      {pieces(text, masked).map((piece, i) =>
        piece.kind === 'link' ? (
          <a key={i} href={piece.text} target="_blank" rel="noopener noreferrer">
            {piece.text}
          </a>
        ) : piece.kind === 'masked' ? (
          <span key={i} class="run">
            {piece.text}
          </span>
        ) : (
          piece.text
        ),
      )}
    </>
  );
}
