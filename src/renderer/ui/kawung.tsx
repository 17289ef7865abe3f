interface KawungProps {
  /** Motifs across and down. */
  readonly columns: number;
  readonly rows: number;
  readonly className?: string;
}

// Each petal reaches from the middle of its cell to a corner (half the diagonal of 40 is 28.3), where it meets three others.
const petals = [
  { cx: 20, cy: 5.9, rx: 6, ry: 12.6 },
  { cx: 20, cy: 34.1, rx: 6, ry: 12.6 },
  { cx: 5.9, cy: 20, rx: 12.6, ry: 6 },
  { cx: 34.1, cy: 20, rx: 12.6, ry: 6 },
];

/** A thin kawung line: four ellipses around a point, repeated. Decoration only. */
export function Kawung({ columns, rows, className = '' }: KawungProps) {
  const places = Array.from({ length: columns * rows }, (_, index) => ({
    x: (index % columns) * 40,
    y: Math.floor(index / columns) * 40,
  }));
  return (
    <svg
      className={`kawung ${className}`}
      viewBox={`0 0 ${columns * 40} ${rows * 40}`}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.2"
      aria-hidden="true"
    >
      {places.map(({ x, y }) => (
        <g key={`${x}-${y}`} transform={`translate(${x} ${y}) rotate(45 20 20)`}>
          {petals.map((petal) => (
            <ellipse key={`${petal.cx}-${petal.cy}`} {...petal} />
          ))}
          <circle cx="20" cy="20" r="1.2" fill="currentColor" stroke="none" />
        </g>
      ))}
    </svg>
  );
}

export function EmptyState({ children }: { readonly children: string }) {
  return (
    <div className="empty">
      <Kawung columns={3} rows={1} className="empty-mark" />
      <p className="lead muted">{children}</p>
    </div>
  );
}
