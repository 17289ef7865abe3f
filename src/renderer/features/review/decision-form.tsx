import { useState } from 'react';
import { reasonsFor } from '../../../core/review/decision-reasons.ts';
import type { ReviewDecision } from '../../../core/review/review-rules.ts';
import { useText } from '../../i18n/messages.ts';
import { ProofForm } from '../sign-in/proof-form.tsx';

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
  const [reasonCode, setReasonCode] = useState('');
  const [reason, setReason] = useState('');
  return (
    <ProofForm
      ready={reasonCode !== '' && reason.trim().length >= 3}
      hint={text('decision.password.hint')}
      closeWord={text('action.back')}
      confirmWord={text(`decision.${decision}.confirm`)}
      onClose={onClose}
      onProven={async (password) => {
        const proof = password === undefined ? {} : { password };
        if (await onDecide({ reasonCode, reason: reason.trim(), ...proof })) onClose();
      }}
      testId="decision"
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
    </ProofForm>
  );
}
