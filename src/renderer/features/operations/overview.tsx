import { Cpu, Database, ListChecks, Network, ScanEye } from 'lucide-react';
import type { ReactNode } from 'react';
import type { OperationsView } from '../../../contract/desk/answers.ts';
import { useText } from '../../i18n/messages.ts';
import { useLoket } from '../../state/loket-context.ts';
import { useAnswer } from '../../state/use-answer.ts';
import { Asked } from '../../ui/asked.tsx';
import { Badge, type Tone } from '../../ui/notice.tsx';
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
      {view.fleet === null ? null : <FleetTile fleet={view.fleet} />}
    </div>
  );
}

/** Which settings this desk runs and whose they are, and when head office was last heard. */
function FleetTile({ fleet }: { readonly fleet: NonNullable<OperationsView['fleet']> }) {
  const text = useText();
  const { settings, heardAt, failure, problems, wipeSince } = fleet;
  const trouble = problems.length > 0 || wipeSince !== null;
  const state = trouble ? 'trouble' : failure === null && heardAt !== null ? 'heard' : 'silent';
  const tones = { trouble: 'stop', heard: 'pass', silent: 'review' } as const;
  const since = settings === null ? [] : [text('fleet.here.since', { time: text.dateTime(settings.appliedAt) })];
  const last = heardAt === null ? text('fleet.here.never') : text('fleet.here.last', { time: text.dateTime(heardAt) });
  const said = problems.map(({ code, about }) =>
    about === null ? text.word('fleet.problem', code) : `${text.word('fleet.problem', code)} (${about})`,
  );
  return (
    <Tile
      testId="tile-fleet"
      icon={<Network size={22} aria-hidden="true" />}
      title={text('fleet.here')}
      tone={tones[state]}
      word={text(`fleet.here.${state}`)}
      figure={settings === null ? text('fleet.here.own') : text('fleet.here.settings', { version: settings.version })}
      remedy={wipeSince === null ? [...since, last, ...said].join('. ') : text('fleet.here.wipe')}
    />
  );
}

/** How this counter is doing, and what waits to be sent. */
export function Overview() {
  const text = useText();
  const asked = useAnswer('operations.status', {});
  const address = useLoket((state) => state.station?.address ?? '');
  const version = useLoket((state) => state.station?.version ?? '');
  return (
    <>
      <Asked asked={asked}>{(view) => <Tiles view={view} />}</Asked>
      <Outbox />
      <p className="muted small">
        Loket {version} · {text('operations.address')} <span className="mono">{address}</span>
      </p>
    </>
  );
}
