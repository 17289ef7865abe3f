import { useState } from 'react';
import { riskLevels, type RiskLevel } from '../../../contract/vocabulary.ts';
import type { FindAnswer, FoundCustomer } from '../../../contract/desk/counter-calls.ts';
import { useText } from '../../i18n/messages.ts';
import { useLoket, useStation } from '../../state/loket-context.ts';
import { Button } from '../../ui/button.tsx';
import { DecodedNik } from '../../ui/decoded-nik.tsx';
import { Notice } from '../../ui/notice.tsx';
import { groupNik } from '../../ui/nik.tsx';
import { Select } from '../../ui/select.tsx';
import { TextInput } from '../../ui/text-input.tsx';

/** Two ways on with somebody who is a customer already. */
function Ways({ customer, nik }: { readonly customer: FoundCustomer; readonly nik: string }) {
  const text = useText();
  const { store } = useStation();
  const language = useLoket((state) => state.language);
  const busy = useLoket((state) => state.busy !== null);
  const [risk, setRisk] = useState<RiskLevel>('low');
  return (
    <div className="stack">
      {customer.missing.length === 0 ? (
        <p>{text('known.complete')}</p>
      ) : (
        <>
          <p>
            {text('known.missing', { parts: customer.missing.map((part) => text(`known.part.${part}`)).join(', ') })}
          </p>
          <Button
            kind="primary"
            onPress={() => void store.onboard('counter.startKnown', { nik, language, way: 'continue' })}
            disabled={busy}
            testId="known-continue"
          >
            {text('known.continue')}
          </Button>
        </>
      )}
      {customer.mayStepUp ? (
        <>
          <Select
            label={text('known.risk')}
            value={risk}
            onChange={setRisk}
            options={riskLevels.map((value) => ({ value, label: text(`known.risk.${value}`) }))}
            testId="known-risk"
          />
          <Button
            onPress={() => void store.onboard('counter.startKnown', { nik, language, way: 'step_up', riskLevel: risk })}
            disabled={busy}
            testId="known-step-up"
          >
            {text('known.stepUp')}
          </Button>
        </>
      ) : null}
    </div>
  );
}

/** On record already? Looked up by NIK before anything is photographed. */
export function KnownCustomer() {
  const text = useText();
  const { store } = useStation();
  const busy = useLoket((state) => state.busy !== null);
  const [nik, setNik] = useState('');
  const [found, setFound] = useState<FindAnswer | null>(null);
  const change = (value: string) => {
    setNik(value.replaceAll(/\D/g, '').slice(0, 16));
    setFound(null);
  };
  const look = async () => {
    const answer = await store.run('counter.find', { nik });
    if (answer.ok) setFound(answer.value);
  };
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (nik.length === 16 && !busy) void look();
      }}
    >
      <h2>{text('lookup.title')}</h2>
      <p className="muted">{text('lookup.help')}</p>
      <TextInput
        label="NIK"
        value={groupNik(nik)}
        onChange={change}
        mono
        inputMode="numeric"
        maxLength={18}
        testId="lookup-nik"
      />
      <Button submit disabled={nik.length !== 16 || busy} testId="lookup-submit">
        {text('lookup.submit')}
      </Button>
      {found === null ? null : (
        <>
          <DecodedNik nik={found.nik} />
          {found.customer === null ? (
            <Notice live testId="lookup-new">
              {text('lookup.unknown')}
            </Notice>
          ) : (
            <>
              <Notice tone="pass" live testId="lookup-known">
                {text('lookup.known', { name: found.customer.fullName })}{' '}
                {text('lookup.tier', { tier: text.word('tier', found.customer.kycLevel) })}
              </Notice>
              <Ways customer={found.customer} nik={nik} />
            </>
          )}
        </>
      )}
    </form>
  );
}
