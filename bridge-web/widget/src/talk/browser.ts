/** The browser's parts that a running chat needs. */

import type { Send } from './calls';

export const send: Send = (address, headers, file, progress, signal) =>
  new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open('POST', address);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => total && progress(loaded / total);
    request.onloadend = () => resolve({ status: request.status, body: request.responseText });
    signal.addEventListener('abort', () => request.abort());
    request.send(file);
  });

export function save(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser reads it after the click.
  window.setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

interface Taker {
  takesFiles(): boolean;
  attach(files: readonly File[]): void;
  drag(dragging: boolean): void;
}

/** Files that are pasted, or dropped anywhere on the page. */
export function watchFiles({ takesFiles, attach, drag }: Taker): void {
  const carried = (data: DataTransfer | null) => takesFiles() && (data?.types.includes('Files') ?? false);
  document.addEventListener('paste', (event) => {
    const data = event.clipboardData;
    // A table copied from an office program comes as a picture too; its text is what was meant.
    if (!data || !carried(data) || data.types.includes('text/plain')) return;
    event.preventDefault();
    attach([...data.files]);
  });
  for (const type of ['dragenter', 'dragover'] as const) {
    document.addEventListener(type, (event) => {
      if (!carried(event.dataTransfer)) return;
      event.preventDefault();
      drag(true);
    });
  }
  document.addEventListener('dragleave', (event) => {
    if (!event.relatedTarget) drag(false);
  });
  document.addEventListener('drop', (event) => {
    drag(false);
    if (!carried(event.dataTransfer)) return;
    event.preventDefault();
    attach([...(event.dataTransfer?.files ?? [])]);
  });
}
