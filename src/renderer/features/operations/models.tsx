import { useState } from 'react';
import type { OperationsView } from '../../../contract/desk/answers.ts';
import { useText } from '../../i18n/messages.ts';
import { useLoket, useStation } from '../../state/loket-context.ts';
import { useAnswer } from '../../state/use-answer.ts';
import { useJob } from '../../state/use-job.ts';
import { Asked } from '../../ui/asked.tsx';
import { Badge, Notice } from '../../ui/notice.tsx';
import { Progress } from '../../ui/progress.tsx';
import { useProof } from '../sign-in/proof.tsx';
import { FilePick } from './file-pick.tsx';
import { uploadFiles } from './upload.ts';
import { TableScroll } from '../../ui/data-table.tsx';

function ModelTable({ view }: { readonly view: OperationsView }) {
  const text = useText();
  return (
    <section className="sheet stack-tight">
      <h2>{text('operations.models')}</h2>
      <TableScroll label={text('operations.models')}>
        <table className="table" data-testid="models">
          <thead>
            <tr>
              <th scope="col">{text('models.role')}</th>
              <th scope="col">{text('models.id')}</th>
              <th scope="col">{text('models.state')}</th>
              <th scope="col">{text('models.licence')}</th>
            </tr>
          </thead>
          <tbody>
            {view.models.map((model) => (
              <tr key={`${model.role}-${model.id}`}>
                <td>{text.word('modelRole', model.role)}</td>
                <td className="mono small">{model.id}</td>
                <td>
                  <div className="row tight">
                    <Badge tone={model.state === 'ready' ? 'pass' : model.state === 'refused' ? 'stop' : 'review'}>
                      {text.word('modelState', model.state)}
                    </Badge>
                    {model.evaluationOnly ? <Badge tone="review">{text('models.evaluation')}</Badge> : null}
                  </div>
                </td>
                <td>{model.licence}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
    </section>
  );
}

/** Which weights serve which task, and under what licence. */
export function Models() {
  const asked = useAnswer('operations.status', {});
  const admin = useLoket((state) => state.station?.person?.role === 'admin');
  return (
    <>
      <Asked asked={asked}>{(view) => <ModelTable view={view} />}</Asked>
      {admin ? <Install /> : null}
    </>
  );
}

function Install() {
  const text = useText();
  const { bridge } = useStation();
  const proof = useProof();
  const job = useJob('models_install');
  const [share, setShare] = useState<number | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const install = async (files: readonly File[]) => {
    if (files.length === 0) return;
    setFailure(null);
    setShare(0);
    const upload = await uploadFiles(bridge, files, setShare);
    setShare(null);
    if (!upload.ok) return setFailure(upload.error.code);
    await proof.run('models.install', { upload: upload.value });
  };
  const running = job?.state === 'running';
  const problem = failure ?? job?.failure?.code ?? null;
  const fresh = job?.outcome?.models.filter(({ outcome }) => outcome === 'installed').length;
  return (
    <section className="sheet stack" data-testid="models-install">
      <h2>{text('models.install')}</h2>
      <p className="muted">{text('models.install.help')}</p>
      <div className="row">
        <FilePick
          label={text('models.install')}
          accept=".onnx"
          multiple
          onFiles={(files) => void install(files)}
          testId="model-files"
        />
      </div>
      {share === null ? null : <Progress label={text('lists.copying')} value={share} />}
      {running ? <Progress label={text('models.installing')} value={null} /> : null}
      {fresh === undefined || running ? null : (
        <Notice tone={fresh > 0 ? 'pass' : 'review'} live testId="models-installed">
          {text('models.installed', { count: fresh })}
        </Notice>
      )}
      {problem === null ? null : <Notice tone="stop">{text.failure(problem)}</Notice>}
      {proof.dialog}
    </section>
  );
}
