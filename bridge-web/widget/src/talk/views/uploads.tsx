/** Files on their way to the server, each with how far it is or why it did not go. */

import { Icon, useEffect, useRef, useTexts } from '../../page/shared';
import type { Texts } from '../../texts/type';
import type { Talking } from '../state';
import type { Words } from '../texts/type';
import { canRetry } from '../uploads';
import type { Upload } from '../uploads';
import type { Offers } from '../wire';
import { sizeText, useWords } from '../words';
import { FileName } from './file';
import { Glyph } from './glyph';

export function Uploads({ talking }: { talking: Talking }) {
  const { uploads } = talking.state();
  return uploads.length ? (
    <div class="group from-customer" aria-live="off">
      {uploads.map((upload) => (
        <One key={upload.key} talking={talking} upload={upload} />
      ))}
    </div>
  ) : null;
}

function One({ talking, upload }: { talking: Talking; upload: Upload }) {
  const [t, w] = [useTexts(), useWords()];
  const { key, file, state, sent } = upload;
  const percent = Math.floor(sent * 100);
  const below = state === 'going' ? w.sendingFile(percent) : state === 'waiting' ? w.waitingFile : sizeText(file.size, t.locale);
  return (
    <div class="message" data-testid="upload" data-state={state === 'failed' ? 'failed' : 'sending'}>
      <div class="bubble">
        <div class="file">
          <Thumb file={file} />
          <FileName name={file.name} below={below} />
          {state !== 'done' && (
            <button class="tool" type="button" aria-label={w.cancelFile(file.name)} data-testid="cancel" onClick={() => talking.drop(key)}>
              <Glyph name="cross" size={18} />
            </button>
          )}
        </div>
        {state !== 'failed' && (
          <progress value={`${sent}`} aria-label={w.sendingFile(percent)} />
        )}
      </div>
      {state === 'failed' && (
        <p class="mark failed" role="alert">
          <Icon name="alert" size={14} /> {reason(upload, t, w, talking.offers())}{' '}
          {canRetry(upload) && (
            <button class="link" type="button" data-testid="retry" onClick={() => talking.retry(key)}>
              {t.retry}
            </button>
          )}
        </p>
      )}
    </div>
  );
}

function reason({ why }: Upload, t: Texts, w: Words, { files }: Offers): string {
  switch (why) {
    case 'too_large':
      return w.tooLarge(sizeText(files?.maxBytes ?? 0, t.locale));
    case 'unsupported_type':
      return w.wrongType;
    case 'invalid':
      return w.invalidFile;
    case 'too_many':
      return t.tooMany;
    case 'chat_closed':
      return w.chatEnded;
    default:
      return w.fileNotSent;
  }
}

function Thumb({ file }: { file: File }) {
  const image = useRef<HTMLImageElement | null>(null);
  useEffect(() => {
    const target = image.current;
    if (!target) return;
    target.src = URL.createObjectURL(file);
    return () => URL.revokeObjectURL(target.src);
  }, []);
  return (
    <span class="file-sign">
      {/^image\/(png|jpeg|gif|webp)$/.test(file.type) ? <img ref={image} alt="" /> : <Glyph name="file" />}
    </span>
  );
}
