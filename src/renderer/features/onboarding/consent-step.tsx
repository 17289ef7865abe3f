import { Check } from 'lucide-react';
import { useState } from 'react';
import { Checkbox } from 'react-aria-components';
import type { OnboardingView } from '../../../contract/desk/answers.ts';
import { useText } from '../../i18n/messages.ts';
import { useLoket, useStation } from '../../state/loket-context.ts';
import { Button } from '../../ui/button.tsx';
import { StepFrame } from './step-frame.tsx';

/** One un-ticked box per purpose (UU 27/2022 on personal data, art. 20–22): agreed separately, refused separately. */
export function ConsentStep({ view }: { readonly view: OnboardingView }) {
  const text = useText();
  const { store } = useStation();
  const busy = useLoket((state) => state.busy !== null);
  const [agreed, setAgreed] = useState<readonly string[]>([]);
  const missing = view.consent.text.filter(({ purpose, required }) => required && !agreed.includes(purpose));
  const tick = (purpose: string, on: boolean) =>
    setAgreed((now) => (on ? [...now, purpose] : now.filter((each) => each !== purpose)));
  const next = () => void store.onboard('onboarding.consent', { version: view.consent.version, purposes: [...agreed] });
  return (
    <StepFrame
      step="consent"
      testId="step-consent"
      guide={
        <div className="stack">
          <h2>{text('guide.title')}</h2>
          <p className="lead">{text('consent.guide')}</p>
          <p className="muted">{text('consent.rights')}</p>
          <p className="muted small">{text('consent.version', { version: view.consent.version })}</p>
        </div>
      }
      actions={
        <>
          {missing.length > 0 ? (
            <span className="muted actions-hint">{text('consent.missing', { count: missing.length })}</span>
          ) : null}
          <Button kind="primary" onPress={next} disabled={missing.length > 0 || busy} testId="consent-next">
            {text('consent.agree')}
          </Button>
        </>
      }
    >
      <div className="narrow stack">
        <h1>{text('consent.title')}</h1>
        {view.consent.text.map((item) => (
          <Checkbox
            key={item.purpose}
            className="check"
            isSelected={agreed.includes(item.purpose)}
            onChange={(on) => tick(item.purpose, on)}
            data-testid={`consent-${item.purpose}`}
          >
            <span className="check-box" aria-hidden="true">
              <Check size={22} strokeWidth={3} />
            </span>
            <span className="lead">
              {item[text.language]}{' '}
              <span className="small muted">{text(item.required ? 'consent.required' : 'consent.optional')}</span>
            </span>
          </Checkbox>
        ))}
      </div>
    </StepFrame>
  );
}
