import type { OperationsView } from '../../../contract/desk/answers.ts';
import { useText } from '../../i18n/messages.ts';
import { useAnswer } from '../../state/use-answer.ts';
import { Asked } from '../../ui/asked.tsx';
import { Badge } from '../../ui/notice.tsx';

function ModelTable({ view }: { readonly view: OperationsView }) {
  const text = useText();
  return (
    <section className="sheet stack-tight">
      <h2>{text('operations.models')}</h2>
      <div className="table-scroll">
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
      </div>
    </section>
  );
}

/** Which weights serve which task, and under what licence. */
export function Models() {
  const asked = useAnswer('operations.status', {});
  return <Asked asked={asked}>{(view) => <ModelTable view={view} />}</Asked>;
}
