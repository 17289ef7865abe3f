import type { ReactNode } from 'react';
import type { FleetRow } from '../../../contract/desk/fleet-calls.ts';
import { useText } from '../../i18n/messages.ts';

/** What the desk said of itself last. */
export function Inventory({ desk }: { readonly desk: FleetRow }) {
  const text = useText();
  const { report, seenAt, skewMs, settingsWanted } = desk;
  if (report === null || seenAt === null) return <p className="muted">{text('fleet.noReport')}</p>;
  const { outbox, settings } = report;
  const lines: readonly (readonly [string, ReactNode])[] = [
    [text('fleet.seen'), text.dateTime(seenAt)],
    [text('fleet.version'), `${report.version} · ${report.platform}`],
    [text('fleet.keystore'), report.keystore],
    [
      text('fleet.settings'),
      settings === null
        ? text('fleet.settings.own')
        : text('fleet.settings.version', { version: settings.version, wanted: settingsWanted ?? settings.version }),
    ],
    [
      text('fleet.outbox'),
      text('fleet.outbox.line', {
        pending: outbox.pending,
        refused: outbox.refused,
        oldest: outbox.oldestAt === null ? '–' : text.dateTime(outbox.oldestAt),
      }),
    ],
    [
      text('fleet.disk'),
      report.disk === null ? '–' : text('storage.gib', { size: text.number(report.disk.freeBytes / 1024 ** 3, 1) }),
    ],
    [text('fleet.clock'), skewMs === null ? '–' : text('fleet.clock.line', { seconds: Math.round(skewMs / 1000) })],
    [
      text('fleet.cameras'),
      report.cameras.length === 0
        ? text('fleet.cameras.none')
        : report.cameras.map(({ role, label }) => `${text(`fleet.camera.${role}`)}: ${label}`).join('; '),
    ],
  ];
  return (
    <section className="stack" data-testid="fleet-inventory">
      <h2>{text('fleet.inventory')}</h2>
      <dl className="case-fields">
        {lines.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <h3>{text('fleet.lists')}</h3>
      <ul className="plain-list small">
        {report.lists.length === 0 ? <li>{text('fleet.lists.none')}</li> : null}
        {report.lists.map(({ id, version, publishedAt }) => (
          <li key={id}>{text('fleet.lists.line', { name: id, version, day: publishedAt.slice(0, 10) })}</li>
        ))}
      </ul>
      <h3>{text('fleet.models')}</h3>
      <ul className="plain-list small">
        {report.models.length === 0 ? <li>{text('fleet.models.none')}</li> : null}
        {report.models.map(({ id, sha256, state }) => (
          <li key={id}>
            {id} · {text(`fleet.model.${state}`)} · <span className="mono">{sha256?.slice(0, 12) ?? '–'}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
