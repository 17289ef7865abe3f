import { Lock } from 'lucide-react';
import type { ReviewView } from '../../../contract/desk/answers.ts';
import { allowedDecisions, reviewDecisions, type ReviewDecision } from '../../../core/review/review-rules.ts';
import { useText } from '../../i18n/messages.ts';
import { useLoket, useStation } from '../../state/loket-context.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Notice } from '../../ui/notice.tsx';
import { DecisionForm } from './decision-form.tsx';

interface DecisionBarProps {
  readonly view: ReviewView;
  /** The decision whose dialog is open: asked for by a button or a key. */
  readonly asked: ReviewDecision | null;
  readonly onAsk: (decision: ReviewDecision | null) => void;
  readonly onDecided: (view: ReviewView) => void;
}

/** Fixed below the case. Whoever captured sees why he may not decide, and no buttons that would pretend otherwise. */
export function DecisionBar({ view, asked, onAsk, onDecided }: DecisionBarProps) {
  const text = useText();
  const { store } = useStation();
  const role = useLoket((state) => state.station?.person?.role);
  const allowed = view.ownCapture || role === undefined ? [] : allowedDecisions(view.status, role);
  const open = asked !== null && allowed.includes(asked) ? asked : null;
  return (
    <div className="decision-bar" data-testid="decision-bar">
      {view.ownCapture ? (
        <Notice tone="review" testId="four-eyes">
          {text('review.ownCapture')}
        </Notice>
      ) : null}
      {!view.ownCapture && allowed.length === 0 ? (
        <Notice testId="for-compliance">{text('review.forCompliance')}</Notice>
      ) : null}
      <div className="row decision-buttons">
        {reviewDecisions.map((each) => (
          <Button
            key={each}
            kind={each === 'approve' ? 'primary' : each === 'reject' ? 'stop' : 'plain'}
            icon={view.ownCapture ? <Lock size={18} aria-hidden="true" /> : undefined}
            disabled={!allowed.includes(each)}
            onPress={() => onAsk(each)}
            testId={`decision-${each}`}
          >
            {text(`decision.${each}`)}
          </Button>
        ))}
      </div>
      {open === null ? null : (
        <Dialog title={text(`decision.${open}.title`)} open onClose={() => onAsk(null)} firm testId="decision-dialog">
          <DecisionForm
            decision={open}
            about={view.customerName}
            onClose={() => onAsk(null)}
            onDecide={async (words) => {
              const answer = await store.run('review.decide', { id: view.id, decision: open, ...words });
              if (answer.ok) onDecided(answer.value);
              return answer.ok;
            }}
          />
        </Dialog>
      )}
    </div>
  );
}
