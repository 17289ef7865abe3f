import { IdCard, RefreshCw, UserPlus } from 'lucide-react';
import { useState } from 'react';
import { Radio, RadioGroup } from 'react-aria-components';
import type { LookupAnswer } from '../../../contract/desk/answers.ts';
import { useText } from '../../i18n/messages.ts';
import { useLoket, useStation } from '../../state/loket-context.ts';
import { Button } from '../../ui/button.tsx';
import { DecodedNik } from '../../ui/decoded-nik.tsx';
import { Notice } from '../../ui/notice.tsx';
import { TextInput } from '../../ui/text-input.tsx';
import { StepFrame } from './step-frame.tsx';

const purposes = [
  { value: 'open_account', icon: UserPlus },
  { value: 'update_data', icon: RefreshCw },
  { value: 'other', icon: IdCard },
] as const;
type Purpose = (typeof purposes)[number]['value'];

/** Known already? Looked up by NIK before anything is photographed. Optional. */
function Lookup() {
  const text = useText();
  const { store } = useStation();
  const [nik, setNik] = useState('');
  const [found, setFound] = useState<LookupAnswer | null>(null);
  const change = (value: string) => {
    setNik(value.replaceAll(/\D/g, '').slice(0, 16));
    setFound(null);
  };
  const look = async () => {
    const answer = await store.run('onboarding.lookup', { nik });
    if (answer.ok) setFound(answer.value);
  };
  return (
    <div className="stack">
      <h2>{text('lookup.title')}</h2>
      <p className="muted">{text('lookup.help')}</p>
      <TextInput
        label="NIK"
        value={nik}
        onChange={change}
        mono
        inputMode="numeric"
        maxLength={16}
        testId="lookup-nik"
      />
      <Button onPress={() => void look()} disabled={nik.length !== 16} testId="lookup-submit">
        {text('lookup.submit')}
      </Button>
      {found === null ? null : (
        <>
          <DecodedNik nik={found.nik} />
          {found.customer === null ? (
            <Notice testId="lookup-new">{text('lookup.unknown')}</Notice>
          ) : (
            <Notice tone="pass" testId="lookup-known">
              {text('lookup.known', { name: found.customer.fullName })}{' '}
              {text('lookup.tier', { tier: text.word('tier', found.customer.kycLevel) })}
            </Notice>
          )}
        </>
      )}
    </div>
  );
}

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
      guide={<Lookup />}
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
