import { RefreshCw } from 'lucide-react';
import { useEffect } from 'react';
import type { OutboxView } from '../../../contract/desk/answers.ts';
import { useText } from '../../i18n/messages.ts';
import { useLoket, useStation } from '../../state/loket-context.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/kawung.tsx';
import { Badge, Notice, type Tone } from '../../ui/notice.tsx';
import { OutboxControls } from './outbox-controls.tsx';
import { OutboxDisk } from './outbox-disk.tsx';
import { OutboxReversals } from './outbox-reversals.tsx';
import { TableScroll } from '../../ui/data-table.tsx';

const tones: Readonly<Record<OutboxView['items'][number]['state'], Tone>> = {
  pending: 'review',
  sending: 'review',
  delivered: 'pass',
  refused: 'stop',
};

/** What waits to be delivered, one line per bundle. Follows the desk's own news. */
export function Outbox() {
  const text = useText();
  const { store, bridge } = useStation();
  const outbox = useLoket((state) => state.outbox);
  const busy = useLoket((state) => state.busy !== null);
  const role = useLoket((state) => state.station?.person?.role);
  const keeps = role === 'supervisor' || role === 'admin';
  useEffect(() => {
    let wanted = true;
    void bridge
      .call('outbox.list', {})
      .then((answer) => {
        if (wanted && answer.ok) store.setState({ outbox: answer.value });
      })
      .catch(() => undefined);
    return () => {
      wanted = false;
    };
  }, [bridge, store]);
  const retry = async () => {
    const answer = await store.run('outbox.retryNow', {});
    if (answer.ok) store.setState({ outbox: answer.value });
  };
  return (
    <section className="sheet stack-tight" data-testid="outbox">
      <div className="row">
        <h2 className="grow">{text('outbox.title')}</h2>
        <Button
          icon={<RefreshCw size={20} aria-hidden="true" />}
          onPress={() => void retry()}
          disabled={busy || !somethingToSend(outbox)}
          testId="outbox-retry"
        >
          {text('outbox.retry')}
        </Button>
      </div>
      {outbox?.pausedSince ? (
        <Notice tone="review" testId="outbox-paused">
          {text('outbox.paused', { time: text.dateTime(outbox.pausedSince) })}
        </Notice>
      ) : null}
      <OutboxReversals reversals={outbox?.reversals ?? []} />
      {outbox === null ? null : <OutboxControls outbox={outbox} />}
      {keeps && outbox?.bytesPerSecond !== undefined ? <OutboxDisk waiting={outbox.pending > 0} /> : null}
      {outbox === null || outbox.items.length === 0 ? (
        <EmptyState>{text('outbox.empty')}</EmptyState>
      ) : (
        <OutboxTable outbox={outbox} />
      )}
    </section>
  );
}

/** What was refused may be tried again too. */
function somethingToSend(outbox: OutboxView | null): boolean {
  return outbox !== null && (outbox.pending > 0 || outbox.items.some((item) => item.state === 'refused'));
}

function OutboxTable({ outbox }: { readonly outbox: OutboxView }) {
  const text = useText();
  return (
    <TableScroll label={text('outbox.title')}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{text('outbox.kind')}</th>
            <th scope="col">{text('outbox.captured')}</th>
            <th scope="col" className="number">
              {text('outbox.size')}
            </th>
            <th scope="col">{text('outbox.state')}</th>
            <th scope="col" className="number">
              {text('outbox.attempts')}
            </th>
          </tr>
        </thead>
        <tbody>
          {outbox.items.map((item) => (
            <tr key={item.id} data-testid="outbox-row" data-state={item.state}>
              <td>{text.word('capture.kind', item.kind)}</td>
              <td>{text.dateTime(item.capturedAt)}</td>
              <td className="number">{text('outbox.kilobytes', { size: text.number(item.size / 1024) })}</td>
              <td>
                <Badge tone={tones[item.state]}>{text(`outbox.state.${item.state}`)}</Badge>
                {item.progress === undefined ? null : (
                  <div className="muted small" data-testid="outbox-progress">
                    {text.number(item.progress * 100)} %
                  </div>
                )}
                {item.lastError === null || item.state === 'refused' ? null : (
                  <div className="muted small">{text.failure(item.lastError)}</div>
                )}
                {item.state === 'refused' ? <div className="muted small">{text('outbox.refused')}</div> : null}
                {item.nextAttemptAt === null || outbox.pausedSince ? null : (
                  <div className="muted small">{text('outbox.next', { time: text.time(item.nextAttemptAt) })}</div>
                )}
              </td>
              <td className="number">{item.attempts}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}
