/** The calls that only a running chat makes. */

import { ApiError, object } from '../page/shared';
import type { Api, ChatTicket } from '../page/api';

/** Sends a file and tells how far it is, which `fetch` cannot. Status 0: no answer came. */
export type Send = (
  address: string,
  headers: Readonly<Record<string, string>>,
  file: Blob,
  progress: (sent: number) => void,
  signal: AbortSignal,
) => Promise<{ status: number; body: string }>;

export function callsOf(api: Api, of: ChatTicket, send: Send) {
  const post = async (path: string, body: object) => void (await api.ask(of, path, { method: 'POST', body: JSON.stringify(body) }));
  const blob = async (path: string) => {
    const answer = await api.ask(of, path, {});
    try {
      return await answer.blob();
    } catch {
      throw new ApiError(0, 'network');
    }
  };
  return {
    close: () => post('/close', {}),
    typing: (typing: boolean) => post('/typing', { typing }),
    read: (seq: number) => post('/read', { seq }),
    rate: (score: number, comment: string) => post('/rating', { score, ...(comment && { comment }) }),
    mailTranscript: (email: string) => post('/transcript', { email }),
    transcript: () => blob('/transcript'),
    attachment: (id: string) => blob(`/attachments/${encodeURIComponent(id)}`),

    async upload(key: string, file: File, progress: (sent: number) => void, signal: AbortSignal): Promise<void> {
      const headers = { authorization: `Bearer ${of.visitorToken}`, 'content-type': file.type || 'application/octet-stream' };
      const path = `/attachments?${new URLSearchParams({ key, name: file.name || 'file' })}`;
      const { status, body } = await send(api.address(of, path), headers, file, progress, signal);
      if (status >= 200 && status < 300) return;
      throw new ApiError(status, status ? codeOf(body) : 'network');
    },
  };
}

export type Calls = ReturnType<typeof callsOf>;

function codeOf(body: string): string {
  try {
    return String(object(object(JSON.parse(body)).error).code ?? 'unknown');
  } catch {
    // A proxy on the way may answer in its own words.
    return 'unknown';
  }
}
