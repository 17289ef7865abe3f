import { RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { logLevels, type LogLevel, type LogLine } from '../../../contract/desk/operations-calls.ts';
import { useText } from '../../i18n/messages.ts';
import { useAnswer } from '../../state/use-answer.ts';
import { Asked } from '../../ui/asked.tsx';
import { Button } from '../../ui/button.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/kawung.tsx';
import { Badge } from '../../ui/notice.tsx';
import { Select } from '../../ui/select.tsx';

const tones = { debug: 'plain', info: 'plain', warn: 'review', error: 'stop' } as const;
const shownLevels = logLevels.filter((level) => level !== 'debug');

function fieldsOf({ fields }: LogLine): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${Array.isArray(value) ? value.join(' < ') : String(value)}`)
    .join('  ');
}

/** The program's own log since it was started. It holds no personal data by construction (`services/logs`). */
export function Logs() {
  const text = useText();
  const [level, setLevel] = useState<LogLevel>('info');
  const asked = useAnswer('logs.list', { level, limit: 500 });
  return (
    <>
      <p className="muted">{text('logs.what')}</p>
      <div className="row">
        <Select
          label={text('logs.level')}
          value={level}
          options={shownLevels.map((value) => ({ value, label: text(`logs.from.${value as 'info'}`) }))}
          onChange={setLevel}
          testId="log-level"
        />
        <span className="grow" />
        <Button icon={<RefreshCw size={20} aria-hidden="true" />} onPress={asked.again} testId="log-again">
          {text('logs.again')}
        </Button>
      </div>
      <Asked asked={asked}>
        {(view) => (
          <section className="sheet stack-tight">
            <p className="small muted">
              {text('logs.since', { time: text.dateTime(view.since) })}
              {view.dropped > 0 ? ` ${text('logs.dropped', { count: view.dropped })}` : ''}
            </p>
            <DataTable
              label={text('rooms.logs')}
              testId="log"
              rows={view.lines}
              rowId={({ seq }) => String(seq)}
              rowState={(line) => line.level}
              empty={<EmptyState>{text('logs.none')}</EmptyState>}
              columns={[
                { id: 'at', title: text('logs.time'), cell: ({ at }) => text.dateTime(at) },
                {
                  id: 'level',
                  title: text('logs.level'),
                  cell: (line) => <Badge tone={tones[line.level]}>{text(`logs.level.${line.level}`)}</Badge>,
                },
                { id: 'message', title: text('logs.message'), cell: ({ message }) => <span lang="en">{message}</span> },
                {
                  id: 'fields',
                  title: text('logs.fields'),
                  cell: (line) => <span className="mono small">{fieldsOf(line)}</span>,
                },
              ]}
            />
          </section>
        )}
      </Asked>
    </>
  );
}
