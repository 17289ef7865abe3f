import { FilterX } from 'lucide-react';
import type { DeskParams } from '../../../contract/desk/calls.ts';
import type { QueueView } from '../../../contract/desk/review-desk.ts';
import { useText } from '../../i18n/messages.ts';
import { Button } from '../../ui/button.tsx';
import { Select } from '../../ui/select.tsx';

export type QueueFilter = DeskParams<'review.queue'>;

interface QueueFiltersProps {
  readonly filter: QueueFilter;
  readonly view: QueueView | null;
  readonly onChange: (filter: QueueFilter) => void;
}

const statuses = ['undecided', 'open', 'escalated', 'decided'] as const;
const any = 'any';

/** The filter without what was set back to "any": an absent property narrows nothing. */
function narrowed(filter: QueueFilter, name: 'reason' | 'deskId' | 'assignee', value: string): QueueFilter {
  const { [name]: _, ...others } = filter;
  return value === any ? others : { ...others, [name]: value };
}

export function QueueFilters({ filter, view, onChange }: QueueFiltersProps) {
  const text = useText();
  const counts = view?.counts ?? { undecided: 0, overdue: 0, mine: 0 };
  const set = (name: 'reason' | 'deskId' | 'assignee') => (value: string) => onChange(narrowed(filter, name, value));
  const plain = Object.keys(filter).length === 1 && filter.status === 'undecided';
  return (
    <div className="queue-filters" data-testid="queue-filters">
      <Select
        label={text('queue.status')}
        value={filter.status}
        options={statuses.map((value) => ({ value, label: text(`queue.status.${value}`) }))}
        onChange={(status) => onChange({ ...filter, status })}
        testId="filter-status"
      />
      <Select
        label={text('queue.reason')}
        value={filter.reason ?? any}
        options={[
          { value: any, label: text('queue.reason.any') },
          ...(view?.reasons ?? []).map(({ code, count }) => ({
            value: code,
            label: text('queue.reason.count', { reason: text.reason(code), count }),
          })),
        ]}
        onChange={set('reason')}
        testId="filter-reason"
      />
      <Select
        label={text('queue.desk')}
        value={filter.deskId ?? any}
        options={[
          { value: any, label: text('queue.desk.any') },
          ...(view?.desks ?? []).map(({ id, name }) => ({ value: id, label: name })),
        ]}
        onChange={set('deskId')}
        testId="filter-desk"
      />
      <Select
        label={text('queue.assignee')}
        value={filter.assignee ?? any}
        options={[
          { value: any, label: text('queue.assignee.any') },
          { value: 'me', label: text('queue.assignee.me', { count: counts.mine }) },
          { value: 'nobody', label: text('queue.assignee.nobody') },
          ...(view?.people ?? []).map(({ id, fullName }) => ({ value: id, label: fullName })),
        ]}
        onChange={set('assignee')}
        testId="filter-assignee"
      />
      <label className="inline queue-overdue">
        <input
          type="checkbox"
          checked={filter.overdue === true}
          onChange={(event) => {
            const { overdue: _, ...others } = filter;
            onChange(event.target.checked ? { ...others, overdue: true } : others);
          }}
          data-testid="filter-overdue"
        />
        {text('queue.onlyOverdue')}
      </label>
      {plain ? null : (
        <Button
          kind="quiet"
          icon={<FilterX size={18} aria-hidden="true" />}
          onPress={() => onChange({ status: 'undecided' })}
          testId="filter-clear"
        >
          {text('queue.clear')}
        </Button>
      )}
    </div>
  );
}
