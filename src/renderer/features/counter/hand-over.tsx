import { Users } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { OfferedSession } from '../../../contract/desk/counter-calls.ts';
import { useText } from '../../i18n/messages.ts';
import { useLoket, useStation } from '../../state/loket-context.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Notice } from '../../ui/notice.tsx';

/** Leaves the session to a colleague: saved, signed out, waiting for whoever signs in here next. */
export function HandOverButton() {
  const text = useText();
  const { store } = useStation();
  const busy = useLoket((state) => state.busy !== null);
  const [asking, setAsking] = useState(false);
  const leave = async () => {
    setAsking(false);
    const answer = await store.run('counter.offer', {});
    if (answer.ok) await store.signOut();
  };
  return (
    <>
      <Button
        kind="quiet"
        icon={<Users size={20} aria-hidden="true" />}
        onPress={() => setAsking(true)}
        disabled={busy}
        testId="hand-over"
      >
        {text('handOver.open')}
      </Button>
      <Dialog
        title={text('handOver.title')}
        open={asking}
        onClose={() => setAsking(false)}
        firm
        testId="hand-over-dialog"
      >
        <p className="lead">{text('handOver.what')}</p>
        <div className="row dialog-actions">
          <Button onPress={() => setAsking(false)}>{text('action.back')}</Button>
          <Button kind="primary" onPress={() => void leave()} testId="hand-over-confirm">
            {text('handOver.confirm')}
          </Button>
        </div>
      </Dialog>
    </>
  );
}

/** Sessions colleagues left here. Who the customer is appears with the session, not before. */
export function OfferedSessions() {
  const text = useText();
  const { store, bridge } = useStation();
  const busy = useLoket((state) => state.busy !== null);
  const [sessions, setSessions] = useState<readonly OfferedSession[]>([]);
  useEffect(() => {
    let wanted = true;
    void bridge
      .call('counter.offered', {})
      .then((answer) => {
        if (wanted && answer.ok) setSessions(answer.value);
      })
      .catch(() => undefined);
    return () => {
      wanted = false;
    };
  }, [bridge]);
  return sessions.map(({ id, from, offeredAt, step }) => (
    <Notice
      key={id}
      tone="review"
      live
      testId="offered-session"
      action={
        <Button onPress={() => void store.onboard('counter.takeOver', { id })} disabled={busy} testId="take-over">
          {text('handOver.take')}
        </Button>
      }
    >
      {text('handOver.waiting', { name: from, time: text.time(offeredAt), step: text.word('steps', step) })}
    </Notice>
  ));
}
