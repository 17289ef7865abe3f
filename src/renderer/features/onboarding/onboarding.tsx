import type { OnboardingView } from '../../../contract/desk/answers.ts';
import { assertNever } from '../../../contract/result.ts';
import { useText } from '../../i18n/messages.ts';
import { Progress } from '../../ui/progress.tsx';
import { CaptureStep } from './capture-step.tsx';
import { ConsentStep } from './consent-step.tsx';
import { FieldsStep } from './fields-step.tsx';
import { ResultStep } from './result-step.tsx';
import { StepFrame } from './step-frame.tsx';

function Deciding() {
  const text = useText();
  return (
    <StepFrame step="result" testId="step-deciding">
      <div className="deciding" role="status">
        <h1>{text('deciding.title')}</h1>
        <Progress label={text('deciding.now')} value={null} />
        <p className="lead muted">{text('deciding.body')}</p>
      </div>
    </StepFrame>
  );
}

/** The step the desk says we are in. Keys make each attempt a fresh component: no picture outlives its step. */
export function Onboarding({ view }: { readonly view: OnboardingView }) {
  const { step } = view;
  const attempt = `${view.id}-${step}-${view.attempts.card}-${view.attempts.selfie}`;
  switch (step) {
    case 'consent':
      return <ConsentStep key={attempt} view={view} />;
    case 'card':
      return <CaptureStep key={attempt} view={view} kind="card" />;
    case 'fields':
      return view.card === null ? <Deciding /> : <FieldsStep key={attempt} view={view} card={view.card} />;
    case 'selfie':
      return <CaptureStep key={attempt} view={view} kind="selfie" />;
    case 'deciding':
      return <Deciding />;
    case 'result':
      return view.result === null ? <Deciding /> : <ResultStep key={attempt} view={view} result={view.result} />;
    default:
      return assertNever(step);
  }
}
