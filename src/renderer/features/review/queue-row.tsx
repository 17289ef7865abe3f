import { Lock, UserRound } from 'lucide-react';
import type { QueueCase } from '../../../contract/desk/review-desk.ts';
import { useText } from '../../i18n/messages.ts';
import { Badge } from '../../ui/notice.tsx';
import { AgeBadge } from './age-badge.tsx';
import { statusTone } from './status-tone.ts';

interface QueueRowProps {
  readonly row: QueueCase;
  /** Shown on the right. */
  readonly open: boolean;
  /** Where the keys are. */
  readonly current: boolean;
  readonly marked: boolean;
  readonly onOpen: () => void;
  readonly onMark: () => void;
}

/** One case of the queue. An own capture is marked as locked before it is opened. */
export function QueueRow({ row, open, current, marked, onOpen, onMark }: QueueRowProps) {
  const text = useText();
  // That it is a simulation stands on the frame already.
  const first = row.reasons.find(({ code }) => code !== 'simulated_capture') ?? row.reasons[0];
  const undecided = row.status === 'open' || row.status === 'escalated';
  const mayMark = row.status === 'open' && !row.ownCapture;
  return (
    <li
      className={current ? 'queue-item queue-item-current' : 'queue-item'}
      data-testid="review-row"
      data-id={row.id}
      data-status={row.status}
      data-current={current}
    >
      {mayMark ? (
        <label className="queue-mark">
          <input type="checkbox" checked={marked} onChange={onMark} data-testid="mark-case" />
          <span className="hidden-text">{text('case.choose', { name: row.customerName })}</span>
        </label>
      ) : (
        <span className="queue-mark" />
      )}
      <button
        type="button"
        className={open ? 'review-row review-row-chosen' : 'review-row'}
        aria-current={open}
        onClick={onOpen}
      >
        <span className="review-name">{row.customerName}</span>
        {undecided ? (
          <AgeBadge age={row.age} />
        ) : (
          <Badge tone={statusTone[row.status]}>{text(`review.status.${row.status}`)}</Badge>
        )}
        <span className="review-reason muted">
          {first === undefined ? text.word('method', row.method) : text.reason(first.code)}
        </span>
        <span className="review-meta muted small">
          {row.status === 'escalated' ? <Badge tone="review">{text('review.status.escalated')}</Badge> : null}
          <span>{[row.desk, row.operator].filter((part) => part !== null).join(' · ')}</span>
          <span className="inline">
            <UserRound size={16} aria-hidden="true" />
            {row.assignee?.fullName ?? text('case.unassigned')}
          </span>
        </span>
        {row.ownCapture && undecided ? (
          <span className="review-meta word-review small" data-testid="locked">
            <Lock size={16} aria-hidden="true" />
            {text('case.locked')}
          </span>
        ) : null}
      </button>
    </li>
  );
}
