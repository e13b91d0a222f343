/** The whole page. */

import { useEffect } from 'preact/hooks';
import { applyAccent } from '../../../widget/src/page/theme';
import { useStore } from '../core/store';
import { Bar } from './bar';
import { Chats } from './chats';
import { useDesk, useTexts } from './context';
import { Dialogs } from './dialogs';
import { Gate, Opening } from './gate';
import { useKeys } from './keys';
import { Offers } from './offers';
import { Empty } from './parts';
import { ReportPage } from './report-page';
import type { Surroundings } from './surroundings';
import { Tickets } from './tickets';
import { Toasts } from './toasts';

export function App({ around }: { around: Surroundings }) {
  const desk = useDesk();
  const entry = useStore(desk.door.entry);
  const language = useStore(desk.language);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  // Without the network one may go on reading; when it is over, whoever passes by may not.
  const isOver = entry.at === 'shut' && entry.why !== 'unreachable';
  useEffect(() => {
    document.documentElement.toggleAttribute('data-over', isOver);
  }, [isOver]);
  if (entry.at === 'opening') return <Opening />;
  if (entry.at === 'shut' && !entry.last) return <Gate why={entry.why} over={false} />;
  return (
    <>
      <Inside around={around} />
      {entry.at === 'shut' && <Gate why={entry.why} over />}
    </>
  );
}

function Inside({ around }: { around: Surroundings }) {
  const [desk, t] = [useDesk(), useTexts()];
  const place = useStore(desk.place);
  const service = desk.current();
  useKeys(around);
  useEffect(() => applyAccent(document.documentElement, service?.accent ?? null), [service?.accent]);
  if (!service) {
    return (
      <main class="gate">
        <Empty icon="lock" title={t.noService.title}>
          {t.noService.text}
        </Empty>
      </main>
    );
  }
  return (
    <div class="app">
      <Bar service={service} around={around} />
      <Offers around={around} />
      {place.page === 'chats' && <Chats key={service.slug} service={service} around={around} />}
      {place.page === 'tickets' && <Tickets key={service.slug} service={service} place={place} around={around} />}
      {place.page === 'report' && <ReportPage key={service.slug} service={service} days={place.days} around={around} />}
      <Dialogs service={service} around={around} />
      <Toasts />
    </div>
  );
}
