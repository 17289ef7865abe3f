import { useState } from 'react';
import type { FleetRow, FleetView } from '../../../contract/desk/fleet-calls.ts';
import { fleetStates, type FleetState } from '../../../contract/fleet.ts';
import { useText } from '../../i18n/messages.ts';
import { useAnswer } from '../../state/use-answer.ts';
import { Asked } from '../../ui/asked.tsx';
import { Button } from '../../ui/button.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/kawung.tsx';
import { Badge } from '../../ui/notice.tsx';
import { Pager } from '../../ui/pager.tsx';
import { Select } from '../../ui/select.tsx';
import { TextInput } from '../../ui/text-input.tsx';
import { FleetDesk } from './fleet-desk.tsx';
import { Findings } from './fleet-findings.tsx';
import { stateTones } from './fleet-tones.ts';

/** Every desk of the bank with its state in words; one opens with its inventory and what can be done about it. */
export function Fleet() {
  const text = useText();
  const [page, setPage] = useState(1);
  const [state, setState] = useState<FleetState | ''>('');
  const [branch, setBranch] = useState('');
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<FleetRow | null>(null);
  const asked = useAnswer('fleet.desks', {
    page,
    ...(state === '' ? {} : { state }),
    ...(branch === '' ? {} : { branch }),
    ...(name.trim() === '' ? {} : { name: name.trim() }),
  });
  const narrow =
    <T,>(set: (value: T) => void) =>
    (value: T) => {
      set(value);
      setPage(1);
    };
  return (
    <Asked asked={asked}>
      {(view) => (
        <>
          <Summary view={view} />
          <section className="sheet stack">
            <div className="form-grid">
              <Select
                label={text('fleet.state')}
                value={state}
                placeholder={text('fleet.state.any')}
                options={fleetStates.map((value) => ({
                  value,
                  label: `${text(`fleet.state.${value}`)} (${view.counts[value] ?? 0})`,
                }))}
                onChange={narrow(setState)}
                testId="fleet-state"
              />
              <Select
                label={text('fleet.branch')}
                value={branch}
                placeholder={text('fleet.branch.any')}
                options={view.branches.map((value) => ({ value, label: value }))}
                onChange={narrow(setBranch)}
                testId="fleet-branch"
              />
              <TextInput
                label={text('fleet.search')}
                type="search"
                value={name}
                onChange={narrow(setName)}
                maxLength={60}
                testId="fleet-search"
              />
            </div>
            <DataTable
              label={text('rooms.fleet')}
              testId="fleet-desk"
              rows={view.rows}
              rowId={({ id }) => id}
              rowState={(desk) => desk.state}
              empty={
                <EmptyState>{text(Object.keys(view.counts).length === 0 ? 'desks.none' : 'fleet.none')}</EmptyState>
              }
              columns={columns(text, setChosen)}
            />
            <Pager part={view} onPage={setPage} />
          </section>
          {chosen === null ? null : (
            <FleetDesk
              id={chosen.id}
              name={chosen.name}
              onClose={() => {
                setChosen(null);
                asked.again();
              }}
            />
          )}
        </>
      )}
    </Asked>
  );
}

function Summary({ view }: { readonly view: FleetView }) {
  const text = useText();
  const { settings, packs } = view;
  return (
    <section className="sheet stack" data-testid="fleet-summary">
      <p>
        {settings === null
          ? text('fleet.settings.none')
          : text('fleet.settings.current', {
              version: settings.version,
              since: text.dateTime(settings.publishedAt),
              until: text.date(settings.expiresAt),
            })}
      </p>
      <p>
        {packs.length === 0
          ? text('fleet.packs.none')
          : text('fleet.packs.current', { names: packs.map(({ name }) => name).join(', ') })}
      </p>
      <p className="muted small">{text('fleet.commands')}</p>
    </section>
  );
}

function columns(text: ReturnType<typeof useText>, open: (desk: FleetRow) => void): readonly Column<FleetRow>[] {
  return [
    {
      id: 'name',
      title: text('desks.name'),
      cell: (desk) => (
        <div>
          {desk.name}
          <div className="small muted">{desk.branch ?? text('fleet.branch.none')}</div>
        </div>
      ),
    },
    {
      id: 'state',
      title: text('people.state'),
      cell: (desk) => (
        <div className="stack-tight">
          <Badge tone={stateTones[desk.state]}>{text(`fleet.state.${desk.state}`)}</Badge>
          <Findings findings={desk.findings} />
        </div>
      ),
    },
    {
      id: 'seen',
      title: text('fleet.seen'),
      cell: ({ seenAt }) => (seenAt === null ? text('fleet.never') : text.dateTime(seenAt)),
    },
    { id: 'version', title: text('fleet.version'), cell: ({ report }) => report?.version ?? '' },
    {
      id: 'pending',
      title: text('fleet.pending'),
      number: true,
      cell: ({ report }) => (report === null ? '' : text.number(report.outbox.pending)),
    },
    {
      id: 'open',
      title: text('fleet.desk'),
      cell: (desk) => (
        <Button onPress={() => open(desk)} label={`${text('fleet.open')}: ${desk.name}`} testId="fleet-open">
          {text('fleet.open')}
        </Button>
      ),
    },
  ];
}
