import { useEffect, useRef, useState } from 'react';
import { useText } from '../../i18n/messages.ts';
import { useStation } from '../../state/loket-context.ts';

export interface PrintUse {
  readonly printing: boolean;
  print(): Promise<void>;
}

/**
 * Prints one of the desk's fixed templates. In Electron the desk prints, without a dialog; a browser prints the PDF from a
 * frame of its own, and in kiosk mode asks nothing either (`--kiosk-printing`).
 */
export function usePrint(document: 'receipt' | 'day'): PrintUse {
  const text = useText();
  const { store, bridge } = useStation();
  const [printing, setPrinting] = useState(false);
  const leftover = useRef<(() => void) | null>(null);
  // The picture of the paper goes with whoever showed it.
  useEffect(() => () => leftover.current?.(), []);

  const print = async () => {
    setPrinting(true);
    const { language } = text;
    if (bridge.shell === 'electron') await store.run('counter.print', { document, language });
    else {
      const answer =
        document === 'receipt'
          ? await store.run('onboarding.receipt', {})
          : await store.run('counter.dayPdf', { language });
      if (answer.ok) {
        leftover.current?.();
        leftover.current = printFrame(answer.value.pdf);
      }
    }
    setPrinting(false);
  };
  return { printing, print };
}

/** Shows nothing, prints the bytes; the answer takes frame and address away again. */
function printFrame(pdf: Uint8Array): () => void {
  const frame = document.createElement('iframe');
  const url = URL.createObjectURL(new Blob([pdf as Uint8Array<ArrayBuffer>], { type: 'application/pdf' }));
  frame.className = 'print-frame';
  frame.tabIndex = -1;
  frame.setAttribute('aria-hidden', 'true');
  frame.addEventListener('load', () => frame.contentWindow?.print(), { once: true });
  frame.src = url;
  document.body.append(frame);
  return () => {
    frame.remove();
    URL.revokeObjectURL(url);
  };
}
