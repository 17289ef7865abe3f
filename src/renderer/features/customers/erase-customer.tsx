import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { CustomerFile } from '../../../contract/desk/customer-page.ts';
import { useText } from '../../i18n/messages.ts';
import { useLoket, useStation } from '../../state/loket-context.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Notice } from '../../ui/notice.tsx';
import { TextInput } from '../../ui/text-input.tsx';
import { ProofForm } from '../sign-in/proof-form.tsx';

interface EraseProps {
  readonly file: CustomerFile;
  readonly onErased: (file: CustomerFile) => void;
}

/** What became of a request to erase, or, for those who may, the way to one. */
export function EraseCustomer({ file, onErased }: EraseProps) {
  const text = useText();
  const role = useLoket((state) => state.station?.person?.role);
  const [open, setOpen] = useState(false);
  const { erasure } = file;
  if (erasure !== null) {
    const done = erasure.erasedAt;
    return (
      <Notice tone="stop" testId="erased">
        {done === null
          ? text('erase.done.restricted', {
              time: text.dateTime(erasure.requestedAt),
              until: erasure.holdUntil === null ? '–' : text.date(erasure.holdUntil),
            })
          : text('erase.done.erased', { time: text.dateTime(done) })}
      </Notice>
    );
  }
  if (role !== 'compliance' && role !== 'admin') return null;
  return (
    <div>
      <Button
        kind="stop"
        icon={<Trash2 size={20} aria-hidden="true" />}
        onPress={() => setOpen(true)}
        testId="erase-customer"
      >
        {text('erase.button')}
      </Button>
      {open ? (
        <Dialog
          title={text('erase.title', { name: file.fullName })}
          open
          onClose={() => setOpen(false)}
          firm
          testId="erase-dialog"
        >
          <EraseForm file={file} onErased={onErased} onClose={() => setOpen(false)} />
        </Dialog>
      ) : null}
    </div>
  );
}

/** Three things a slip of the hand cannot do: a reason, a word typed out, a proof of who it is. */
function EraseForm({ file, onErased, onClose }: EraseProps & { readonly onClose: () => void }) {
  const text = useText();
  const { store } = useStation();
  const [reason, setReason] = useState('');
  const [requestedBy, setRequestedBy] = useState('');
  const [word, setWord] = useState('');
  const erase = async (password?: string) => {
    const proof = password === undefined ? {} : { password };
    const request = { id: file.id, reason: reason.trim(), requestedBy: requestedBy.trim(), ...proof };
    const answer = await store.run('customers.erase', request);
    if (!answer.ok) return;
    onClose();
    onErased(answer.value);
  };
  return (
    <ProofForm
      ready={
        reason.trim().length >= 3 && requestedBy.trim().length >= 2 && word.trim().toUpperCase() === text('erase.word')
      }
      hint={text('erase.proof')}
      closeWord={text('action.back')}
      confirmWord={text('erase.confirm')}
      confirmKind="stop"
      onClose={onClose}
      onProven={erase}
      testId="erase"
    >
      <p>{text('erase.what')}</p>
      <TextInput label={text('erase.reason')} value={reason} onChange={setReason} testId="erase-reason" />
      <TextInput label={text('erase.by')} value={requestedBy} onChange={setRequestedBy} testId="erase-by" />
      <TextInput
        label={text('erase.type', { word: text('erase.word') })}
        value={word}
        onChange={setWord}
        testId="erase-word"
      />
    </ProofForm>
  );
}
