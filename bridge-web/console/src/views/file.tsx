/** A file of a message: an image in a place of its size, or a row with name and size. */

import { useEffect, useRef, useState } from 'preact/hooks';
import type { OpenChat } from '../core/chat';
import type { Attachment } from '../wire/event';
import { useDesk, useTexts } from './context';
import { Icon } from './icon';

const SHOWN = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];
const WIDEST = 280;
const HIGHEST = 240;
/** The place of an image whose size was not told. */
const UNKNOWN = { width: 240, height: 180 };

interface Props {
  file: Attachment;
  message: string;
  chat: OpenChat | null;
}

export function File({ file, message, chat }: Props) {
  const [broken, setBroken] = useState(false);
  if (!chat) return <Row file={file} message={message} chat={null} />;
  if (SHOWN.includes(file.mime) && !broken) return <Picture file={file} message={message} chat={chat} onBroken={() => setBroken(true)} />;
  return <Row file={file} message={message} chat={chat} />;
}

/** In a browser the address itself; in a widget, which has no cookie, an object of the bytes. */
function useSource(chat: OpenChat, message: string, near: boolean, onBroken: () => void): string | null {
  const desk = useDesk();
  const token = desk.session()?.token ?? null;
  const [source, setSource] = useState<string | null>(null);
  useEffect(() => {
    if (!near) return;
    if (token === null) return setSource(desk.api.fileAddress(chat.id, message));
    let [gone, address]: [boolean, string | null] = [false, null];
    desk.api.file(chat.id, message).then(
      (bytes) => {
        if (gone) return;
        address = URL.createObjectURL(bytes);
        setSource(address);
      },
      () => gone || onBroken(),
    );
    return () => {
      gone = true;
      if (address) URL.revokeObjectURL(address);
    };
  }, [chat, message, near]);
  return source;
}

function Picture({ file, message, chat, onBroken }: Props & { chat: OpenChat; onBroken: () => void }) {
  const [desk, t] = [useDesk(), useTexts()];
  const box = useRef<HTMLButtonElement>(null);
  const [near, setNear] = useState(false);
  const source = useSource(chat, message, near, onBroken);
  useEffect(() => {
    if (!box.current) return;
    const watch = new IntersectionObserver((seen) => seen.some(({ isIntersecting }) => isIntersecting) && setNear(true), { root: box.current.closest('.log'), rootMargin: '400px' });
    watch.observe(box.current);
    return () => watch.disconnect();
  }, []);
  const { width, height } = fitted(file);
  return (
    <button class="picture" type="button" ref={box} aria-label={t.file.open(file.name)} data-testid="image" onClick={() => source && desk.dialog.set({ kind: 'image', chat, message, name: file.name, source })}>
      <img src={source ?? undefined} alt="" width={width} height={height} onError={() => source && onBroken()} />
    </button>
  );
}

function fitted({ width, height }: Attachment): { width: number; height: number } {
  if (!width || !height) return UNKNOWN;
  const scale = Math.min(1, WIDEST / width, HIGHEST / height);
  return { width: Math.max(44, Math.round(width * scale)), height: Math.max(44, Math.round(height * scale)) };
}

function Row({ file, message, chat }: Props) {
  const [desk, t] = [useDesk(), useTexts()];
  const [state, setState] = useState<'busy' | 'failed' | null>(null);
  const save = async (of: OpenChat) => {
    if (state === 'busy') return;
    setState('busy');
    try {
      const address = URL.createObjectURL(await desk.api.file(of.id, message));
      const link = document.createElement('a');
      link.href = address;
      link.download = file.name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(address), 60_000);
      setState(null);
    } catch {
      setState('failed');
    }
  };
  const inside = (
    <>
      <Icon name="file" />
      <span class="file-about">
        <span class="file-name" dir="auto">
          {file.name}
        </span>
        <span class="file-size">{state === 'failed' ? t.file.failed : sizeText(file.size, t.locale)}</span>
      </span>
    </>
  );
  if (!chat) return <span class="file">{inside}</span>;
  return (
    <button class="file" type="button" aria-label={t.file.save(file.name)} aria-busy={state === 'busy'} data-testid="file" onClick={() => void save(chat)}>
      {inside}
      <Icon name="down" size={18} />
    </button>
  );
}

export function sizeText(bytes: number, locale: string): string {
  if (bytes <= 0) return '';
  const step = Math.min(3, Math.floor(Math.log2(bytes) / 10));
  const unit = ['byte', 'kilobyte', 'megabyte', 'gigabyte'][step] ?? 'byte';
  return (bytes / 1024 ** step).toLocaleString(locale, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: step ? 1 : 0 });
}
