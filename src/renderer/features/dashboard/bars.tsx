import { scaleLinear } from 'd3-scale';

export interface Bar {
  readonly id: string;
  readonly label: string;
  readonly value: number;
  /** What stands at the end of the bar. */
  readonly words: string;
  readonly tone?: 'accent' | 'pass' | 'review' | 'stop';
}

const width = 480;
const rowHeight = 44;
const barHeight = 14;
/** Room for the figures at the end. */
const wordsWidth = 130;

/** One bar a row under its label, the figure directly at its end: nothing to look up in a legend. */
export function Bars({ bars, most }: { readonly bars: readonly Bar[]; readonly most?: number }) {
  const length = scaleLinear()
    .domain([0, Math.max(1, most ?? 0, ...bars.map(({ value }) => value))])
    .range([0, width - wordsWidth]);
  return (
    <svg viewBox={`0 0 ${width} ${bars.length * rowHeight}`} className="plot-svg">
      {bars.map(({ id, label, value, words, tone = 'accent' }, row) => (
        <g key={id} transform={`translate(0 ${row * rowHeight})`}>
          <text y="16" className="plot-label">
            {label.length > 58 ? `${label.slice(0, 57)}…` : label}
          </text>
          <rect y="22" width={width - wordsWidth} height={barHeight} rx="3" className="plot-track" />
          <rect y="22" width={length(value)} height={barHeight} rx="3" className={`plot-${tone}`} />
          <text x={width - wordsWidth + 10} y="34" className="plot-figure">
            {words}
          </text>
        </g>
      ))}
    </svg>
  );
}
