/** Small line and bar plots as SVG text. Two series at most, told apart by colour and by dashes. */

export interface Axis {
  readonly label: string;
  readonly min: number;
  readonly max: number;
  readonly log?: boolean;
}

export interface LinePlot {
  readonly x: Axis;
  readonly y: Axis;
  readonly lines: readonly { readonly name: string; readonly points: readonly (readonly [number, number])[] }[];
}

const size = { width: 720, height: 360, left: 64, right: 16, top: 16, bottom: 48 };
const strokes = [
  { colour: '#0b6e4f', dash: '' },
  { colour: '#b3541e', dash: '6 4' },
];

function scale(axis: Axis, from: number, to: number): (value: number) => number {
  const place = axis.log === true ? (value: number) => Math.log10(Math.max(value, 1e-12)) : (value: number) => value;
  const [low, high] = [place(axis.min), place(axis.max)];
  const span = high > low ? high - low : 1;
  return (value) => from + ((Math.min(high, Math.max(low, place(value))) - low) / span) * (to - from);
}

/** Decades on a log axis; else about five round numbers. */
export function ticks(axis: Axis): number[] {
  if (axis.log === true) {
    const first = Math.ceil(Math.log10(axis.min) - 1e-9);
    const last = Math.floor(Math.log10(axis.max) + 1e-9);
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => 10 ** (first + index));
  }
  const rough = (axis.max - axis.min) / 5;
  if (!(rough > 0)) return [axis.min];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(axis.min / step - 1e-9);
  const last = Math.floor(axis.max / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}

export function linePlot({ x, y, lines }: LinePlot): string {
  const atX = scale(x, size.left, size.width - size.right);
  const atY = scale(y, size.height - size.bottom, size.top);
  const drawn = lines.map(({ points }, index) => {
    const { colour, dash } = strokes[index % strokes.length]!;
    const path = points.map(([px, py]) => `${atX(px).toFixed(1)},${atY(py).toFixed(1)}`).join(' ');
    return `<polyline fill="none" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash}" points="${path}"/>`;
  });
  return frame(axes(x, y, atX, atY) + drawn.join('') + legend(lines.map(({ name }) => name)), x.label);
}

export interface BarPlot {
  readonly label: string;
  readonly from: number;
  readonly step: number;
  readonly series: readonly { readonly name: string; readonly values: readonly number[] }[];
}

/** Share of each series per bin: genuine and impostor pairs differ in number a hundredfold. */
export function barPlot({ label, from, step, series }: BarPlot): string {
  const shares = series.map(({ values }) => {
    const total = values.reduce((sum, value) => sum + value, 0);
    return values.map((value) => (total > 0 ? value / total : 0));
  });
  const bins = series[0]?.values.length ?? 0;
  const x: Axis = { label, min: from, max: from + Math.max(1, bins) * step };
  const y: Axis = { label: 'share of pairs', min: 0, max: Math.max(0.01, ...shares.flat()) };
  const atX = scale(x, size.left, size.width - size.right);
  const atY = scale(y, size.height - size.bottom, size.top);
  const bars = shares.flatMap((values, index) =>
    values.map((share, bin) => {
      if (share === 0) return '';
      const left = atX(from + bin * step);
      const width = Math.max(1, atX(from + (bin + 1) * step) - left - 1);
      const top = atY(share);
      return `<rect x="${left.toFixed(1)}" y="${top.toFixed(1)}" width="${width.toFixed(1)}" height="${(size.height - size.bottom - top).toFixed(1)}" fill="${strokes[(index + 1) % strokes.length]!.colour}" fill-opacity="0.55"/>`;
    }),
  );
  return frame(axes(x, y, atX, atY) + bars.join('') + legend(series.map(({ name }) => name).reverse()), label);
}

function axes(x: Axis, y: Axis, atX: (value: number) => number, atY: (value: number) => number): string {
  const bottom = size.height - size.bottom;
  const right = size.width - size.right;
  const line = (x1: number, y1: number, x2: number, y2: number, colour: string) =>
    `<line x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}" stroke="${colour}"/>`;
  const text = (px: number, py: number, anchor: string, value: string) =>
    `<text x="${px.toFixed(1)}" y="${py.toFixed(1)}" text-anchor="${anchor}" font-size="12" fill="#55605c">${value}</text>`;
  const xs = ticks(x).map(
    (value) =>
      line(atX(value), size.top, atX(value), bottom, '#e6eae8') + text(atX(value), bottom + 18, 'middle', label(value)),
  );
  const ys = ticks(y).map(
    (value) =>
      line(size.left, atY(value), right, atY(value), '#e6eae8') +
      text(size.left - 8, atY(value) + 4, 'end', label(value)),
  );
  return (
    xs.join('') +
    ys.join('') +
    line(size.left, bottom, right, bottom, '#55605c') +
    line(size.left, size.top, size.left, bottom, '#55605c') +
    text((size.left + right) / 2, size.height - 8, 'middle', x.label) +
    `<text transform="translate(16 ${(size.top + bottom) / 2}) rotate(-90)" text-anchor="middle" font-size="12" fill="#55605c">${y.label}</text>`
  );
}

function label(value: number): string {
  if (value !== 0 && Math.abs(value) < 0.001) return value.toExponential(0);
  return String(Number(value.toFixed(4)));
}

function legend(names: readonly string[]): string {
  if (names.length < 2) return '';
  return names
    .map((name, index) => {
      const { colour, dash } = strokes[index % strokes.length]!;
      const y = size.top + 14 + index * 18;
      const x = size.width - size.right - 120;
      return `<line x1="${x}" y1="${y}" x2="${x + 24}" y2="${y}" stroke="${colour}" stroke-width="3" stroke-dasharray="${dash}"/><text x="${x + 32}" y="${y + 4}" font-size="12" fill="#1c2321">${name}</text>`;
    })
    .join('');
}

function frame(content: string, title: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${title}">${content}</svg>`;
}
