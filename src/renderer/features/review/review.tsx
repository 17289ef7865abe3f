import { ArrowLeft, Clock, UserRound } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import type { ReviewRow, ReviewView } from '../../../contract/desk/answers.ts';
import { useText } from '../../i18n/messages.ts';
import { useStation } from '../../state/loket-context.ts';
import { Button } from '../../ui/button.tsx';
import { FailureNotice } from '../../ui/failure-notice.tsx';
import { EmptyState } from '../../ui/kawung.tsx';
import { Badge } from '../../ui/notice.tsx';
import { ReviewCase } from './review-case.tsx';
import { statusTone } from './status-tone.ts';

function Row({
  row,
  chosen,
  onOpen,
}: {
  readonly row: ReviewRow;
  readonly chosen: boolean;
  readonly onOpen: () => void;
}) {
  const text = useText();
  const first = row.reasons[0];
  return (
    <li data-testid="review-row" data-id={row.id} data-status={row.status}>
      <button
        type="button"
        className={chosen ? 'review-row review-row-chosen' : 'review-row'}
        aria-current={chosen}
        onClick={onOpen}
      >
        <span className="review-name">{row.customerName}</span>
        <Badge tone={statusTone[row.status]}>{text(`review.status.${row.status}`)}</Badge>
        <span className="review-reason muted">
          {first === undefined ? text.word('method', row.method) : text.reason(first.code)}
        </span>
        <span className="review-meta muted small">
          <Clock size={16} aria-hidden="true" /> {text('review.due', { time: text.dateTime(row.dueAt) })}
          <UserRound size={16} aria-hidden="true" /> {row.operator ?? '–'}
        </span>
      </button>
    </li>
  );
}

function useQueue(status: 'open' | 'decided') {
  const { store } = useStation();
  const [rows, setRows] = useState<readonly ReviewRow[] | null>(null);
  const load = useCallback(async () => {
    const answer = await store.run('review.list', { status });
    return answer.ok ? answer.value : null;
  }, [store, status]);
  useEffect(() => {
    let wanted = true;
    void load().then((next) => {
      if (wanted && next !== null) setRows(next);
    });
    return () => {
      wanted = false;
    };
  }, [load]);
  const reload = async () => {
    const next = await load();
    if (next !== null) setRows(next);
  };
  return { rows, reload };
}

/** Queue left, case right; on a narrow or upright screen one after the other. */
export function Review() {
  const text = useText();
  const { store } = useStation();
  const [status, setStatus] = useState<'open' | 'decided'>('open');
  const { rows, reload } = useQueue(status);
  const [view, setView] = useState<ReviewView | null>(null);
  const open = async (id: string) => {
    const answer = await store.run('review.open', { id });
    if (answer.ok) setView(answer.value);
  };
  const decided = (next: ReviewView) => {
    setView(next);
    void reload();
  };
  return (
    <main className={view === null ? 'review' : 'review review-open'} data-testid="review-page">
      <section className="review-queue stack">
        <div className="row">
          <h1 className="grow">{text('review.title')}</h1>
          <div className="segments" role="group" aria-label={text('review.filter')}>
            {(['open', 'decided'] as const).map((each) => (
              <button
                key={each}
                type="button"
                className="segment"
                aria-pressed={status === each}
                onClick={() => setStatus(each)}
                data-testid={`review-filter-${each}`}
              >
                {text(`review.filter.${each}`)}
              </button>
            ))}
          </div>
        </div>
        {rows === null ? (
          <p className="muted" role="status">
            {text('review.loading')}
          </p>
        ) : rows.length === 0 ? (
          <EmptyState>{text(`review.empty.${status}`)}</EmptyState>
        ) : (
          <ul className="stack-tight" data-testid="review-list">
            {rows.map((row) => (
              <Row key={row.id} row={row} chosen={row.id === view?.id} onOpen={() => void open(row.id)} />
            ))}
          </ul>
        )}
        {view === null ? <FailureNotice /> : null}
      </section>
      <section className="review-pane">
        {view === null ? (
          <EmptyState>{text('review.choose')}</EmptyState>
        ) : (
          <>
            <div className="review-back">
              <Button
                kind="quiet"
                icon={<ArrowLeft size={20} aria-hidden="true" />}
                onPress={() => setView(null)}
                testId="review-back"
              >
                {text('review.back')}
              </Button>
            </div>
            <ReviewCase key={view.id} view={view} onDecided={decided} />
          </>
        )}
      </section>
    </main>
  );
}
