import { useState } from 'react';
import { Form } from 'react-aria-components';
import { reasonsFor } from '../../../core/review/decision-reasons.ts';
import type { ReviewDecision } from '../../../core/review/review-rules.ts';
import { useText } from '../../i18n/messages.ts';
import { useLoket, useStation } from '../../state/loket-context.ts';
import { Button } from '../../ui/button.tsx';
import { FailureNotice } from '../../ui/failure-notice.tsx';
import { TextInput } from '../../ui/text-input.tsx';
import { ceremony } from '../sign-in/ceremony.ts';

export interface DecisionWords {
  readonly reasonCode: string;
  readonly reason: string;
  readonly password?: string;
}

interface DecisionFormProps {
  readonly decision: ReviewDecision;
  /** What is decided about: a name, or how many cases. */
  readonly about: string;
  readonly note?: string;
  /** False when it was refused; the failure is in the store. */
  readonly onDecide: (words: DecisionWords) => Promise<boolean>;
  readonly onClose: () => void;
}

/** Reason, sentence, and a proof that it is the reviewer: without all three nothing is sent. */
export function DecisionForm({ decision, about, note, onDecide, onClose }: DecisionFormProps) {
  const text = useText();
  const { store } = useStation();
  const busy = useLoket((state) => state.busy !== null);
  const [reasonCode, setReasonCode] = useState('');
  const [reason, setReason] = useState('');
  const [password, setPassword] = useState('');
  const reasoned = reasonCode !== '' && reason.trim().length >= 3;
  const complete = reasoned && password !== '';
  const submit = async () => {
    const words = { reasonCode, reason: reason.trim(), ...(password === '' ? {} : { password }) };
    setPassword('');
    if (await onDecide(words)) onClose();
  };
  /** Instead of the password: the proof is spent by this one decision. */
  const prove = async () => {
    const begun = await store.run('auth.proveBegin', {});
    const credential = begun.ok ? await ceremony('get', begun.value) : null;
    if (!begun.ok || credential === null) return;
    const proved = await store.run('auth.proveFinish', {
      challengeId: begun.value.challengeId,
      credential: credential as never,
    });
    if (proved.ok) await submit();
  };
  return (
    <Form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (complete && !busy) void submit();
      }}
    >
      <p className="lead">{about}</p>
      {note === undefined ? null : <p className="muted">{note}</p>}
      <label className="field">
        <span>{text('decision.reasonCode')}</span>
        <select
          className="select"
          value={reasonCode}
          onChange={(event) => setReasonCode(event.target.value)}
          data-testid="decision-reason-code"
        >
          <option value="">{text('decision.chooseReason')}</option>
          {reasonsFor(decision).map((code) => (
            <option key={code} value={code}>
              {text.decisionReason(code)}
            </option>
          ))}
        </select>
      </label>
      <label className="field">
        <span>{text('decision.reason')}</span>
        <textarea
          className="textarea"
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
          data-testid="decision-reason"
        />
      </label>
      <TextInput
        label={text('decision.password')}
        hint={text('decision.password.hint')}
        type="password"
        autoComplete="current-password"
        value={password}
        onChange={setPassword}
        testId="decision-password"
      />
      <FailureNotice testId="decision-error" />
      <div className="row dialog-actions">
        <Button onPress={onClose}>{text('action.back')}</Button>
        <Button disabled={!reasoned || busy} onPress={() => void prove()} testId="decision-passkey">
          {text('passkey.prove')}
        </Button>
        <Button kind="primary" submit disabled={!complete || busy} testId="decision-submit">
          {text(`decision.${decision}.confirm`)}
        </Button>
      </div>
    </Form>
  );
}
