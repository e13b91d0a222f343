/** The report; what draws it is loaded when it is looked at first. */

import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { SPANS, addressOf } from '../core/router';
import type { Report } from '../wire/report';
import { may } from '../wire/session';
import type { ServiceLine } from '../wire/session';
import { useDesk, useTexts } from './context';
import { Bones, Empty, Problem } from './parts';
import type { Surroundings } from './surroundings';

interface Props {
  service: ServiceLine;
  days: number;
  around: Surroundings;
}

export function ReportPage({ service, days }: Props) {
  const [desk, t] = [useDesk(), useTexts()];
  const [report, setReport] = useState<Report | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [Plots, setPlots] = useState<{ View: ComponentType<{ report: Report }> } | null>(null);
  const [round, setRound] = useState(0);
  const allowed = may(service, 'supervise');
  useEffect(() => {
    if (!allowed) return;
    let gone = false;
    setError(null);
    Promise.all([desk.api.report(service.slug, days), import('../report/plots')]).then(
      ([read, { Plots: View }]) => {
        if (gone) return;
        setReport(read);
        setPlots({ View });
      },
      (failure: unknown) => gone || setError(failure),
    );
    return () => {
      gone = true;
    };
  }, [service.slug, days, round, allowed]);
  if (!allowed) {
    return (
      <main class="gate">
        <Empty icon="lock" title={t.report.denied} />
      </main>
    );
  }
  return (
    <main class="report scroll" aria-busy={!report && error === null} data-testid="report">
      <header class="report-head">
        <h1>{t.report.title}</h1>
        <nav aria-label={t.report.span} class="spans">
          {SPANS.map((span) => (
            <a key={span} href={addressOf({ page: 'report', service: service.slug, days: span })} aria-current={span === days ? 'true' : undefined}>
              {t.report.days(span)}
            </a>
          ))}
        </nav>
      </header>
      {error !== null && <Problem onRetry={() => setRound(round + 1)}>{desk.explain(error)}</Problem>}
      {report && Plots ? <Plots.View report={report} /> : error === null && <Bones many={6} kind="row" />}
    </main>
  );
}
