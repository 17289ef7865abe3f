import type { CaseDetail, QueueView } from '../../../contract/desk/review-desk.ts';
import { allowedDecisions, type ReviewStatus } from '../../../core/review/review-rules.ts';
import { useText } from '../../i18n/messages.ts';
import { useLoket, useStation } from '../../state/loket-context.ts';
import { Button } from '../../ui/button.tsx';
import { Select } from '../../ui/select.tsx';

interface AssignmentProps {
  readonly id: string;
  readonly status: ReviewStatus;
  readonly ownCapture: boolean;
  readonly assignee: CaseDetail['assignee'];
  readonly people: QueueView['people'];
  readonly onDone: (queue: QueueView) => void;
}

/** With whom the case lies, and taking, giving or releasing it. */
export function Assignment({ id, status, ownCapture, assignee, people, onDone }: AssignmentProps) {
  const text = useText();
  const { store } = useStation();
  const me = useLoket((state) => state.station?.person ?? null);
  const busy = useLoket((state) => state.busy !== null);
  const mine = assignee !== null && assignee.id === me?.id;
  const assign = async (to?: string) => {
    const answer = await store.run('review.assign', { ids: [id], ...(to === undefined ? {} : { to }) });
    if (answer.ok) onDone(answer.value);
  };
  const others = people.filter((one) => one.id !== me?.id && allowedDecisions(status, one.role).length > 0);
  const mayTake = !ownCapture && !mine && me !== null && allowedDecisions(status, me.role).length > 0;
  return (
    <div className="row case-assignment" data-testid="assignment">
      <span data-testid="assignee">
        {mine
          ? text('case.mine')
          : assignee === null
            ? text('case.unassigned')
            : text('case.with', { name: assignee.fullName })}
      </span>
      {mayTake ? (
        <Button disabled={busy} onPress={() => void assign('me')} testId="case-take">
          {text('case.take')}
        </Button>
      ) : null}
      {assignee === null ? null : (
        <Button kind="quiet" disabled={busy} onPress={() => void assign()} testId="case-release">
          {text('case.release')}
        </Button>
      )}
      {others.length === 0 ? null : (
        <Select
          label={text('case.give')}
          value=""
          placeholder={text('case.give.choose')}
          options={others.map((one) => ({ value: one.id, label: one.fullName }))}
          onChange={(to) => void assign(to)}
          disabled={busy}
          testId="case-give"
        />
      )}
    </div>
  );
}
