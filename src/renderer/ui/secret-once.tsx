import { useText } from '../i18n/messages.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { Notice } from './notice.tsx';

/** A password, key or secret that is shown now and never again. */
export function SecretOnce({
  title,
  secret,
  onClose,
}: {
  readonly title: string;
  readonly secret: string;
  readonly onClose: () => void;
}) {
  const text = useText();
  return (
    <Dialog title={title} open onClose={onClose} firm testId="secret-dialog">
      <Notice tone="review">{text('secret.once')}</Notice>
      <p className="mono secret" data-may-leave data-testid="secret">
        {secret}
      </p>
      <div className="row dialog-actions">
        <Button kind="primary" onPress={onClose} testId="secret-close">
          {text('secret.noted')}
        </Button>
      </div>
    </Dialog>
  );
}
