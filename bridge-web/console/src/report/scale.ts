/** Where things stand in a plot. Pure. */

/** Of counts: a round number at or above, and the whole steps to it from 0. */
export function ticks(most: number, wanted = 4): number[] {
  if (most <= 0) return [0, 1];
  const rough = most / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough) ?? power * 10);
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, i) => i * step);
}

/** As `ticks`, in whole minutes or hours where there are any. */
export function secondTicks(most: number): number[] {
  const step = [5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400].find((one) => most / one <= 4);
  if (!step || most <= 0) return most <= 0 ? [0, 5] : ticks(most);
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, i) => i * step);
}

/** Which of many labels are written, so that none touches the next. */
export function spaced(many: number, width: number, label: number): number[] {
  const step = Math.max(1, Math.ceil((many * label) / Math.max(1, width)));
  return Array.from({ length: many }, (_, i) => i).filter((i) => i % step === 0);
}

/** The stretches of a line that has gaps. */
export function stretches(values: readonly (number | null)[]): (readonly [index: number, value: number])[][] {
  const out: (readonly [number, number])[][] = [];
  let open = false;
  values.forEach((value, i) => {
    if (value === null) return void (open = false);
    if (open) out.at(-1)?.push([i, value]);
    else out.push([[i, value]]);
    open = true;
  });
  return out;
}
