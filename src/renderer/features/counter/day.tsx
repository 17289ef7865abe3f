import { Download, ListChecks, Printer } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import type { DayList, DayRow } from '../../../contract/desk/counter-calls.ts';
import { useText } from '../../i18n/messages.ts';
import { useLoket, useStation } from '../../state/loket-context.ts';
import { Button } from '../../ui/button.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { FailureNotice } from '../../ui/failure-notice.tsx';
import { EmptyState } from '../../ui/kawung.tsx';
import { Badge, Notice, type Tone } from '../../ui/notice.tsx';
import { Progress } from '../../ui/progress.tsx';
import { useTakenText } from '../../ui/use-taken-text.ts';
import { usePrint } from './use-print.ts';

const outcomeTones: Readonly<Record<DayRow['outcome'], Tone>> = { verified: 'pass', review: 'review', stopped: 'stop' };
const sentTones: Readonly<Record<DayRow['sent'], Tone>> = { delivered: 'pass', pending: 'review', refused: 'stop' };

function useColumns(): readonly Column<DayRow>[] {
  const text = useText();
  return [
    { id: 'time', title: text('day.time'), cell: (row) => text.time(row.startedAt) },
    { id: 'customer', title: text('day.customer'), cell: (row) => row.customerName ?? text('day.nobody') },
    {
      id: 'outcome',
      title: text('day.outcome'),
      cell: (row) => (
        <div className="stack-tight">
          <Badge tone={outcomeTones[row.outcome]}>{text(`result.${row.outcome}`)}</Badge>
          {row.outcome === 'verified'
            ? null
            : [...new Set(row.reasons.map(({ code }) => code))].map((code) => (
                <span key={code} className="small muted">
                  {text.reason(code)}
                </span>
              ))}
        </div>
      ),
    },
    {
      id: 'sent',
      title: text('day.sent'),
      cell: (row) => <Badge tone={sentTones[row.sent]}>{text(`day.sent.${row.sent}`)}</Badge>,
    },
    { id: 'operators', title: text('day.operators'), cell: (row) => row.operators.join(', ') },
  ];
}

function Day() {
  const text = useText();
  const { bridge } = useStation();
  const [list, setList] = useState<DayList | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const columns = useColumns();
  const { print, printing } = usePrint('day');
  const csv = useTakenText('counter.dayCsv');
  const load = useCallback(async () => {
    setFailed(null);
    const answer = await bridge.call('counter.day', {}).catch(() => null);
    if (answer?.ok === true) setList(answer.value);
    else setFailed(answer?.error.code ?? 'connection_lost');
  }, [bridge]);
  useEffect(() => {
    const timer = setTimeout(() => void load(), 0);
    return () => clearTimeout(timer);
  }, [load]);
  if (failed !== null) return <ErrorState code={failed} onRetry={() => void load()} />;
  if (list === null) return <Progress label={text('day.loading')} value={null} />;
  return (
    <>
      <p className="muted">
        {list.desk} · {text.date(list.day)} · {text('day.count', { count: list.rows.length })}
      </p>
      <DataTable
        label={text('day.title')}
        columns={columns}
        rows={list.rows}
        rowId={(row) => row.sessionId}
        rowState={(row) => row.sent}
        empty={<EmptyState>{text('day.empty')}</EmptyState>}
        testId="day"
      />
      <FailureNotice />
      {csv.place === null ? null : (
        <Notice tone="pass" live testId="day-saved">
          {text('day.saved', { place: csv.place })}
        </Notice>
      )}
      <div className="row dialog-actions">
        <Button
          icon={<Download size={22} aria-hidden="true" />}
          onPress={() => void csv.take({ language: text.language })}
          disabled={list.rows.length === 0}
          testId="day-csv"
        >
          {text('day.csv')}
        </Button>
        <Button
          kind="primary"
          icon={<Printer size={22} aria-hidden="true" />}
          onPress={() => void print()}
          disabled={printing || list.rows.length === 0}
          testId="print-day"
        >
          {text('day.print')}
        </Button>
      </div>
    </>
  );
}

/** Who was served at this desk today, what came of it, and whether it has left the desk. */
export function DayButton() {
  const text = useText();
  const [open, setOpen] = useState(false);
  const idle = useLoket((state) => state.onboarding === null);
  if (!idle) return null;
  return (
    <>
      <Button icon={<ListChecks size={22} aria-hidden="true" />} onPress={() => setOpen(true)} testId="open-day">
        {text('day.title')}
      </Button>
      <Dialog title={text('day.title')} open={open} onClose={() => setOpen(false)} wide testId="day-dialog">
        <Day />
        <div className="row">
          <Button onPress={() => setOpen(false)} testId="day-close">
            {text('action.close')}
          </Button>
        </div>
      </Dialog>
    </>
  );
}
