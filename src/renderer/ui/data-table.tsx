import type { ReactNode } from 'react';

export interface Column<R> {
  readonly id: string;
  readonly title: string;
  readonly cell: (row: R) => ReactNode;
  /** Figures stand right, under each other. */
  readonly number?: boolean;
}

interface DataTableProps<R> {
  /** What the table is about, for a screen reader. */
  readonly label: string;
  readonly columns: readonly Column<R>[];
  readonly rows: readonly R[];
  readonly rowId: (row: R) => string;
  /** `data-state` of the row. */
  readonly rowState?: (row: R) => string;
  /** Shown instead of a table without rows. */
  readonly empty: ReactNode;
  readonly testId?: string;
}

/** A table's own frame: on a narrow screen it scrolls sideways, also by keys. */
export function TableScroll({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label={label}>
      {children}
    </div>
  );
}

/** Rows and columns that scroll by themselves on a narrow screen; the first column names its row. */
export function DataTable<R>(props: DataTableProps<R>) {
  const { label, columns, rows, rowId, rowState, empty, testId } = props;
  if (rows.length === 0) return <>{empty}</>;
  return (
    <TableScroll label={label}>
      <table className="table" data-testid={testId}>
        <thead>
          <tr>
            {columns.map(({ id, title, number = false }) => (
              <th key={id} scope="col" className={number ? 'number' : undefined}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr
              key={rowId(row)}
              data-testid={testId === undefined ? undefined : `${testId}-row`}
              data-id={rowId(row)}
              data-state={rowState?.(row)}
            >
              {columns.map(({ id, cell, number = false }, index) =>
                index === 0 ? (
                  <th key={id} scope="row">
                    {cell(row)}
                  </th>
                ) : (
                  <td key={id} className={number ? 'number' : undefined}>
                    {cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}
