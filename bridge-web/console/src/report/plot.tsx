/** Plots in SVG, drawn for the width that is there. What they say is in a table behind each. */

import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { useTexts } from '../views/context';
import { spaced, stretches } from './scale';

const HEIGHT = 180;
const BELOW = 22;
const TOP = 8;

interface Column {
  readonly name: string;
  readonly values: readonly (number | null)[];
}

interface FigureProps {
  title: string;
  labels: readonly string[];
  columns: readonly Column[];
  show: (value: number) => string;
  children: (width: number) => ComponentChildren;
}

export function Figure({ title, labels, columns, show, children }: FigureProps) {
  const t = useTexts();
  const [box, heading] = [useRef<HTMLDivElement>(null), useId()];
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (!box.current) return;
    const watch = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    watch.observe(box.current);
    return () => watch.disconnect();
  }, []);
  return (
    <figure aria-labelledby={heading} data-testid="plot">
      <figcaption>
        <h2 id={heading}>{title}</h2>
        {columns.length > 1 && (
          <span class="legend" aria-hidden="true">
            {columns.map(({ name }, i) => (
              <span key={name}>
                <i class={`key key-${'ab'[i]}`} /> {name}
              </span>
            ))}
          </span>
        )}
      </figcaption>
      <div class="plot" ref={box} aria-hidden="true">
        {width > 0 && children(width)}
      </div>
      <details>
        <summary>{t.report.table}</summary>
        <div class="table-scroll" tabIndex={0} role="region" aria-label={title}>
          <table>
            <thead>
              <tr>
                <td />
                {columns.map(({ name }) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {labels.map((label, i) => (
                <tr key={i}>
                  <th scope="row">{label}</th>
                  {columns.map(({ name, values }) => {
                    const value = values[i] ?? null;
                    return <td key={name}>{value === null ? '–' : show(value)}</td>;
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}

interface PlotProps {
  width: number;
  labels: readonly string[];
  ticks: readonly number[];
  show: (value: number) => string;
}

interface Series {
  readonly look: 'a' | 'b';
  readonly values: readonly (number | null)[];
}

/** Bars of several series stand on each other. */
export function Bars({ bars, ...plot }: PlotProps & { bars: readonly Series[] }) {
  const { labels, show } = plot;
  const { left, slot, y } = measure(plot);
  const thick = Math.max(2, Math.min(36, slot * 0.66));
  return (
    <Canvas {...plot}>
      {labels.map((label, i) => {
        let sum = 0;
        const title = `${label}: ${bars.map(({ values }) => show(values[i] ?? 0)).join(' / ')}`;
        return (
          <g key={i}>
            <title>{title}</title>
            <rect class="plot-hover" x={left + slot * i} y={TOP} width={slot} height={HEIGHT - TOP - BELOW} />
            {bars.map(({ look, values }) => {
              const value = values[i] ?? 0;
              const [top, bottom] = [y(sum + value), y(sum)];
              sum += value;
              return value > 0 && <rect key={look} class={`fill-${look}`} x={left + slot * i + (slot - thick) / 2} y={top} width={thick} height={Math.max(1, bottom - top)} rx={Math.min(3, thick / 3)} />;
            })}
          </g>
        );
      })}
    </Canvas>
  );
}

export function Lines({ lines, ...plot }: PlotProps & { lines: readonly Series[] }) {
  const { labels, show } = plot;
  const { left, slot, y } = measure(plot);
  const x = (i: number) => left + slot * (i + 0.5);
  return (
    <Canvas {...plot}>
      {lines.map(({ look, values }) => (
        <g key={look} class={`line-${look}`}>
          {stretches(values).map((stretch, i) => (
            <path key={i} d={stretch.map(([at, value], n) => `${n ? 'L' : 'M'}${x(at).toFixed(1)} ${y(value).toFixed(1)}`).join('')} />
          ))}
          {values.map((value, i) => value !== null && <circle key={i} cx={x(i)} cy={y(value)} r={labels.length > 40 ? 1.5 : 3} />)}
        </g>
      ))}
      {labels.map((label, i) => (
        <rect key={i} class="plot-hover" x={left + slot * i} y={TOP} width={slot} height={HEIGHT - TOP - BELOW}>
          <title>{`${label}: ${lines.map(({ values }) => (values[i] == null ? '–' : show(values[i]))).join(' / ')}`}</title>
        </rect>
      ))}
    </Canvas>
  );
}

function Canvas({ children, ...plot }: PlotProps & { children: ComponentChildren }) {
  const { width, labels, ticks, show } = plot;
  const { left, slot, y } = measure(plot);
  const longest = Math.max(...labels.map(({ length }) => length), 1);
  return (
    <svg width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`}>
      {ticks.map((tick) => (
        <g key={tick} class="tick">
          <line x1={left} x2={width} y1={y(tick)} y2={y(tick)} />
          <text x={left - 6} y={y(tick) + 4} text-anchor="end">
            {show(tick)}
          </text>
        </g>
      ))}
      {children}
      {spaced(labels.length, width - left, longest * 7 + 8).map((i) => (
        <text key={i} class="tick-label" x={left + slot * (i + 0.5)} y={HEIGHT - 5} text-anchor="middle">
          {labels[i]}
        </text>
      ))}
    </svg>
  );
}

function measure({ width, labels, ticks, show }: PlotProps) {
  const most = ticks.at(-1) || 1;
  const high = HEIGHT - TOP - BELOW;
  const left = Math.max(...ticks.map((tick) => show(tick).length)) * 7 + 12;
  return { left, slot: (width - left) / Math.max(1, labels.length), y: (value: number) => TOP + high * (1 - Math.min(1, value / most)) };
}
