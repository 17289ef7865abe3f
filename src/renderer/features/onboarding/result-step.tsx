import { CircleAlert, CircleCheck, CircleX, FileText } from 'lucide-react';
import { useState } from 'react';
import type { OnboardingResult, OnboardingView } from '../../../contract/desk/answers.ts';
import { useText } from '../../i18n/messages.ts';
import { useLoket, useStation } from '../../state/loket-context.ts';
import { Button } from '../../ui/button.tsx';
import { Gates } from '../../ui/gates.tsx';
import { Badge, type Tone } from '../../ui/notice.tsx';
import { TurnScreen } from '../customer-screen/turned-screen.tsx';
import { Receipt } from './receipt.tsx';
import { StepFrame } from './step-frame.tsx';

const tones: Readonly<Record<OnboardingResult['outcome'], Tone>> = {
  verified: 'pass',
  review: 'review',
  stopped: 'stop',
};
const icons = { verified: CircleCheck, review: CircleAlert, stopped: CircleX } as const;

function Bundles({ result }: { readonly result: OnboardingResult }) {
  const text = useText();
  return (
    <section className="stack-tight">
      <h2>{text('result.kept')}</h2>
      <ul className="stack-tight">
        {result.bundles.map((bundle) => (
          <li key={bundle.id} className="row bundle-row" data-testid="bundle" data-delivered={bundle.delivered}>
            <span>{text.word('capture.kind', bundle.kind)}</span>
            <Badge tone={bundle.sealed ? 'pass' : 'stop'}>
              {text(bundle.sealed ? 'result.sealed' : 'result.notSealed')}
            </Badge>
            <Badge tone={bundle.delivered ? 'pass' : 'review'}>
              {text(bundle.delivered ? 'result.delivered' : 'result.waiting')}
            </Badge>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The selfie may be taken again when anything about the face fell short; the card is sealed evidence by now. */
function mayRetakeSelfie(result: OnboardingResult): boolean {
  if (result.outcome === 'verified') return false;
  return result.gates.some(({ gate, state }) => gate !== 'ktp' && state !== 'pass');
}

export function ResultStep({ view, result }: { readonly view: OnboardingView; readonly result: OnboardingResult }) {
  const text = useText();
  const { store } = useStation();
  const busy = useLoket((state) => state.busy !== null);
  const [receipt, setReceipt] = useState(false);
  const Icon = icons[result.outcome];
  const tone = tones[result.outcome];
  const codes = [...new Set(result.reasons.map((reason) => reason.code))];
  const finish = () => void store.wipe();
  return (
    <StepFrame
      step="result"
      testId="step-result"
      cancel={false}
      turn={<TurnScreen screen={{ step: 'result', outcome: result.outcome }} />}
      reading
      actions={
        <>
          {mayRetakeSelfie(result) ? (
            <Button
              onPress={() => void store.onboard('onboarding.retake', { step: 'selfie' })}
              disabled={busy}
              testId="retake-selfie"
            >
              {text('capture.retakeSelfie')}
            </Button>
          ) : null}
          <Button
            icon={<FileText size={20} aria-hidden="true" />}
            onPress={() => setReceipt(true)}
            disabled={busy}
            testId="show-receipt"
          >
            {text('result.receipt')}
          </Button>
          <Button kind="primary" onPress={finish} disabled={busy} testId="finish">
            {text('result.finish')}
          </Button>
        </>
      }
    >
      <div className="result stack appear">
        <section className={`verdict verdict-${tone}`} data-testid="verdict" data-outcome={result.outcome}>
          <Icon size={72} aria-hidden="true" className={`word-${tone}`} />
          <div className="stack-tight">
            {view.customerName === null ? null : <p className="muted">{view.customerName}</p>}
            <h1 className={`verdict-word word-${tone}`} data-testid="verdict-word">
              {text(`result.${result.outcome}`)}
            </h1>
            <p className="lead">{text(`result.${result.outcome}.why`)}</p>
            <p className="lead verdict-next">{text(`result.${result.outcome}.next`)}</p>
            <div className="row">
              <Badge testId="tier">
                {text('result.tier')} <span data-testid="tier-word">{text.word('tier', result.tier)}</span>
              </Badge>
              {result.provisional ? (
                <Badge tone="review" testId="provisional">
                  {text('result.provisional')}
                </Badge>
              ) : null}
            </div>
          </div>
        </section>
        {result.outcome === 'verified' || codes.length === 0 ? null : (
          <section className="stack-tight" data-testid="verdict-reasons">
            <h2>{text('result.reasons')}</h2>
            <ul className="reason-list">
              {codes.map((code) => (
                <li key={code} data-code={code}>
                  {text.reason(code)}
                </li>
              ))}
            </ul>
          </section>
        )}
        <section className="stack-tight">
          <h2>{text('result.gates')}</h2>
          <Gates gates={result.gates} />
        </section>
        <Bundles result={result} />
      </div>
      {receipt ? <Receipt onClose={() => setReceipt(false)} /> : null}
    </StepFrame>
  );
}
