/** An attachment: an image in its place, or a row with name, size and a way to save it. */

import { useEffect, useRef, useTexts } from '../../page/shared';
import type { Talking } from '../state';
import { sizeText, useWords } from '../words';
import type { Attachment } from '../wire';
import { Glyph } from './glyph';

interface Props {
  talking: Talking;
  file: Attachment;
}

const SHOWN = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];
const WIDEST = 232;
const HIGHEST = 280;
/** The place of an image whose size was not told. */
const UNKNOWN = { width: 232, height: 174 };
const NEAR = '400px';

export const isPicture = ({ mime }: Attachment) => SHOWN.includes(mime);

/** Loaded when it comes near, in a place of its size, so that nothing moves. */
export function Picture({ talking, file }: Props) {
  const w = useWords();
  const image = useRef<HTMLImageElement | null>(null);
  const place = fitted(file);

  useEffect(() => {
    const target = image.current;
    if (!target) return;
    let gone = false;
    const load = async () => {
      const address = await talking.address(file);
      if (!address) return;
      if (gone) URL.revokeObjectURL(address);
      else target.src = address;
    };
    target.onerror = () => talking.cannotShow(file);
    const watch = new IntersectionObserver(
      (seen) => {
        if (!seen.some(({ isIntersecting }) => isIntersecting)) return;
        watch.disconnect();
        void load();
      },
      { root: target.closest('.log'), rootMargin: NEAR },
    );
    watch.observe(target);
    return () => {
      gone = true;
      watch.disconnect();
      target.onerror = null;
      if (target.src) URL.revokeObjectURL(target.src);
    };
  }, []);

  return (
    <button
      class="picture"
      type="button"
      aria-label={w.openImage(file.name)}
      data-testid="image"
      onClick={() => image.current?.src && talking.show(file, image.current.src)}
    >
      <img ref={image} alt="" width={place.width} height={place.height} />
    </button>
  );
}

function fitted({ width, height }: Attachment): { width: number; height: number } {
  if (!width || !height) return UNKNOWN;
  const scale = Math.min(1, WIDEST / width, HIGHEST / height);
  return { width: Math.max(44, Math.round(width * scale)), height: Math.max(44, Math.round(height * scale)) };
}

export function FileRow({ talking, file }: Props) {
  const [t, w] = [useTexts(), useWords()];
  const state = talking.state().fetches[file.id];
  return (
    <button
      class="file"
      type="button"
      aria-label={w.download(file.name)}
      aria-busy={state === 'busy'}
      data-testid="file"
      onClick={() => void talking.download(file)}
    >
      <span class="file-sign">
        <Glyph name="file" />
      </span>
      <FileName name={file.name} below={state === 'failed' ? `${w.fileFailed} ${t.retry}` : sizeText(file.size, t.locale)} />
      <Glyph name="down" />
    </button>
  );
}

/** A long name gives way in its middle, because its end says what it is. */
export function FileName({ name, below }: { name: string; below: string }) {
  const dot = name.lastIndexOf('.');
  const tail = dot > 0 && name.length - dot < 8 ? name.slice(Math.max(0, dot - 3)) : '';
  return (
    <span class="file-about">
      <span class="file-name" title={name} dir="ltr">
        <span>{tail ? name.slice(0, -tail.length) : name}</span>
        <span>{tail}</span>
      </span>
      <span class="file-size">{below}</span>
    </span>
  );
}

/** An image at its full size. */
export function Lightbox({ talking }: { talking: Talking }) {
  const [t, w] = [useTexts(), useWords()];
  const { shown } = talking.state();
  if (!shown) return null;
  const { file, address } = shown;
  return (
    <dialog
      class="lightbox"
      aria-label={file.name}
      data-testid="lightbox"
      ref={(dialog) => dialog.showModal()}
      onClose={() => talking.show(null)}
      onClick={(event) => event.target === event.currentTarget && talking.show(null)}
      // Escape closes the image, not the panel.
      onKeyDown={(event) => event.key === 'Escape' && event.stopPropagation()}
    >
      <p>
        <span class="file-name">{file.name}</span>
        <button class="tool" type="button" aria-label={w.download(file.name)} onClick={() => void talking.download(file)}>
          <Glyph name="down" />
        </button>
        <button class="tool" type="button" aria-label={t.close} onClick={() => talking.show(null)}>
          <Glyph name="cross" />
        </button>
      </p>
      <img src={address} alt={file.name} />
    </dialog>
  );
}
