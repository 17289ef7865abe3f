import { useState } from 'react';
import type { SignatureInput } from '../../../contract/bundle.ts';
import type { OnboardingView } from '../../../contract/desk/answers.ts';
import { useText } from '../../i18n/messages.ts';
import { useLoket, useStation } from '../../state/loket-context.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { isSigned, SignaturePad } from '../../ui/signature-pad.tsx';
import { TurnScreen } from '../customer-screen/turned-screen.tsx';
import { ConsentTexts } from './consent-texts.tsx';
import { StepFrame } from './step-frame.tsx';
import { useCustomerConsent } from './use-customer-consent.ts';

/** One un-ticked box per purpose (UU 27/2022 on personal data, art. 20–22): agreed separately, refused separately; signed beneath. */
export function ConsentStep({ view }: { readonly view: OnboardingView }) {
  const text = useText();
  const { store } = useStation();
  const busy = useLoket((state) => state.busy !== null);
  const [agreed, setAgreed] = useState<readonly string[]>([]);
  const [signature, setSignature] = useState<SignatureInput | null>(null);
  const fromCustomer = useCustomerConsent((consent) => {
    setAgreed(consent.purposes);
    setSignature(consent.signature);
  });
  const missing = view.consent.text.filter(({ purpose, required }) => required && !agreed.includes(purpose));
  const tick = (purpose: string, on: boolean) =>
    setAgreed((now) => (on ? [...now, purpose] : now.filter((each) => each !== purpose)));
  const ready = missing.length === 0 && isSigned(signature);
  const next = () => {
    if (!ready || signature === null) return;
    void store.onboard('onboarding.consent', { version: view.consent.version, purposes: [...agreed], signature });
  };
  return (
    <StepFrame
      step="consent"
      testId="step-consent"
      turn={
        <TurnScreen
          screen={{ step: 'consent', consent: view.consent }}
          acts={{ agreed, signature, onTick: tick, onSign: setSignature }}
        />
      }
      guide={
        <div className="stack">
          <h2>{text('guide.title')}</h2>
          <p className="lead">{text('consent.guide')}</p>
          <p className="muted">{text('consent.rights')}</p>
          {fromCustomer ? (
            <Notice tone="pass" live testId="from-customer">
              {text('consent.fromCustomer')}
            </Notice>
          ) : null}
          <p className="muted small">{text('consent.version', { version: view.consent.version })}</p>
        </div>
      }
      actions={
        <>
          {missing.length > 0 ? (
            <span className="muted actions-hint">{text('consent.missing', { count: missing.length })}</span>
          ) : isSigned(signature) ? null : (
            <span className="muted actions-hint">{text('consent.unsigned')}</span>
          )}
          <Button kind="primary" onPress={next} disabled={!ready || busy} testId="consent-next">
            {text('consent.agree')}
          </Button>
        </>
      }
    >
      <div className="narrow stack consent">
        <h1>{text('consent.title')}</h1>
        <ConsentTexts texts={view.consent.text} agreed={agreed} onTick={tick} />
        <div className="consent-sign stack-tight">
          <h2>{text('signature.title')}</h2>
          <SignaturePad value={signature} onChange={setSignature} mayDecline key={fromCustomer ? 'theirs' : 'here'} />
        </div>
      </div>
    </StepFrame>
  );
}
