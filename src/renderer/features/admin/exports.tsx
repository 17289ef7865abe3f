import { Download, Square } from 'lucide-react';
import { useRef, useState } from 'react';
import { exportKinds, type ExportKind, type ExportPiece } from '../../../contract/desk/admin-calls.ts';
import { useText } from '../../i18n/messages.ts';
import { useStation } from '../../state/loket-context.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Progress } from '../../ui/progress.tsx';
import { saveAs } from '../../ui/save-as.ts';
import { useProof } from '../sign-in/proof.tsx';

/** Records taken away as files. Each is written down in the audit log before its first line is read. */
export function Exports() {
  const text = useText();
  const { bridge } = useStation();
  const proof = useProof();
  const [running, setRunning] = useState<ExportPiece | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const stopped = useRef(false);
  const take = async (kind: ExportKind) => {
    setFailed(null);
    stopped.current = false;
    // Electron refuses downloads: there the desk writes the file itself.
    const begun = await proof.run('exports.begin', { kind, to: bridge.shell === 'electron' ? 'desk' : 'page' });
    if (!begun.ok) return;
    const { id, fileName } = begun.value;
    setRunning({ ...begun.value, text: null });
    const pieces: string[] = [];
    for (;;) {
      const piece = await bridge.call('exports.next', { id });
      if (!piece.ok) {
        setRunning(null);
        return setFailed(stopped.current ? null : piece.error.code);
      }
      pieces.push(piece.value.text ?? '');
      setRunning({ ...piece.value, text: null });
      if (piece.value.done) break;
    }
    if (bridge.shell !== 'electron') saveAs(fileName, pieces);
  };
  const stop = () => {
    if (running === null) return;
    stopped.current = true;
    void bridge.call('exports.stop', { id: running.id });
  };
  const busy = running !== null && !running.done;
  return (
    <>
      <Notice tone="review">{text('exports.warning')}</Notice>
      <ul className="stack">
        {exportKinds.map((kind) => (
          <li key={kind} className="sheet row">
            <div className="grow">
              <h2>{text(`exports.${kind}`)}</h2>
              <p className="muted">{text(`exports.${kind}.help`)}</p>
            </div>
            <Button
              icon={<Download size={20} aria-hidden="true" />}
              disabled={busy}
              onPress={() => void take(kind)}
              label={`${text('exports.take')}: ${text(`exports.${kind}`)}`}
              testId={`export-${kind}`}
            >
              {text('exports.take')}
            </Button>
          </li>
        ))}
      </ul>
      {busy ? (
        <section className="sheet row">
          <div className="grow">
            <Progress
              label={text('exports.running', { count: running.rows })}
              value={running.total === null ? null : running.total === 0 ? 1 : running.rows / running.total}
              testId="export-progress"
            />
          </div>
          <Button icon={<Square size={20} aria-hidden="true" />} onPress={stop}>
            {text('exports.stop')}
          </Button>
        </section>
      ) : null}
      {running?.done === true ? (
        <Notice tone="pass" live testId="export-done">
          {text('exports.done', { count: running.rows })}{' '}
          <span className="mono small">{running.savedAs ?? running.fileName}</span>
        </Notice>
      ) : null}
      {failed === null ? null : (
        <Notice tone="stop" live>
          {text.failure(failed)}
        </Notice>
      )}
      {proof.dialog}
    </>
  );
}
