import { IdCard, RefreshCw, UserPlus } from 'lucide-react';
import { useState } from 'react';
import { Radio, RadioGroup } from 'react-aria-components';
import { useText } from '../../i18n/messages.ts';
import { useLoket, useStation } from '../../state/loket-context.ts';
import { Button } from '../../ui/button.tsx';
import { KnownCustomer } from './known-customer.tsx';
import { StepFrame } from './step-frame.tsx';

const purposes = [
  { value: 'open_account', icon: UserPlus },
  { value: 'update_data', icon: RefreshCw },
  { value: 'other', icon: IdCard },
] as const;
type Purpose = (typeof purposes)[number]['value'];

export function PurposeStep() {
  const text = useText();
  const { store } = useStation();
  const language = useLoket((state) => state.language);
  const busy = useLoket((state) => state.busy !== null);
  const [purpose, setPurpose] = useState<Purpose | null>(null);
  const next = () => {
    if (purpose !== null) void store.onboard('onboarding.start', { purpose, language });
  };
  return (
    <StepFrame
      step="purpose"
      testId="step-purpose"
      guide={<KnownCustomer />}
      actions={
        <Button kind="primary" onPress={next} disabled={purpose === null || busy} testId="purpose-next">
          {text('action.next')}
        </Button>
      }
    >
      <div className="narrow stack">
        <h1 id="purpose-title">{text('purpose.title')}</h1>
        <RadioGroup
          className="choices"
          aria-labelledby="purpose-title"
          value={purpose}
          onChange={(value) => setPurpose(value as Purpose)}
        >
          {purposes.map(({ value, icon: Icon }) => (
            <Radio key={value} value={value} className="choice" data-testid={`purpose-${value}`}>
              <Icon size={28} aria-hidden="true" />
              {text(`purpose.${value}`)}
            </Radio>
          ))}
        </RadioGroup>
      </div>
    </StepFrame>
  );
}
