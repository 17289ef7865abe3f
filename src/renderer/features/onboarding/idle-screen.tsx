import { UserRound } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useText } from '../../i18n/messages.ts';
import { useLoket, useStation } from '../../state/loket-context.ts';
import { mayServe } from '../../state/loket-store.ts';
import { Button } from '../../ui/button.tsx';
import { SelfTestNotice } from '../operations/self-test.tsx';
import { FailureNotice } from '../../ui/failure-notice.tsx';
import { CustomerScreenButton } from '../counter/customer-screen-button.tsx';
import { DayButton } from '../counter/day.tsx';
import { OfferedSessions } from '../counter/hand-over.tsx';
import { Kawung } from '../../ui/kawung.tsx';

function Clock() {
  const text = useText();
  const [now, setNow] = useState(() => new Date().toISOString());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date().toISOString()), 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <div className="idle-clock">
      <time className="idle-time">{text.time(now)}</time>
      <p className="lead muted">{text.date(now)}</p>
    </div>
  );
}

/** Between two customers: nothing personal on the screen, one thing to do. */
export function IdleScreen() {
  const text = useText();
  const { store } = useStation();
  const serves = useLoket((state) => mayServe(state.station));
  return (
    <main className="idle" data-testid="idle-screen">
      <Kawung columns={32} rows={2} className="idle-band" />
      <div className="idle-middle">
        <Clock />
        <h1 className="idle-words">{text('idle.welcome')}</h1>
        {serves ? (
          <Button
            kind="primary"
            icon={<UserRound size={24} aria-hidden="true" />}
            onPress={() => store.greet(true)}
            testId="start-onboarding"
          >
            {text('idle.start')}
          </Button>
        ) : null}
        {serves ? (
          <>
            <OfferedSessions />
            <div className="row idle-more">
              <DayButton />
              <CustomerScreenButton />
            </div>
          </>
        ) : null}
        {serves ? <SelfTestNotice /> : null}
        <FailureNotice />
      </div>
      <Kawung columns={32} rows={2} className="idle-band" />
    </main>
  );
}
