import { useState } from 'react';
import type { QueueCase, QueueView } from '../../../contract/desk/review-desk.ts';
import type { BatchDecision } from '../../../core/review/batch-rules.ts';
import { useText } from '../../i18n/messages.ts';
import { useLoket, useStation } from '../../state/loket-context.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { FailureNotice } from '../../ui/failure-notice.tsx';
import { Notice } from '../../ui/notice.tsx';
import { DecisionForm } from './decision-form.tsx';

interface BatchBarProps {
  readonly marked: readonly QueueCase[];
  readonly onDone: (queue: QueueView, decided: number) => void;
  readonly onDrop: () => void;
}

/** What may be done with several cases together, and for which of them it may not and why. */
export function BatchBar({ marked, onDone, onDrop }: BatchBarProps) {
  const text = useText();
  const { store } = useStation();
  const busy = useLoket((state) => state.busy !== null);
  const [asked, setAsked] = useState<BatchDecision | null>(null);
  if (marked.length === 0) return null;
  const ids = marked.map(({ id }) => id);
  const singly = marked.filter(({ notInBatch }) => notInBatch !== null);
  const take = async () => {
    const answer = await store.run('review.assign', { ids, to: 'me' });
    if (answer.ok) onDone(answer.value, 0);
  };
  return (
    <div className="batch-bar stack-tight" data-testid="batch-bar">
      <strong>{text('batch.chosen', { count: marked.length })}</strong>
      {singly.length === 0 ? null : (
        <Notice testId="batch-singly">
          {text('batch.notAll', { count: singly.length })}
          <ul>
            {singly.map(({ id, customerName, notInBatch }) => (
              <li key={id}>
                {customerName}: {text.word('batch.why', notInBatch ?? '')}
              </li>
            ))}
          </ul>
        </Notice>
      )}
      {asked === null ? <FailureNotice testId="batch-error" /> : null}
      <div className="row">
        <Button onPress={() => void take()} disabled={busy} testId="batch-take">
          {text('batch.take')}
        </Button>
        <Button onPress={() => setAsked('escalate')} testId="batch-escalate">
          {text('batch.escalate')}
        </Button>
        <Button disabled={singly.length > 0} onPress={() => setAsked('approve')} testId="batch-approve">
          {text('batch.approve')}
        </Button>
        <Button kind="quiet" onPress={onDrop} testId="batch-drop">
          {text('batch.drop')}
        </Button>
      </div>
      {asked === null ? null : (
        <Dialog
          title={text(`batch.${asked}.title`, { count: marked.length })}
          open
          onClose={() => setAsked(null)}
          firm
          testId="batch-dialog"
        >
          <DecisionForm
            decision={asked}
            about={marked.map(({ customerName }) => customerName).join(', ')}
            note={text('batch.one')}
            onClose={() => setAsked(null)}
            onDecide={async (words) => {
              const answer = await store.run('review.batch', { ids, decision: asked, ...words });
              if (answer.ok) onDone(answer.value.queue, answer.value.decided);
              return answer.ok;
            }}
          />
        </Dialog>
      )}
    </div>
  );
}
