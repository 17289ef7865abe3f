import { UserRoundX } from 'lucide-react';
import { useState } from 'react';
import { Radio, RadioGroup } from 'react-aria-components';
import { exceptionGrounds, type ExceptionGround } from '../../../contract/bundle.ts';
import { useText } from '../../i18n/messages.ts';
import { useStation } from '../../state/loket-context.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';

/** The way on for somebody who cannot be photographed: asks why, then a supervisor decides. */
export function WithoutSelfie({
  disabled,
  onOpenChange,
}: {
  readonly disabled: boolean;
  /** Nothing is captured while somebody decides. */
  readonly onOpenChange: (open: boolean) => void;
}) {
  const text = useText();
  const { store } = useStation();
  const [open, setOpen] = useState(false);
  const [ground, setGround] = useState<ExceptionGround | null>(null);
  const show = (next: boolean) => {
    setOpen(next);
    onOpenChange(next);
  };
  const close = () => {
    show(false);
    setGround(null);
  };
  const goOn = () => {
    if (ground === null) return;
    close();
    void store.onboard('onboarding.exception', { ground });
  };
  return (
    <>
      <Button
        kind="quiet"
        icon={<UserRoundX size={20} aria-hidden="true" />}
        onPress={() => show(true)}
        disabled={disabled}
        testId="without-selfie"
      >
        {text('exception.open')}
      </Button>
      <Dialog title={text('exception.title')} open={open} onClose={close} testId="exception-dialog">
        <p>{text('exception.what')}</p>
        <RadioGroup
          className="choices"
          aria-label={text('exception.ground')}
          value={ground}
          onChange={(value) => setGround(value as ExceptionGround)}
        >
          {exceptionGrounds.map((value) => (
            <Radio key={value} value={value} className="choice" data-testid={`ground-${value}`}>
              {text(`exception.ground.${value}`)}
            </Radio>
          ))}
        </RadioGroup>
        <div className="row dialog-actions">
          <Button onPress={close}>{text('exception.back')}</Button>
          <Button kind="primary" onPress={goOn} disabled={ground === null} testId="exception-go">
            {text('exception.go')}
          </Button>
        </div>
      </Dialog>
    </>
  );
}
