import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { useText } from '../i18n/messages.ts';
import { startIdleTimer, type IdleTimer } from '../state/idle-timer.ts';
import { useLoket, useStation } from '../state/loket-context.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';

const warnSeconds = 20;
const signs = ['pointerdown', 'keydown', 'wheel', 'touchstart'] as const;

/** Nobody there: ask, then take the customer's data off the screen. A working desk counts as somebody. */
export function IdleGuard() {
  const text = useText();
  const { store, light } = useStation();
  const seconds = useLoket((state) => state.station?.idleSeconds ?? 0);
  const open = useLoket((state) => state.onboarding !== null || state.greeting || state.screen !== 'counter');
  const busy = useLoket((state) => state.busy !== null);
  const [warned, setWarned] = useState(false);
  const timer = useRef<IdleTimer | null>(null);
  const active = seconds > 0 && open && !busy;

  const wipe = useEffectEvent(() => {
    setWarned(false);
    void store.wipe();
  });

  useEffect(() => {
    if (!active) return undefined;
    const running = startIdleTimer({ seconds, warnSeconds, onWarn: () => setWarned(true), onIdle: () => wipe() });
    timer.current = running;
    const touched = () => {
      setWarned(false);
      running.touch();
    };
    for (const sign of signs) window.addEventListener(sign, touched, { capture: true, passive: true });
    const unwatch = light.subscribe(touched);
    return () => {
      running.stop();
      unwatch();
      for (const sign of signs) window.removeEventListener(sign, touched, { capture: true });
    };
  }, [active, seconds, light]);

  return (
    <Dialog
      title={text('idle.stillThere')}
      open={warned && active}
      onClose={() => setWarned(false)}
      firm
      testId="idle-warning"
    >
      <p className="lead">{text('idle.warning', { seconds: warnSeconds })}</p>
      <div className="row dialog-actions">
        <Button kind="primary" onPress={() => timer.current?.touch()} autoFocus>
          {text('idle.continue')}
        </Button>
      </div>
    </Dialog>
  );
}
