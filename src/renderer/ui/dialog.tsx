import type { ReactNode } from 'react';
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components';

interface DialogProps {
  readonly title: string;
  readonly open: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly wide?: boolean;
  readonly testId?: string;
  /** Asks for an answer: a tap beside it does not close it. */
  readonly firm?: boolean;
}

export function Dialog({ title, open, onClose, children, wide = false, testId, firm = false }: DialogProps) {
  return (
    <ModalOverlay
      className="dialog-veil"
      isOpen={open}
      isDismissable={!firm}
      onOpenChange={(next) => (next ? undefined : onClose())}
    >
      <Modal className={wide ? 'dialog dialog-wide' : 'dialog'}>
        <AriaDialog role={firm ? 'alertdialog' : 'dialog'} {...(testId === undefined ? {} : { 'data-testid': testId })}>
          <div className="stack">
            <Heading slot="title" level={1}>
              {title}
            </Heading>
            {children}
          </div>
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
