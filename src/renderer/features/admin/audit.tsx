import { ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import type { AuditLine, AuditProof } from '../../../contract/desk/admin-calls.ts';
import { auditEvents, type AuditEvent } from '../../../contract/audit-events.ts';
import { useText } from '../../i18n/messages.ts';
import { useStation } from '../../state/loket-context.ts';
import { useAnswer } from '../../state/use-answer.ts';
import { useJob } from '../../state/use-job.ts';
import { Asked } from '../../ui/asked.tsx';
import { Button } from '../../ui/button.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { EmptyState } from '../../ui/kawung.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Pager } from '../../ui/pager.tsx';
import { Progress } from '../../ui/progress.tsx';
import { Select } from '../../ui/select.tsx';
import { TextInput } from '../../ui/text-input.tsx';

const checks = ['content', 'link', 'inclusion', 'signature'] as const;

function Proof({ line, onClose }: { readonly line: AuditLine; readonly onClose: () => void }) {
  const text = useText();
  const asked = useAnswer('audit.prove', { seq: line.seq });
  const good = (proof: AuditProof) => checks.every((check) => proof[check] !== false);
  return (
    <Dialog title={text('audit.row', { number: line.seq })} open onClose={onClose} wide testId="proof">
      <Asked asked={asked}>
        {(proof) => (
          <div className="stack">
            <Notice tone={good(proof) ? 'pass' : 'stop'} testId="proof-verdict">
              {text(good(proof) ? 'audit.proven' : 'audit.notProven')}
            </Notice>
            <ul className="stack-tight">
              {checks.map((check) => (
                <li key={check}>
                  <Notice
                    tone={proof[check] === null ? 'review' : proof[check] ? 'pass' : 'stop'}
                    testId={`proof-${check}`}
                  >
                    {text(
                      `audit.check.${check}.${proof[check] === null ? 'unknown' : proof[check] ? 'yes' : 'no'}` as 'audit.check.content.yes',
                      {
                        count: proof.steps,
                        size: proof.checkpoint.size,
                      },
                    )}
                  </Notice>
                </li>
              ))}
            </ul>
            <p className="small muted">
              {text('audit.checkpoint', {
                size: proof.checkpoint.size,
                time: text.dateTime(proof.checkpoint.createdAt),
              })}
            </p>
            <p className="mono small wrap">{proof.checkpoint.root}</p>
          </div>
        )}
      </Asked>
      <p className="mono small wrap">{JSON.stringify(line.detail)}</p>
      <div className="row dialog-actions">
        <Button onPress={onClose} testId="proof-close">
          {text('action.close')}
        </Button>
      </div>
    </Dialog>
  );
}

function Whole() {
  const text = useText();
  const { store } = useStation();
  const job = useJob('audit_verify');
  const running = job?.state === 'running';
  const found = job?.outcome ?? null;
  return (
    <section className="sheet stack">
      <div className="row">
        <p className="grow">{text('audit.whole')}</p>
        <Button
          icon={<ShieldCheck size={20} aria-hidden="true" />}
          onPress={() => void store.run('audit.verify', {})}
          disabled={running}
          testId="audit-verify"
        >
          {text('audit.verify')}
        </Button>
      </div>
      {running ? <Progress label={text('audit.verifying')} value={null} /> : null}
      {found === null || running ? null : (
        <Notice tone={found.intact ? 'pass' : 'stop'} live testId="audit-verdict">
          {found.intact
            ? text('audit.intact', { count: found.rows, number: found.checkpoints })
            : text('audit.broken', { number: found.brokenAt ?? 0 })}
        </Notice>
      )}
    </section>
  );
}

/** Who did what and when; and that nothing of it was changed since. */
export function Audit() {
  const text = useText();
  const [event, setEvent] = useState<AuditEvent | ''>('');
  const [actorId, setActorId] = useState('');
  const [customerId, setCustomerId] = useState('');
  const [page, setPage] = useState(1);
  const [open, setOpen] = useState<AuditLine | null>(null);
  const whole = /^[A-Za-z0-9_-]{3,64}$/;
  const asked = useAnswer('audit.list', {
    page,
    ...(event === '' ? {} : { event }),
    ...(whole.test(actorId) ? { actorId } : {}),
    ...(whole.test(customerId) ? { customerId } : {}),
  });
  const first =
    <T,>(set: (value: T) => void) =>
    (value: T) => {
      setPage(1);
      set(value);
    };
  return (
    <>
      <Whole />
      <div className="form-grid">
        <Select
          label={text('audit.kind')}
          value={event === '' ? 'all' : event}
          options={[
            { value: 'all' as const, label: text('audit.anyEvent') },
            ...auditEvents.map((value) => ({ value, label: text.word('auditEvent', value) })),
          ]}
          onChange={(value) => first(setEvent)(value === 'all' ? '' : (value as AuditEvent))}
          testId="audit-event"
        />
        <TextInput
          label={text('audit.actorId')}
          value={actorId}
          onChange={first(setActorId)}
          mono
          maxLength={64}
          testId="audit-actor"
        />
        <TextInput
          label={text('audit.customer')}
          value={customerId}
          onChange={first(setCustomerId)}
          mono
          maxLength={64}
          testId="audit-customer"
        />
      </div>
      <Asked asked={asked}>
        {(view) => (
          <section className="sheet stack">
            <p className="small muted">{text('audit.found', { count: view.total })}</p>
            <DataTable
              label={text('rooms.audit')}
              testId="audit"
              rows={view.rows}
              rowId={({ seq }) => String(seq)}
              empty={<EmptyState>{text('audit.nothing')}</EmptyState>}
              columns={[
                { id: 'seq', title: text('audit.number'), number: true, cell: ({ seq }) => String(seq) },
                { id: 'at', title: text('logs.time'), cell: ({ occurredAt }) => text.dateTime(occurredAt) },
                {
                  id: 'event',
                  title: text('audit.kind'),
                  cell: (line) => (
                    <div>
                      {text.word('auditEvent', line.event)} <div className="mono small muted">{line.event}</div>
                    </div>
                  ),
                },
                {
                  id: 'actor',
                  title: text('audit.by'),
                  cell: ({ actor }) => (
                    <div>
                      {actor.name ?? text.word('actorKind', actor.kind)}
                      <div className="mono small muted">{actor.id ?? ''}</div>
                    </div>
                  ),
                },
                {
                  id: 'object',
                  title: text('audit.object'),
                  cell: ({ objectId }) => <span className="mono small">{objectId ?? ''}</span>,
                },
                {
                  id: 'proof',
                  title: text('audit.prove'),
                  cell: (line) => (
                    <Button
                      onPress={() => setOpen(line)}
                      label={`${text('audit.prove')}: ${line.seq}`}
                      testId="audit-prove"
                    >
                      {text('audit.prove')}
                    </Button>
                  ),
                },
              ]}
            />
            <Pager part={view} onPage={setPage} />
          </section>
        )}
      </Asked>
      {open === null ? null : <Proof line={open} onClose={() => setOpen(null)} />}
    </>
  );
}
