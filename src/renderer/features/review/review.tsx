import { ArrowLeft, RefreshCw } from 'lucide-react';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import type { ReviewView } from '../../../contract/desk/answers.ts';
import type { QueueCase, QueueView } from '../../../contract/desk/review-desk.ts';
import type { ReviewDecision } from '../../../core/review/review-rules.ts';
import { useText } from '../../i18n/messages.ts';
import { useLoket, useStation } from '../../state/loket-context.ts';
import { useAnswer } from '../../state/use-answer.ts';
import { Asked } from '../../ui/asked.tsx';
import { Button } from '../../ui/button.tsx';
import { FailureNotice } from '../../ui/failure-notice.tsx';
import { EmptyState } from '../../ui/kawung.tsx';
import { Notice } from '../../ui/notice.tsx';
import { BatchBar } from './batch-bar.tsx';
import { QueueFilters, type QueueFilter } from './queue-filters.tsx';
import { QueueRow } from './queue-row.tsx';
import { ReviewCase } from './review-case.tsx';
import { useReviewKeys, type ReviewAct } from './review-keys.ts';
import { Shortcuts } from './shortcuts.tsx';

/** Ages go on while nobody presses anything. */
const refreshMs = 60_000;
const mostMarked = 20;

/** The queue, kept fresh; `selfActing` on the desk's side, so that it keeps nobody signed in. */
function useQueue() {
  const [filter, setFilter] = useState<QueueFilter>({ status: 'undecided' });
  const queue = useAnswer('review.queue', filter);
  const again = useEffectEvent(() => queue.again());
  useEffect(() => {
    const timer = setInterval(() => again(), refreshMs);
    return () => clearInterval(timer);
  }, []);
  return { filter, setFilter, queue };
}

interface OpenCaseProps {
  readonly view: ReviewView;
  readonly people: QueueView['people'];
  readonly asked: ReviewDecision | null;
  readonly onAsk: (decision: ReviewDecision | null) => void;
  readonly onDecided: (view: ReviewView) => void;
  readonly onChanged: () => void;
  readonly onOpenCase: (id: string) => void;
  /** Changes whenever the case was assigned from outside. */
  readonly turn: number;
}

/** The case, and what stands around it, which is asked for once the case is there. */
function OpenCase({ turn, onChanged, ...props }: OpenCaseProps) {
  const detail = useAnswer('review.detail', { id: props.view.id });
  const again = useEffectEvent(() => detail.again());
  const first = useRef(turn);
  useEffect(() => {
    if (turn === first.current) return;
    first.current = turn;
    again();
  }, [turn]);
  return (
    <ReviewCase
      {...props}
      detail={detail}
      onDecided={(view) => {
        props.onDecided(view);
        detail.again();
      }}
      onAssigned={() => {
        detail.again();
        onChanged();
      }}
    />
  );
}

/** Queue left, case right; on a narrow or upright screen one after the other. */
export function Review() {
  const text = useText();
  const { store } = useStation();
  const wanted = useLoket((state) => state.wanted?.caseId ?? null);
  const { filter, setFilter, queue } = useQueue();
  const [view, setView] = useState<ReviewView | null>(null);
  const [current, setCurrent] = useState<string | null>(null);
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  const [asked, setAsked] = useState<ReviewDecision | null>(null);
  const [help, setHelp] = useState(false);
  const [keysOn, setKeysOn] = useState(true);
  const [turn, setTurn] = useState(0);
  const [done, setDone] = useState(0);
  const rows = queue.value?.rows ?? [];

  const open = async (id: string) => {
    setCurrent(id);
    setAsked(null);
    const answer = await store.run('review.open', { id });
    if (!answer.ok) return;
    setView(answer.value);
    // It has been seen now: what may be approved together may have changed.
    queue.again();
  };
  const wantedView = useEffectEvent(async (id: string) => {
    const answer = await store.run('review.open', { id });
    return answer.ok ? answer.value : null;
  });
  useEffect(() => {
    if (wanted === null) return;
    void wantedView(wanted).then((next) => {
      if (next !== null) setView(next);
    });
  }, [wanted]);

  const mark = (id: string) =>
    setMarked((now) => {
      const next = new Set(now);
      if (!next.delete(id) && next.size < mostMarked) next.add(id);
      return next;
    });
  const step = (by: 1 | -1) => {
    const at = rows.findIndex(({ id }) => id === current);
    const next = rows[Math.min(rows.length - 1, Math.max(0, at === -1 ? 0 : at + by))];
    if (next === undefined) return;
    setCurrent(next.id);
    document.querySelector(`[data-testid="review-row"][data-id="${next.id}"]`)?.scrollIntoView({ block: 'nearest' });
  };
  const takeOrRelease = async (row: QueueCase) => {
    const me = store.getState().station?.person?.id;
    const release = row.assignee !== null && row.assignee.id === me;
    const answer = await store.run('review.assign', { ids: [row.id], ...(release ? {} : { to: 'me' }) });
    if (answer.ok) queue.again();
    setTurn((now) => now + 1);
  };
  const act = (what: ReviewAct) => {
    const row = rows.find(({ id }) => id === current);
    if (what === 'next' || what === 'previous') step(what === 'next' ? 1 : -1);
    else if (what === 'help') setHelp(true);
    else if (what === 'close') setView(null);
    else if (what === 'approve' || what === 'reject' || what === 'escalate') {
      if (view !== null) setAsked(what);
    } else if (row === undefined) step(1);
    else if (what === 'open') void open(row.id);
    else if (what === 'take') void takeOrRelease(row);
    else if (row.status === 'open' && !row.ownCapture) mark(row.id);
  };
  useReviewKeys(keysOn && !help, act);

  const decided = (next: ReviewView) => {
    setView(next);
    queue.again();
  };
  return (
    <main className={view === null ? 'review' : 'review review-open'} data-testid="review-page">
      <section className="review-queue stack" aria-label={text('review.title')}>
        <div className="row">
          <h1 className="grow">{text('review.title')}</h1>
          <Shortcuts on={keysOn} onSwitch={setKeysOn} open={help} onOpen={setHelp} />
          <Button
            kind="quiet"
            icon={<RefreshCw size={20} aria-hidden="true" />}
            label={text('queue.refresh')}
            onPress={queue.again}
            testId="queue-refresh"
          >
            {null}
          </Button>
        </div>
        {queue.value === null ? null : <QueueCounts counts={queue.value.counts} />}
        <QueueFilters filter={filter} view={queue.value} onChange={setFilter} />
        {done === 0 ? null : (
          <Notice tone="pass" live testId="batch-done">
            {text('batch.done', { count: done })}
          </Notice>
        )}
        <BatchBar
          marked={rows.filter(({ id }) => marked.has(id))}
          onDrop={() => setMarked(new Set())}
          onDone={(_, count) => {
            setMarked(new Set());
            setDone(count);
            queue.again();
            setTurn((now) => now + 1);
          }}
        />
        <Asked asked={queue}>
          {({ rows: shown, more }) =>
            shown.length === 0 ? (
              <EmptyState>
                {text(
                  Object.keys(filter).length > 1 || filter.status !== 'undecided' ? 'queue.none' : 'review.empty.open',
                )}
              </EmptyState>
            ) : (
              <>
                <ul className="stack-tight" data-testid="review-list">
                  {shown.map((row) => (
                    <QueueRow
                      key={row.id}
                      row={row}
                      open={row.id === view?.id}
                      current={row.id === current}
                      marked={marked.has(row.id)}
                      onMark={() => mark(row.id)}
                      onOpen={() => void open(row.id)}
                    />
                  ))}
                </ul>
                {more ? <p className="small muted">{text('queue.more')}</p> : null}
              </>
            )
          }
        </Asked>
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
            <OpenCase
              key={view.id}
              view={view}
              people={queue.value?.people ?? []}
              asked={asked}
              onAsk={setAsked}
              onDecided={decided}
              onChanged={queue.again}
              onOpenCase={(id) => void open(id)}
              turn={turn}
            />
          </>
        )}
      </section>
    </main>
  );
}

function QueueCounts({ counts }: { readonly counts: QueueView['counts'] }) {
  const text = useText();
  return (
    <p className="row" data-testid="queue-counts">
      <strong>{text('queue.waiting', { count: counts.undecided })}</strong>
      <span className={counts.overdue > 0 ? 'word-stop' : 'word-pass'}>
        {text('queue.overdue', { count: counts.overdue })}
      </span>
    </p>
  );
}
