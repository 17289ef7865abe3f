import { useState } from 'react';
import { Form } from 'react-aria-components';
import type { ReviewView } from '../../../contract/desk/answers.ts';
import { reasonsFor } from '../../../core/review/decision-reasons.ts';
import { allowedDecisions, reviewDecisions, type ReviewDecision } from '../../../core/review/review-rules.ts';
import { useText } from '../../i18n/messages.ts';
import { useLoket, useStation } from '../../state/loket-context.ts';
import { ceremony } from '../sign-in/ceremony.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { FailureNotice } from '../../ui/failure-notice.tsx';
import { Notice } from '../../ui/notice.tsx';
import { TextInput } from '../../ui/text-input.tsx';

interface DecisionProps {
  readonly view: ReviewView;
  readonly onDecided: (view: ReviewView) => void;
}

function DecisionForm({
  view,
  onDecided,
  decision,
  onClose,
}: DecisionProps & { readonly decision: ReviewDecision; readonly onClose: () => void }) {
  const text = useText();
  const { store } = useStation();
  const busy = useLoket((state) => state.busy !== null);
  const [reasonCode, setReasonCode] = useState('');
  const [reason, setReason] = useState('');
  const [password, setPassword] = useState('');
  const reasoned = reasonCode !== '' && reason.trim().length >= 3;
  const complete = reasoned && password !== '';
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
  const submit = async () => {
    const answer = await store.run('review.decide', {
      id: view.id,
      decision,
      reasonCode,
      reason: reason.trim(),
      ...(password === '' ? {} : { password }),
    });
    setPassword('');
    if (!answer.ok) return;
    onClose();
    onDecided(answer.value);
  };
  return (
    <Form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (complete && !busy) void submit();
      }}
    >
      <p className="lead">{view.customerName}</p>
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

/** Fixed below the case. Whoever captured sees why he may not decide, and no buttons that would pretend otherwise. */
export function DecisionBar({ view, onDecided }: DecisionProps) {
  const text = useText();
  const role = useLoket((state) => state.station?.person?.role);
  const allowed = role === undefined ? [] : allowedDecisions(view.status, role);
  const [decision, setDecision] = useState<ReviewDecision | null>(null);
  return (
    <div className="decision-bar" data-testid="decision-bar">
      {view.ownCapture ? (
        <Notice tone="review" testId="four-eyes">
          {text('review.ownCapture')}
        </Notice>
      ) : null}
      {!view.ownCapture && allowed.length === 0 ? (
        <Notice testId="for-compliance">{text('review.forCompliance')}</Notice>
      ) : null}
      <div className="row decision-buttons">
        {reviewDecisions.map((each) => (
          <Button
            key={each}
            kind={each === 'approve' ? 'primary' : each === 'reject' ? 'stop' : 'plain'}
            disabled={view.ownCapture || !allowed.includes(each)}
            onPress={() => setDecision(each)}
            testId={`decision-${each}`}
          >
            {text(`decision.${each}`)}
          </Button>
        ))}
      </div>
      {decision === null ? null : (
        <Dialog
          title={text(`decision.${decision}.title`)}
          open
          onClose={() => setDecision(null)}
          firm
          testId="decision-dialog"
        >
          <DecisionForm view={view} decision={decision} onDecided={onDecided} onClose={() => setDecision(null)} />
        </Dialog>
      )}
    </div>
  );
}
