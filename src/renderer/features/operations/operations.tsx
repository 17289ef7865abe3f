import { Cpu, Database, ListChecks, ScanEye } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import type { OperationsView } from '../../../contract/desk/answers.ts';
import { useText } from '../../i18n/messages.ts';
import { useLoket, useStation } from '../../state/loket-context.ts';
import { FailureNotice } from '../../ui/failure-notice.tsx';
import { Badge, type Tone } from '../../ui/notice.tsx';
import { Devices } from './devices.tsx';
import { Outbox } from './outbox.tsx';

interface TileProps {
  readonly icon: ReactNode;
  readonly title: string;
  readonly tone: Tone;
  readonly word: string;
  readonly figure: string;
  readonly remedy: string | null;
  readonly testId: string;
}

/** One subsystem: a state word, its figure, its remedy. */
function Tile({ icon, title, tone, word, figure, remedy, testId }: TileProps) {
  return (
    <section className="sheet tile" data-testid={testId}>
      <h2 className="inline">
        {icon} {title}
      </h2>
      <Badge tone={tone}>{word}</Badge>
      <p className="tile-figure">{figure}</p>
      {remedy === null ? null : <p className="muted">{remedy}</p>}
    </section>
  );
}

function Tiles({ view }: { readonly view: OperationsView }) {
  const text = useText();
  const vision = view.state.vision;
  // Of several weights for one task one is enough; the others are choices, not gaps.
  const tasks = new Set(view.models.map((model) => model.role));
  const ready = new Set(view.models.filter((model) => model.state === 'ready').map((model) => model.role));
  const missing = tasks.size - ready.size;
  return (
    <div className="tiles">
      <Tile
        testId="tile-vision"
        icon={<ScanEye size={22} aria-hidden="true" />}
        title={text('operations.vision')}
        tone={vision === 'ready' ? 'pass' : vision === 'starting' ? 'review' : 'stop'}
        word={text(`operations.vision.${vision}`)}
        figure={text('operations.restarts', { count: view.visionRestarts })}
        remedy={vision === 'down' ? text('operations.vision.remedy') : null}
      />
      <Tile
        testId="tile-models"
        icon={<Cpu size={22} aria-hidden="true" />}
        title={text('operations.models')}
        tone={missing === 0 ? 'pass' : 'review'}
        word={text(missing === 0 ? 'operations.complete' : 'operations.incomplete')}
        figure={text('operations.modelCount', { ready: ready.size, all: tasks.size })}
        remedy={missing === 0 ? null : text('operations.models.remedy')}
      />
      <Tile
        testId="tile-database"
        icon={<Database size={22} aria-hidden="true" />}
        title={text('operations.database')}
        tone={view.database.ok ? 'pass' : 'stop'}
        word={text(view.database.ok ? 'operations.good' : 'operations.bad')}
        figure={text('operations.megabytes', { size: text.number(view.database.bytes / 1_048_576, 1) })}
        remedy={view.database.ok ? null : text('operations.database.remedy')}
      />
      <Tile
        testId="tile-audit"
        icon={<ListChecks size={22} aria-hidden="true" />}
        title={text('operations.audit')}
        tone={view.audit.intact ? 'pass' : 'stop'}
        word={text(view.audit.intact ? 'operations.audit.intact' : 'operations.audit.broken')}
        figure={text('operations.audit.rows', { count: view.audit.rows })}
        remedy={view.audit.intact ? null : text('operations.audit.remedy')}
      />
    </div>
  );
}

function Models({ view }: { readonly view: OperationsView }) {
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

export function Operations() {
  const text = useText();
  const { store } = useStation();
  const [view, setView] = useState<OperationsView | null>(null);
  const address = useLoket((state) => state.station?.address ?? '');
  const version = useLoket((state) => state.station?.version ?? '');
  useEffect(() => {
    let wanted = true;
    void store.run('operations.status', {}).then((answer) => {
      if (wanted && answer.ok) setView(answer.value);
    });
    return () => {
      wanted = false;
    };
  }, [store]);
  return (
    <main className="page stack" data-testid="operations-page" tabIndex={0}>
      <div className="row">
        <h1 className="grow">{text('operations.title')}</h1>
        <span className="muted small">
          Loket {version} · <span className="mono">{address}</span>
        </span>
      </div>
      <FailureNotice />
      {view === null ? null : <Tiles view={view} />}
      <Outbox />
      <Devices />
      {view === null ? null : <Models view={view} />}
    </main>
  );
}
