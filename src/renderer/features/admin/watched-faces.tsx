import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { WatchedFaceRow, WatchedFacesView } from '../../../contract/desk/watched-faces.ts';
import { useText } from '../../i18n/messages.ts';
import { useLoket, useStation } from '../../state/loket-context.ts';
import { useAnswer } from '../../state/use-answer.ts';
import { Asked } from '../../ui/asked.tsx';
import { Button } from '../../ui/button.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Badge } from '../../ui/notice.tsx';
import { AddWatchedFace } from './add-watched-face.tsx';

function useColumns(onRemove: (face: WatchedFaceRow) => void): readonly Column<WatchedFaceRow>[] {
  const text = useText();
  return [
    {
      id: 'who',
      title: text('watched.who'),
      cell: (face) => (
        <div className="stack-tight">
          <span>
            <Badge tone={face.kind === 'blocked' ? 'stop' : 'plain'}>{text(`watched.kind.${face.kind}`)}</Badge>{' '}
            {face.person}
          </span>
          {face.comparable ? null : <Badge tone="review">{text('watched.stale')}</Badge>}
        </div>
      ),
    },
    { id: 'reason', title: text('watched.reason'), cell: ({ reason }) => reason },
    {
      id: 'since',
      title: text('watched.since'),
      cell: ({ createdAt, addedBy }) => (
        <>
          {text.date(createdAt)}
          {addedBy === null ? null : <div className="muted small">{text('watched.by', { name: addedBy })}</div>}
        </>
      ),
    },
    {
      id: 'remove',
      title: text('watched.remove'),
      cell: (face) =>
        face.own ? (
          <span className="muted small">{text('watched.remove.own')}</span>
        ) : (
          <Button
            icon={<Trash2 size={20} aria-hidden="true" />}
            label={text('watched.removeOne', { name: face.person ?? face.reason })}
            onPress={() => onRemove(face)}
            testId="watched-remove"
          >
            {text('watched.remove')}
          </Button>
        ),
    },
  ];
}

function Faces({
  view,
  onView,
}: {
  readonly view: WatchedFacesView;
  readonly onView: (view: WatchedFacesView) => void;
}) {
  const text = useText();
  const { store } = useStation();
  const busy = useLoket((state) => state.busy !== null);
  const [leaving, setLeaving] = useState<WatchedFaceRow | null>(null);
  const [said, setSaid] = useState<'watched.added' | 'watched.removed' | null>(null);
  const columns = useColumns(setLeaving);
  const remove = async (id: string) => {
    const answer = await store.run('watchedFaces.remove', { id });
    setLeaving(null);
    if (!answer.ok) return;
    onView(answer.value);
    setSaid('watched.removed');
  };
  return (
    <>
      <p>{text('watched.help')}</p>
      <p role="status" className="muted" data-testid="watched-said">
        {said === null ? '' : text(said)}
      </p>
      <section className="sheet stack-tight">
        <h2>{text('watched.list')}</h2>
        <DataTable
          label={text('watched.list')}
          columns={columns}
          rows={view.faces}
          rowId={({ id }) => id}
          rowState={({ kind }) => kind}
          empty={<p className="muted">{text('watched.empty')}</p>}
          testId="watched"
        />
      </section>
      <AddWatchedFace
        people={view.people}
        onAdded={(next) => {
          onView(next);
          setSaid('watched.added');
        }}
      />
      <Dialog
        title={text('watched.remove.title')}
        open={leaving !== null}
        onClose={() => setLeaving(null)}
        testId="watched-remove-dialog"
        firm
      >
        <p>{leaving?.person ?? leaving?.reason}</p>
        <p>{text('watched.remove.body')}</p>
        <div className="row">
          <Button onPress={() => setLeaving(null)} autoFocus>
            {text('watched.keep')}
          </Button>
          <Button
            kind="stop"
            disabled={busy}
            onPress={() => leaving !== null && void remove(leaving.id)}
            testId="watched-remove-confirm"
          >
            {text('watched.remove')}
          </Button>
        </div>
      </Dialog>
    </>
  );
}

/** Faces a counter must notice, and how they come on the list and off it. */
export function WatchedFaces() {
  const asked = useAnswer('watchedFaces.list', {});
  return <Asked asked={asked}>{(view) => <Faces view={view} onView={asked.put} />}</Asked>;
}
