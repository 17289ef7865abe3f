import { Monitor } from 'lucide-react';
import { useState } from 'react';
import { useText } from '../../i18n/messages.ts';
import { useLoket, useStation } from '../../state/loket-context.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';

/** Opens the second screen. In a browser the address works once; whoever opens it there pairs that page with this counter. */
export function CustomerScreenButton() {
  const text = useText();
  const { store } = useStation();
  const busy = useLoket((state) => state.busy !== null);
  const [address, setAddress] = useState<string | null>(null);
  const open = async () => {
    const answer = await store.run('counter.customerScreen', {});
    if (answer.ok) setAddress(answer.value.address);
  };
  return (
    <>
      <Button
        icon={<Monitor size={22} aria-hidden="true" />}
        onPress={() => void open()}
        disabled={busy}
        testId="customer-screen-open"
      >
        {text('customer.open')}
      </Button>
      <Dialog
        title={text('customer.open')}
        open={address !== null}
        onClose={() => setAddress(null)}
        testId="customer-dialog"
      >
        <p>{text('customer.openHow')}</p>
        <p className="mono customer-address" data-may-leave data-testid="customer-address">
          {address}
        </p>
        <div className="row dialog-actions">
          <Button onPress={() => setAddress(null)}>{text('action.close')}</Button>
          <Button
            kind="primary"
            onPress={() => {
              if (address !== null) window.open(address, 'loket-customer', 'popup');
              setAddress(null);
            }}
            testId="customer-window"
          >
            {text('customer.openHere')}
          </Button>
        </div>
      </Dialog>
    </>
  );
}
