/** The report's figures and plots, each with its table behind it. */

import type { Report } from '../wire/report';
import type { Texts } from '../texts/type';
import { useTexts } from '../views/context';
import { Icon } from '../views/icon';
import { Bars, Figure, Lines } from './plot';
import { secondTicks, ticks } from './scale';

export function Plots({ report }: { report: Report }) {
  const t = useTexts();
  const r = t.report;
  const { byDay, byHour, scores, agents } = report;
  const days = byDay.map(({ day }) => dayText(day, t.locale));
  const none = report.chats + report.lost + report.waiting === 0;
  return (
    <>
      {report.capped && (
        <p class="strip">
          <Icon name="info" size={16} /> {r.capped}
        </p>
      )}
      <dl class="figures">
        <Number name={r.chats} value={report.chats.toLocaleString(t.locale)} below={report.lost > 0 ? r.lostN(report.lost) : undefined} />
        <Number name={r.waitingNow} value={report.waiting.toLocaleString(t.locale)} />
        <Number name={r.wait} value={spanText(report.waitS, t)} />
        <Number name={r.firstAnswer} value={spanText(report.firstAnswerS, t)} />
        <Number name={r.length} value={spanText(report.lengthS, t)} />
        <Number name={r.score} value={report.score === null ? '–' : report.score.toLocaleString(t.locale, { maximumFractionDigits: 1 })} below={r.ratingsN(report.ratings)} />
      </dl>
      {none ? (
        <p class="report-none">{r.none}</p>
      ) : (
        <div class="plots">
          <Figure title={r.perDay} labels={days} columns={[{ name: r.chats, values: byDay.map(({ chats }) => chats) }, { name: r.lost, values: byDay.map(({ lost }) => lost) }]} show={(value) => value.toLocaleString(t.locale)}>
            {(width) => (
              <Bars
                width={width}
                labels={days}
                bars={[
                  { look: 'a', values: byDay.map(({ chats }) => chats) },
                  { look: 'b', values: byDay.map(({ lost }) => lost) },
                ]}
                ticks={ticks(Math.max(...byDay.map(({ chats, lost }) => chats + lost), 1))}
                show={(value) => value.toLocaleString(t.locale)}
              />
            )}
          </Figure>
          <Figure title={r.waits} labels={days} columns={[{ name: r.wait, values: byDay.map(({ waitS }) => waitS) }, { name: r.firstAnswer, values: byDay.map(({ firstAnswerS }) => firstAnswerS) }]} show={(value) => spanText(value, t)}>
            {(width) => (
              <Lines
                width={width}
                labels={days}
                lines={[
                  { look: 'a', values: byDay.map(({ waitS }) => waitS) },
                  { look: 'b', values: byDay.map(({ firstAnswerS }) => firstAnswerS) },
                ]}
                ticks={secondTicks(Math.max(...byDay.flatMap(({ waitS, firstAnswerS }) => [waitS ?? 0, firstAnswerS ?? 0]), 1))}
                show={(value) => spanText(value, t)}
              />
            )}
          </Figure>
          <Figure title={r.hours(report.zone)} labels={byHour.map((_, hour) => String(hour))} columns={[{ name: r.chats, values: byHour }]} show={(value) => value.toLocaleString(t.locale)}>
            {(width) => <Bars width={width} labels={byHour.map((_, hour) => String(hour))} bars={[{ look: 'a', values: byHour }]} ticks={ticks(Math.max(...byHour, 1))} show={(value) => value.toLocaleString(t.locale)} />}
          </Figure>
          <Figure title={r.ratings} labels={scores.map((_, i) => '★'.repeat(i + 1))} columns={[{ name: r.ratings, values: scores }]} show={(value) => value.toLocaleString(t.locale)}>
            {(width) => <Bars width={width} labels={scores.map((_, i) => `${i + 1} ★`)} bars={[{ look: 'a', values: scores }]} ticks={ticks(Math.max(...scores, 1))} show={(value) => value.toLocaleString(t.locale)} />}
          </Figure>
        </div>
      )}
      {agents.length > 0 && (
        <section class="report-agents">
          <h2>{r.agents}</h2>
          <div class="table-scroll" tabIndex={0} role="region" aria-label={r.agents}>
            <table>
              <thead>
                <tr>
                  <th scope="col">{r.agent}</th>
                  <th scope="col">{r.chats}</th>
                  <th scope="col">{r.firstAnswer}</th>
                  <th scope="col">{r.ratings}</th>
                  <th scope="col">{r.score}</th>
                </tr>
              </thead>
              <tbody>
                {agents.map((agent, i) => (
                  <tr key={i}>
                    <th scope="row" dir="auto">
                      {agent.name}
                    </th>
                    <td>{agent.chats.toLocaleString(t.locale)}</td>
                    <td>{spanText(agent.firstAnswerS, t)}</td>
                    <td>{agent.ratings.toLocaleString(t.locale)}</td>
                    <td>{agent.score === null ? '–' : agent.score.toLocaleString(t.locale, { maximumFractionDigits: 1 })}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </section>
      )}
    </>
  );
}

function Number({ name, value, below }: { name: string; value: string; below?: string | undefined }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {value}
        {below && <small>{below}</small>}
      </dd>
    </div>
  );
}

/** A date without a time has no zone: it must not become the day before. */
function dayText(day: string, locale: string): string {
  return new Date(`${day}T00:00:00Z`).toLocaleDateString(locale, { month: 'numeric', day: 'numeric', timeZone: 'UTC' });
}

export function spanText(seconds: number | null, t: Texts): string {
  if (seconds === null) return '–';
  const whole = Math.round(seconds);
  if (whole < 60) return t.seconds(whole);
  if (whole < 3600) return whole % 60 ? `${t.minutes(Math.floor(whole / 60))} ${t.seconds(whole % 60)}` : t.minutes(whole / 60);
  const minutes = Math.round((whole % 3600) / 60);
  return minutes ? `${t.hours(Math.floor(whole / 3600))} ${t.minutes(minutes)}` : t.hours(Math.floor(whole / 3600));
}
