import type { ReactNode } from 'react';
import { useId } from 'react';
import { useText } from '../../i18n/messages.ts';
import { DataTable, type Column } from '../../ui/data-table.tsx';

interface PlotProps<R> {
  /** The question the plot answers. */
  readonly title: string;
  /** The answer in one sentence. */
  readonly says: string;
  readonly rows: readonly R[];
  readonly rowId: (row: R) => string;
  readonly columns: readonly Column<R>[];
  /** Drawn; left out where there is nothing to draw. */
  readonly children: ReactNode;
  readonly testId: string;
  readonly note?: string | undefined;
}

/** A question, its answer as a sentence, the drawing, and the very numbers as a table for whoever does not see drawings. */
export function Plot<R>({ title, says, rows, rowId, columns, children, testId, note }: PlotProps<R>) {
  const text = useText();
  const id = useId();
  return (
    <section className="sheet plot" aria-labelledby={id} data-testid={testId}>
      <h2 id={id}>{title}</h2>
      <p data-testid={`${testId}-says`}>{says}</p>
      {note === undefined ? null : <p className="muted small">{note}</p>}
      {rows.length === 0 ? null : (
        <>
          <div className="plot-drawing" aria-hidden="true">
            {children}
          </div>
          <details className="unfold">
            <summary data-testid={`${testId}-table`}>{text('plot.table')}</summary>
            <DataTable
              label={title}
              columns={columns}
              rows={rows}
              rowId={rowId}
              empty={null}
              testId={`${testId}-rows`}
            />
          </details>
        </>
      )}
    </section>
  );
}
