import { Check } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useText } from '../../i18n/messages.ts';
import { useLoket, useStation } from '../../state/loket-context.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { HandOverButton } from '../counter/hand-over.tsx';
import { FailureNotice } from '../../ui/failure-notice.tsx';

export const stepNames = ['purpose', 'consent', 'card', 'fields', 'selfie', 'result'] as const;
export type StepName = (typeof stepNames)[number];

function StepRail({ current }: { readonly current: StepName }) {
  const text = useText();
  const at = stepNames.indexOf(current);
  return (
    <nav className="rail" aria-label={text('steps.label')}>
      <ol>
        {stepNames.map((name, index) => (
          <li
            key={name}
            className={index === at ? 'rail-step rail-now' : 'rail-step'}
            {...(index === at ? { 'aria-current': 'step' as const } : {})}
          >
            <span className="rail-number">
              {index < at ? <Check size={18} aria-label={text('steps.done')} /> : index + 1}
            </span>
            <span className="rail-name">{text(`steps.${name}`)}</span>
          </li>
        ))}
      </ol>
    </nav>
  );
}

function CancelButton() {
  const text = useText();
  const { store } = useStation();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button kind="quiet" onPress={() => setAsking(true)} testId="cancel-onboarding">
        {text('action.cancel')}
      </Button>
      <Dialog title={text('cancel.title')} open={asking} onClose={() => setAsking(false)} firm testId="cancel-dialog">
        <p className="lead">{text('cancel.body')}</p>
        <div className="row dialog-actions">
          <Button onPress={() => setAsking(false)}>{text('cancel.keep')}</Button>
          <Button kind="stop" onPress={() => void store.wipe()} testId="cancel-confirm">
            {text('cancel.confirm')}
          </Button>
        </div>
      </Dialog>
    </>
  );
}

interface StepFrameProps {
  readonly step: StepName;
  readonly children: ReactNode;
  readonly guide?: ReactNode;
  readonly actions?: ReactNode;
  /** The dark capture stage. */
  readonly dark?: boolean;
  readonly cancel?: boolean;
  /** Shows this step to the customer on the same screen. */
  readonly turn?: ReactNode;
  /** The stage is something to read and may be longer than the screen: keys must be able to scroll it. */
  readonly reading?: boolean;
  readonly testId: string;
}

/** Steps left, stage in the middle, guide right, actions below; portrait stacks the guide under the stage. */
export function StepFrame({
  step,
  children,
  guide,
  actions,
  dark = false,
  cancel = true,
  turn,
  reading = false,
  testId,
}: StepFrameProps) {
  const language = useLoket((state) => state.language);
  return (
    <div className="step-frame" data-testid={testId} lang={language}>
      <StepRail current={step} />
      <main className={dark ? 'step-stage step-stage-dark' : 'step-stage'} {...(reading ? { tabIndex: 0 } : {})}>
        {children}
      </main>
      {guide === undefined ? null : <aside className="guide">{guide}</aside>}
      <footer className="actions">
        {cancel ? <CancelButton /> : null}
        {step === 'purpose' ? null : <HandOverButton />}
        {turn}
        <div className="actions-notice">
          <FailureNotice />
        </div>
        {actions}
      </footer>
    </div>
  );
}
