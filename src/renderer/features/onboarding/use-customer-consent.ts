import { useEffect, useEffectEvent, useState } from 'react';
import type { CustomerConsent } from '../../../contract/desk/counter-calls.ts';
import { useStation } from '../../state/loket-context.ts';

/** What the customer ticks and signs on his own screen appears here; true once anything has. */
export function useCustomerConsent(onConsent: (consent: CustomerConsent) => void): boolean {
  const { bridge } = useStation();
  const [arrived, setArrived] = useState(false);
  const take = useEffectEvent((consent: CustomerConsent) => {
    if (consent.purposes.length === 0 && consent.signature === null) return;
    setArrived(true);
    onConsent(consent);
  });
  useEffect(() => {
    const stop = bridge.on('customer.agreed', (consent) => take(consent));
    // Signed before this page was there, or before it was loaded again.
    void bridge
      .call('counter.customerConsent', {})
      .then((answer) => {
        if (answer.ok) take(answer.value);
      })
      .catch(() => undefined);
    return stop;
  }, [bridge]);
  return arrived;
}
