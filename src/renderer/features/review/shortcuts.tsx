import { Keyboard } from 'lucide-react';
import { useState } from 'react';
import { useText } from '../../i18n/messages.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { reviewKeys } from './review-keys.ts';

interface ShortcutsProps {
  readonly on: boolean;
  readonly onSwitch: (on: boolean) => void;
  readonly open: boolean;
  readonly onOpen: (open: boolean) => void;
}

/** The keys, shown where they work, and a switch for whoever types with his voice (WCAG 2.1.4). */
export function Shortcuts({ on, onSwitch, open, onOpen }: ShortcutsProps) {
  const text = useText();
  const [id] = useState(() => 'shortcuts-switch');
  return (
    <>
      <Button
        kind="quiet"
        icon={<Keyboard size={20} aria-hidden="true" />}
        onPress={() => onOpen(true)}
        testId="shortcuts"
      >
        {text('keys.show')}
      </Button>
      <Dialog title={text('keys.title')} open={open} onClose={() => onOpen(false)} testId="shortcuts-dialog">
        <dl className="shortcut-list">
          {reviewKeys.map(({ act, keys }) => (
            <div key={act}>
              <dt>
                {keys.map((key) => (
                  <kbd key={key}>{key}</kbd>
                ))}
              </dt>
              <dd>{text(`keys.${act}`)}</dd>
            </div>
          ))}
        </dl>
        <p className="muted">{text('keys.note')}</p>
        <label className="inline" htmlFor={id}>
          <input id={id} type="checkbox" checked={on} onChange={(event) => onSwitch(event.target.checked)} />
          {text('keys.on')}
        </label>
        <div className="row dialog-actions">
          <Button kind="primary" onPress={() => onOpen(false)}>
            {text('action.close')}
          </Button>
        </div>
      </Dialog>
    </>
  );
}
