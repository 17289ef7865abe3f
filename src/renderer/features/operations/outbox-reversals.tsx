import { Check, UserRound } from 'lucide-react';
import type { OutboxView } from '../../../contract/desk/answers.ts';
import { useText } from '../../i18n/messages.ts';
import { useLoket, useStation } from '../../state/loket-context.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';

type Reversal = NonNullable<OutboxView['reversals']>[number];

/** Official verdicts that differ from what the customer was told: what to tell, and a tick once it was told. */
export function OutboxReversals({ reversals }: { readonly reversals: readonly Reversal[] }) {
  const { store } = useStation();
  return reversals.map((reversal) => (
    <ReversalNotice
      key={reversal.nonce}
      reversal={reversal}
      onLook={() => store.visit({ customer: reversal.customerId })}
    />
  ));
}

function ReversalNotice({ reversal, onLook }: { readonly reversal: Reversal; readonly onLook: () => void }) {
  const text = useText();
  const { store } = useStation();
  const role = useLoket((state) => state.station?.person?.role);
  const busy = useLoket((state) => state.busy !== null);
  const told = async () => {
    const answer = await store.run('outbox.closeReversal', { nonce: reversal.nonce });
    if (answer.ok) store.setState({ outbox: answer.value });
  };
  return (
    <Notice tone="stop" live testId="outbox-reversal">
      <div className="stack-tight">
        <div>{text.reason('verdict_reversed')}</div>
        <div className="small">
          {text('outbox.reversed', {
            outcome: text.word('outbox.outcome', reversal.to),
            told: text.word('outbox.outcome', reversal.from),
          })}{' '}
          {text.dateTime(reversal.createdAt)}
        </div>
        <p data-testid="outbox-reversal-tell">
          <strong>{text.word('outbox.tell', reversal.to)}</strong>
        </p>
        <div className="row tight">
          <Button
            icon={<UserRound size={20} aria-hidden="true" />}
            onPress={onLook}
            disabled={busy}
            testId="reversal-look"
          >
            {text('outbox.reversal.look')}
          </Button>
          {role === 'staff' || role === 'supervisor' ? (
            <Button
              icon={<Check size={20} aria-hidden="true" />}
              onPress={() => void told()}
              disabled={busy}
              testId="reversal-told"
            >
              {text('outbox.reversal.told')}
            </Button>
          ) : null}
        </div>
      </div>
    </Notice>
  );
}
