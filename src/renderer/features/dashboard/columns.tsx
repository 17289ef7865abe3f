import { scaleBand, scaleLinear } from 'd3-scale';

export interface Column {
  readonly id: string;
  /** Under the axis; empty: no room for one. */
  readonly label: string;
  /** From the axis upwards. */
  readonly parts: readonly { readonly tone: 'accent' | 'pass' | 'review' | 'stop'; readonly value: number }[];
}

export interface Mark {
  /** 0–1 of the axis. */
  readonly at: number;
  readonly label: string;
}

const width = 480;
const height = 230;
const floor = 200;
/** Below the names of up to three lines. */
const ceiling = 72;

/** Columns on a common floor, stacked by outcome, with the lines the rules draw and what they are called. */
export function Columns({
  columns,
  marks = [],
}: {
  readonly columns: readonly Column[];
  readonly marks?: readonly Mark[];
}) {
  const total = ({ parts }: Column) => parts.reduce((sum, { value }) => sum + value, 0);
  const place = scaleBand<number>()
    .domain(columns.map((_, index) => index))
    .range([0, width])
    .paddingInner(0.15);
  const rise = scaleLinear()
    .domain([0, Math.max(1, ...columns.map(total))])
    .range([0, floor - ceiling]);
  return (
    <svg viewBox={`0 0 ${width} ${height}`} className="plot-svg">
      {columns.map((column, index) => {
        const x = place(index) ?? 0;
        const stacked = column.parts.map((part, at) => ({
          ...part,
          below: column.parts.slice(0, at).reduce((sum, { value }) => sum + value, 0),
        }));
        return (
          <g key={column.id}>
            {stacked.map(({ tone, value, below }) =>
              value === 0 ? null : (
                <rect
                  key={tone}
                  x={x}
                  y={floor - rise(below + value)}
                  width={place.bandwidth()}
                  // A single case must be seen beside ten thousand.
                  height={Math.max(2, rise(value))}
                  className={`plot-${tone}`}
                />
              ),
            )}
            {total(column) === 0 || columns.length > 12 ? null : (
              <text
                x={x + place.bandwidth() / 2}
                y={floor - rise(total(column)) - 5}
                textAnchor="middle"
                className="plot-count"
              >
                {total(column)}
              </text>
            )}
            <text x={x + place.bandwidth() / 2} y={floor + 18} textAnchor="middle" className="plot-count">
              {column.label}
            </text>
          </g>
        );
      })}
      <line x1="0" x2={width} y1={floor} y2={floor} className="plot-axis" />
      {marks.map(({ at, label }, index) => {
        const x = Math.min(width - 1, Math.max(1, at * width));
        const left = at > 0.7;
        return (
          <g key={label}>
            <line x1={x} x2={x} y1={index * 17 + 2} y2={floor} className="plot-mark" />
            <text
              x={left ? x - 5 : x + 5}
              y={index * 17 + 14}
              textAnchor={left ? 'end' : 'start'}
              className="plot-count"
            >
              {label}
            </text>
          </g>
        );
      })}
    </svg>
  );
}
