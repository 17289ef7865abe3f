import type { AuditLine } from '../../contract/desk/review-desk.ts';
import { useText } from '../i18n/messages.ts';
import { DataTable } from './data-table.tsx';

/** Who did what and when, newest first. Codes and numbers only, as the record has them. */
export function AuditLines({ lines, testId }: { readonly lines: readonly AuditLine[]; readonly testId: string }) {
  const text = useText();
  const rows = lines.map((line, index) => ({ ...line, key: `${line.at} ${index}` }));
  return (
    <DataTable
      label={text('audit.title')}
      testId={testId}
      rows={rows}
      rowId={(row) => row.key}
      rowState={(row) => row.event}
      empty={<p className="muted">{text('audit.none')}</p>}
      columns={[
        { id: 'at', title: text('audit.time'), cell: (row) => text.dateTime(row.at) },
        { id: 'event', title: text('audit.event'), cell: (row) => text.word('audit.event', row.event) },
        {
          id: 'actor',
          title: text('audit.actor'),
          cell: (row) =>
            row.actor === '' || row.actorKind === 'api_key'
              ? `${text.word('actor', row.actorKind)} ${row.actor}`
              : row.actor,
        },
        {
          id: 'detail',
          title: text('audit.detail'),
          cell: (row) => <span className="small mono audit-detail">{detailText(row.detail)}</span>,
        },
      ]}
    />
  );
}

function detailText(detail: AuditLine['detail']): string {
  return Object.entries(detail)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}: ${String(value)}`)
    .join(' · ');
}
