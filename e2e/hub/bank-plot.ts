/** The day as one drawing: captures that wait, captures taken in, and what was done to the bank, over time. Plain SVG, no script. */
import { scaleLinear } from 'd3-scale';
import type { BankDayReport, Hardship } from './bank-day.ts';

const width = 960;
const height = 460;
const frame = { left: 96, right: 64, top: 24, bottom: 150 };
const colours: Readonly<Record<Hardship['kind'], string>> = {
  'line cut': '#b0b7c3',
  'slow line': '#d8c48a',
  'all lines cut': '#c0392b',
  'process killed': '#8e44ad',
  'database restarted': '#d35400',
};

export function bankPlot(report: BankDayReport): string {
  const { curve } = report;
  const last = curve.at(-1)?.at ?? 1;
  const floor = height - frame.bottom;
  const x = scaleLinear([0, last], [frame.left, width - frame.right]);
  const waiting = scaleLinear([0, Math.max(1, report.mostWaiting)], [floor, frame.top]).nice();
  const taken = scaleLinear([0, Math.max(1, report.captures)], [floor, frame.top]).nice();
  const line = (y: (sample: (typeof curve)[number]) => number): string =>
    curve.map((sample) => `${x(sample.at).toFixed(1)},${y(sample).toFixed(1)}`).join(' ');
  const ticks = [
    ...x.ticks(10).map((at) => text(x(at), floor + 16, `${at} s`, 'middle')),
    ...waiting.ticks(5).map((n) => text(frame.left - 8, waiting(n) + 4, String(n), 'end')),
    ...taken.ticks(5).map((n) => text(width - frame.right + 8, taken(n) + 4, String(n), 'start')),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" font-family="sans-serif" font-size="12" fill="#222">
<title>${report.desks} desks: captures waiting and taken in</title>
<rect width="${width}" height="${height}" fill="#fff"/>
${rows(report, x, floor).join('\n')}
<path d="M${frame.left} ${frame.top}V${floor}H${width - frame.right}V${frame.top}" fill="none" stroke="#999"/>
<polyline points="${line((sample) => taken(sample.delivered))}" fill="none" stroke="#2d7d46" stroke-width="1.5" stroke-dasharray="5 3"/>
<polyline points="${line((sample) => waiting(sample.waiting))}" fill="none" stroke="#14508c" stroke-width="2"/>
${text(frame.left, 16, 'waiting at the desks (blue, left)', 'start')}
${text(width - frame.right, 16, 'taken in by the hub (green, dashed, right)', 'end')}
${ticks.join('\n')}
</svg>`;
}

/** One row for each kind of trouble, below the time. */
function rows(report: BankDayReport, x: (at: number) => number, floor: number): readonly string[] {
  return (Object.keys(colours) as Hardship['kind'][]).flatMap((kind, row) => {
    const top = floor + 32 + row * 22;
    const spans = report.hardships
      .filter((one) => one.kind === kind)
      .map(
        ({ from, to }) =>
          `<rect x="${x(from).toFixed(1)}" y="${top}" width="${Math.max(3, x(to) - x(from)).toFixed(1)}" height="12" fill="${colours[kind]}"/>`,
      );
    return [...spans, text(frame.left - 4, top + 11, kind === 'database restarted' ? 'database' : kind, 'end', 10)];
  });
}

function text(x: number, y: number, what: string, anchor: string, size = 12): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" font-size="${size}">${what}</text>`;
}

export function bankTable(report: BankDayReport): readonly (readonly [string, string])[] {
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
  const kb = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;
  const count = (kind: Hardship['kind']): number => report.hardships.filter((one) => one.kind === kind).length;
  const { perCapture: unit, sealedToAcknowledgedMs: whole } = report;
  return [
    ['desks, time', `${report.desks}, ${report.seconds} s and ${report.drainSeconds} s to drain`],
    ['captures (customers)', `${report.captures} (${report.customers})`],
    ['taken in, mean / busiest ten seconds', `${report.capturesPerSecond} / ${report.busiestPerSecond} a second`],
    ['answer of the hub, p50 / p95', `${seconds(report.answerMs.p50)} / ${seconds(report.answerMs.p95)}`],
    ['sealed to acknowledged, p50 / p95 / longest', [whole.p50, whole.p95, whole.longest].map(seconds).join(' / ')],
    ['most waiting at once', String(report.mostWaiting)],
    ['attempts, failures by code', `${report.attempts}, ${failuresOf(report)}`],
    ['lines cut / slow / all cut', `${count('line cut')} / ${count('slow line')} / ${count('all lines cut')} times`],
    ['processes killed, database restarts', `${count('process killed')}, ${count('database restarted')}`],
    [
      'database, WAL, sealed frames per capture',
      [unit.databaseBytes, unit.walBytes, unit.frameBytes].map(kb).join(', '),
    ],
    ['audit rows, hub processor per capture', `${unit.auditRows}, ${unit.hubCpuMs} ms`],
    ['lost, doubled, broken', report.findings.length === 0 ? 'nothing' : report.findings.join('; ')],
  ];
}

function failuresOf({ failures }: BankDayReport): string {
  const named = Object.entries(failures).map(([code, n]) => `${code} ${n}`);
  return named.length === 0 ? 'none' : named.join(', ');
}

/** Waiting captures as a bar of characters, for a terminal. */
export function backlogBars({ curve, mostWaiting }: BankDayReport, lines = 30): readonly string[] {
  const step = Math.max(1, Math.ceil(curve.length / lines));
  return curve
    .filter((_, index) => index % step === 0 || index === curve.length - 1)
    .map(({ at, waiting }) => {
      const bar = '#'.repeat(Math.round((50 * waiting) / Math.max(1, mostWaiting)));
      return `${String(Math.round(at)).padStart(5)} s ${String(waiting).padStart(5)} ${bar}`.trimEnd();
    });
}

export function bankPage(report: BankDayReport): string {
  const cells = bankTable(report).map(([name, value]) => `<tr><th scope="row">${name}</th><td>${value}</td></tr>`);
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Simulated bank</title>
<style>body{font:15px sans-serif;max-width:60rem;margin:2rem auto;color:#222}th{text-align:left;font-weight:normal;padding:.2rem 1.5rem .2rem 0}</style>
<h1>${report.desks} desks, ${report.captures} captures</h1>
${bankPlot(report)}
<table>${cells.join('')}</table></html>
`;
}
