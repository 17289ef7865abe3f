import type { ReactNode } from 'react';
import type { CustomerFile } from '../../../contract/desk/customer-page.ts';
import { useText } from '../../i18n/messages.ts';
import { useLoket, useStation } from '../../state/loket-context.ts';
import { mayReview } from '../../state/loket-store.ts';
import { AuditLines } from '../../ui/audit-lines.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { Badge, Notice } from '../../ui/notice.tsx';
import { TabSet } from '../../ui/tab-set.tsx';
import { TierBadge } from '../../ui/tier-badge.tsx';
import { CaseLinks, TierSteps } from '../review/case-history.tsx';
import { checkTone } from '../review/status-tone.ts';
import { EraseCustomer } from './erase-customer.tsx';

interface SectionProps {
  readonly title: string;
  readonly children: ReactNode;
  readonly testId?: string;
}

function Section({ title, children, testId }: SectionProps) {
  return (
    <section className="sheet stack-tight" {...(testId === undefined ? {} : { 'data-testid': testId })}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function Verifications({ file }: { readonly file: CustomerFile }) {
  const text = useText();
  return (
    <DataTable
      label={text('customers.verifications')}
      testId="verifications"
      rows={file.verifications}
      rowId={(row) => row.id}
      rowState={(row) => row.status}
      empty={<p className="muted">{text('customers.noVerifications')}</p>}
      columns={[
        { id: 'method', title: text('customers.method'), cell: (row) => text(`method.${row.method}`) },
        {
          id: 'status',
          title: text('customers.status'),
          cell: (row) => <Badge tone={checkTone[row.status]}>{text(`verification.${row.status}`)}</Badge>,
        },
        {
          id: 'score',
          title: text('customers.score'),
          number: true,
          cell: (row) => (row.score === null ? '–' : text.number(row.score)),
        },
        { id: 'time', title: text('customers.time'), cell: (row) => text.dateTime(row.createdAt) },
      ]}
    />
  );
}

function References({ file }: { readonly file: CustomerFile }) {
  const text = useText();
  return (
    <DataTable
      label={text('customers.references')}
      testId="references"
      rows={file.references}
      rowId={(row) => row.id}
      rowState={(row) => (row.active ? 'active' : 'retired')}
      empty={<p className="muted">{text('customers.noReferences')}</p>}
      columns={[
        { id: 'source', title: text('customers.source'), cell: (row) => text(`reference.${row.source}`) },
        {
          id: 'state',
          title: text('customers.status'),
          cell: (row) =>
            row.active ? (
              <Badge tone="pass">{text('customers.active')}</Badge>
            ) : (
              text('customers.retired', { reason: row.retireReason ?? '–' })
            ),
        },
        {
          id: 'width',
          title: text('customers.width'),
          number: true,
          cell: (row) =>
            row.faceWidthPx === null ? '–' : text('customers.pixels', { px: Math.round(row.faceWidthPx) }),
        },
        { id: 'time', title: text('customers.time'), cell: (row) => text.dateTime(row.createdAt) },
      ]}
    />
  );
}

function Consents({ file }: { readonly file: CustomerFile }) {
  const text = useText();
  const rows = file.consents.map((row, index) => ({ ...row, key: `${row.acceptedAt} ${index}` }));
  return (
    <DataTable
      label={text('customers.consents')}
      testId="consents"
      rows={rows}
      rowId={(row) => row.key}
      empty={<p className="muted">{text('customers.noConsents')}</p>}
      columns={[
        { id: 'version', title: text('customers.consentVersion'), cell: (row) => `${row.version} (${row.language})` },
        {
          id: 'purposes',
          title: text('customers.purposes'),
          cell: (row) => row.purposes.map((purpose) => text.word('consent.short', purpose)).join(', '),
        },
        { id: 'given', title: text('customers.given'), cell: (row) => text.dateTime(row.acceptedAt) },
        {
          id: 'state',
          title: text('customers.status'),
          cell: (row) =>
            row.withdrawnAt === null
              ? text('customers.standing')
              : text('customers.withdrawn', { time: text.dateTime(row.withdrawnAt) }),
        },
      ]}
    />
  );
}

function Devices({ file }: { readonly file: CustomerFile }) {
  const text = useText();
  if (file.devices.length === 0) return <p className="muted">{text('customers.noDevices')}</p>;
  return (
    <ul className="stack-tight" data-testid="customer-devices">
      {file.devices.map((one) => (
        <li key={one.id} className="row">
          <strong>{one.name ?? one.platform}</strong>
          <span className="muted">{one.platform}</span>
          <span className="muted">{text.dateTime(one.createdAt)}</span>
          {one.endedAt === null ? null : <span>{text('customers.ended', { time: text.dateTime(one.endedAt) })}</span>}
        </li>
      ))}
    </ul>
  );
}

/** What Dukcapil said, with its reason, for those who may know it. */
function Dukcapil({ standing }: { readonly standing: NonNullable<CustomerFile['dukcapil']> | null }) {
  const text = useText();
  if (standing === null) return <p className="muted">{text('customers.dukcapil.none')}</p>;
  const time = text.dateTime(standing.createdAt);
  return (
    <Notice tone={standing.status === 'verified' ? 'pass' : 'stop'} testId="dukcapil">
      <p>{text(`customers.dukcapil.${standing.status}`, { time })}</p>
      {standing.reason === null ? null : <p>{text('customers.dukcapil.reason', { reason: standing.reason })}</p>}
    </Notice>
  );
}

function Head({ file, onErased }: CustomerPageProps) {
  const text = useText();
  // What stands in their place after an erasure is for programs, not for people.
  const gone = file.erasure?.state === 'erased';
  const known = [
    { name: text('customers.phone'), value: gone ? null : file.phone },
    { name: text('customers.email'), value: gone ? null : file.email },
    { name: text('customers.ref'), value: gone ? null : file.externalRef },
    { name: text('customers.since'), value: text.date(file.createdAt) },
    {
      name: text('customers.lastVerified'),
      value: file.lastVerifiedAt === null ? null : text.date(file.lastVerifiedAt),
    },
  ].filter(({ value }) => value !== null);
  return (
    <section className="sheet stack" data-testid="customer-head">
      <div className="row">
        <div className="grow stack-tight">
          <h1>{gone ? text('customers.state.archived') : file.fullName}</h1>
          <p className="muted">
            NIK <span className="mono">{file.nikTail === null ? '–' : `•••• ${file.nikTail}`}</span>
          </p>
        </div>
        {file.status === 'active' ? null : <Badge tone="stop">{text.word('customers.state', file.status)}</Badge>}
        <div className="stack-tight">
          <TierBadge tier={file.kycLevel} />
          {file.kycExpiresAt === null ? null : (
            <span className="muted small">{text('customers.until', { date: text.date(file.kycExpiresAt) })}</span>
          )}
        </div>
      </div>
      <dl className="case-fields">
        {known.map(({ name, value }) => (
          <div key={name}>
            <dt className="small muted">{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <EraseCustomer file={file} onErased={onErased} />
    </section>
  );
}

interface CustomerPageProps {
  readonly file: CustomerFile;
  readonly onErased: (file: CustomerFile) => void;
}

/** One customer, part by part; what nobody may know here is not there. */
export function CustomerPage(props: CustomerPageProps) {
  const { file } = props;
  const text = useText();
  const { store } = useStation();
  const reviews = useLoket((state) => mayReview(state.station));
  const openCase = reviews ? { onOpen: (caseId: string) => store.visit({ caseId }) } : {};
  const checks = (
    <div className="stack">
      <Section title={text('customers.verifications')}>
        <Verifications file={file} />
      </Section>
      {file.dukcapil === undefined ? null : (
        <Section title={text('customers.dukcapil')}>
          <Dukcapil standing={file.dukcapil} />
        </Section>
      )}
      <Section title={text('customers.references')}>
        <References file={file} />
      </Section>
      <Section title={text('customers.history')} testId="tier-history">
        {file.history.length === 0 ? <p className="muted">{text('customers.noHistory')}</p> : null}
        <TierSteps tiers={file.history} />
      </Section>
      <Section title={text('customers.cases')} testId="customer-cases">
        {file.cases.length === 0 ? <p className="muted">{text('customers.noCases')}</p> : null}
        <CaseLinks cases={file.cases} {...openCase} />
      </Section>
    </div>
  );
  const standing = (
    <div className="stack">
      <Section title={text('customers.consents')}>
        <Consents file={file} />
      </Section>
      <Section title={text('customers.devices')}>
        <Devices file={file} />
      </Section>
    </div>
  );
  return (
    <>
      <Head {...props} />
      <TabSet
        label={text('customers.sections')}
        testId="customer-tab"
        tabs={[
          { id: 'checks', title: text('customers.section.checks'), content: checks },
          { id: 'standing', title: text('customers.section.standing'), content: standing },
          {
            id: 'audit',
            title: text('customers.section.audit'),
            content: <AuditLines lines={file.audit} testId="customer-audit" />,
          },
        ]}
      />
    </>
  );
}
