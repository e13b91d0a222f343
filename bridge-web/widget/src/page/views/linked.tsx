/** Text exactly as it was typed, with its web addresses clickable. */

import { LINK, pieces } from '../words';

export function Linked({ text }: { text: string }) {
  return (
    <>
      {pieces(text, LINK).map((piece, i) =>
        piece.found ? (
          <a key={i} href={piece.text} target="_blank" rel="noopener noreferrer">
            {piece.text}
          </a>
        ) : (
          piece.text
        ),
      )}
    </>
  );
}
