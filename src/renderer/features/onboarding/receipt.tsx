import { Printer } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { ReceiptAnswer } from '../../../contract/desk/answers.ts';
import { useText } from '../../i18n/messages.ts';
import { useStation } from '../../state/loket-context.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { usePrint } from '../counter/use-print.ts';
import { FailureNotice } from '../../ui/failure-notice.tsx';

/** The PDF stays in memory: shown in a frame, printed from it, its address revoked with the dialog. */
function ReceiptFrame({ receipt, onClose }: { readonly receipt: ReceiptAnswer; readonly onClose: () => void }) {
  const text = useText();
  const frame = useRef<HTMLIFrameElement>(null);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    const url = URL.createObjectURL(new Blob([receipt.pdf as Uint8Array<ArrayBuffer>], { type: 'application/pdf' }));
    // The viewer without its own bar: a receipt is printed here, not downloaded.
    element.src = `${url}#toolbar=0&navpanes=0&view=FitH`;
    return () => URL.revokeObjectURL(url);
  }, [receipt]);
  const { print, printing } = usePrint('receipt');
  return (
    <>
      <iframe
        ref={frame}
        className="receipt-frame"
        title={text('receipt.title')}
        data-testid="receipt-frame"
        data-bytes={receipt.pdf.byteLength}
      />
      <div className="row dialog-actions">
        <Button onPress={onClose} testId="receipt-close">
          {text('action.close')}
        </Button>
        <Button
          kind="primary"
          icon={<Printer size={22} aria-hidden="true" />}
          onPress={() => void print()}
          disabled={printing}
          testId="print-receipt"
        >
          {text('receipt.print')}
        </Button>
      </div>
    </>
  );
}

export function Receipt({ onClose }: { readonly onClose: () => void }) {
  const text = useText();
  const { store } = useStation();
  const [receipt, setReceipt] = useState<ReceiptAnswer | null>(null);
  useEffect(() => {
    let wanted = true;
    void store.run('onboarding.receipt', {}).then((answer) => {
      if (wanted && answer.ok) setReceipt(answer.value);
    });
    return () => {
      wanted = false;
    };
  }, [store]);
  return (
    <Dialog title={text('receipt.title')} open onClose={onClose} wide testId="receipt">
      {receipt === null ? (
        <FailureNotice testId="receipt-failure" />
      ) : (
        <ReceiptFrame receipt={receipt} onClose={onClose} />
      )}
    </Dialog>
  );
}
