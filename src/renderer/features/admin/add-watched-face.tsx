import { ImagePlus } from 'lucide-react';
import { useState } from 'react';
import { FileTrigger } from 'react-aria-components';
import { watchedKinds, type WatchedFacesView, type WatchedKind } from '../../../contract/desk/watched-faces.ts';
import { useText } from '../../i18n/messages.ts';
import { useLoket, useStation } from '../../state/loket-context.ts';
import { Button } from '../../ui/button.tsx';
import { BytesImage } from '../../ui/bytes-image.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Select } from '../../ui/select.tsx';
import { TextInput } from '../../ui/text-input.tsx';

const largestPhoto = 8 * 1024 * 1024;

/** The picture stays in the page until the desk has measured it, and is let go then. */
function PhotoChoice({
  photo,
  onPhoto,
}: {
  readonly photo: Uint8Array | null;
  readonly onPhoto: (photo: Uint8Array | null) => void;
}) {
  const text = useText();
  const [tooLarge, setTooLarge] = useState(false);
  const take = async (files: FileList | null) => {
    const file = files?.[0];
    if (file === undefined) return;
    const large = file.size > largestPhoto;
    setTooLarge(large);
    onPhoto(large ? null : new Uint8Array(await file.arrayBuffer()));
  };
  return (
    <div className="stack-tight">
      <div className="row tight">
        <FileTrigger acceptedFileTypes={['image/jpeg', 'image/png']} onSelect={(files) => void take(files)}>
          <Button icon={<ImagePlus size={20} aria-hidden="true" />} testId="watched-photo">
            {text('watched.photo')}
          </Button>
        </FileTrigger>
        <span className="muted small">{text('watched.photo.help')}</span>
      </div>
      {tooLarge ? (
        <Notice tone="stop" live>
          {text('watched.photo.tooLarge')}
        </Notice>
      ) : null}
      {photo === null ? null : (
        <div className="watched-photo">
          <BytesImage bytes={photo} alt={text('watched.photo.chosen')} />
        </div>
      )}
    </div>
  );
}

export function AddWatchedFace({
  people,
  onAdded,
}: {
  readonly people: WatchedFacesView['people'];
  readonly onAdded: (view: WatchedFacesView) => void;
}) {
  const text = useText();
  const { store } = useStation();
  const busy = useLoket((state) => state.busy === 'watchedFaces.add');
  const [kind, setKind] = useState<WatchedKind>('staff');
  const [userId, setUserId] = useState('');
  const [reason, setReason] = useState('');
  const [photo, setPhoto] = useState<Uint8Array | null>(null);
  const staff = kind === 'staff';
  const ready = photo !== null && (staff ? userId !== '' : reason.trim().length >= 3);
  const add = async () => {
    if (photo === null) return;
    const given = staff
      ? { kind, userId, photo, reason: text('watched.reason.staff') }
      : { kind, photo, reason: reason.trim() };
    const answer = await store.run('watchedFaces.add', given);
    if (!answer.ok) return;
    setUserId('');
    setReason('');
    setPhoto(null);
    onAdded(answer.value);
  };
  return (
    <section className="sheet stack" data-testid="watched-add">
      <h2>{text('watched.add')}</h2>
      <Select
        label={text('watched.kind')}
        value={kind}
        options={watchedKinds.map((value) => ({ value, label: text(`watched.kind.${value}`) }))}
        onChange={setKind}
        testId="watched-kind"
      />
      {staff ? (
        <Select
          label={text('watched.person')}
          placeholder={text('watched.person.choose')}
          value={userId}
          options={people.map(({ id, fullName }) => ({ value: id, label: fullName }))}
          onChange={setUserId}
          testId="watched-person"
        />
      ) : (
        <TextInput
          label={text('watched.reason')}
          hint={text('watched.reason.help')}
          value={reason}
          onChange={setReason}
          maxLength={200}
          testId="watched-reason"
        />
      )}
      <PhotoChoice photo={photo} onPhoto={setPhoto} />
      <div className="row">
        <span className="grow muted" role="status">
          {busy ? text('watched.busy') : ''}
        </span>
        <Button kind="primary" disabled={busy || !ready} onPress={() => void add()} testId="watched-submit">
          {text('watched.submit')}
        </Button>
      </div>
    </section>
  );
}
