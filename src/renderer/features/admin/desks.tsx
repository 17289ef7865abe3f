import { MonitorSmartphone } from 'lucide-react';
import { useState } from 'react';
import { useText } from '../../i18n/messages.ts';
import { useLoket } from '../../state/loket-context.ts';
import { useAnswer } from '../../state/use-answer.ts';
import { Asked } from '../../ui/asked.tsx';
import { Button } from '../../ui/button.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/kawung.tsx';
import { Badge } from '../../ui/notice.tsx';
import { Pager } from '../../ui/pager.tsx';
import { SecretOnce } from '../../ui/secret-once.tsx';
import { TextInput } from '../../ui/text-input.tsx';
import { useProof } from '../sign-in/proof.tsx';

/** Counters that may deliver captures here. */
export function Desks() {
  const text = useText();
  const proof = useProof();
  const admin = useLoket((state) => state.station?.person?.role === 'admin');
  const [page, setPage] = useState(1);
  const asked = useAnswer('desks.list', { page });
  const [name, setName] = useState('');
  const [code, setCode] = useState<string | null>(null);
  const issue = async () => {
    const made = await proof.run('desks.issueCode', { name: name.trim() });
    if (made.ok) setCode(made.value.code);
  };
  const revoke = async (id: string) => {
    if ((await proof.run('desks.revoke', { id })).ok) asked.again();
  };
  return (
    <>
      {admin ? (
        <section className="sheet form-grid">
          <TextInput
            label={text('desks.name')}
            hint={text('desks.name.hint')}
            value={name}
            onChange={setName}
            maxLength={60}
            testId="desk-name"
          />
          <Button
            kind="primary"
            icon={<MonitorSmartphone size={20} aria-hidden="true" />}
            disabled={name.trim() === ''}
            onPress={() => void issue()}
            testId="desk-code"
          >
            {text('desks.issue')}
          </Button>
        </section>
      ) : null}
      <Asked asked={asked}>
        {(view) => (
          <section className="sheet stack">
            <DataTable
              label={text('rooms.desks')}
              testId="desk"
              rows={view.rows}
              rowId={({ id }) => id}
              empty={<EmptyState>{text('desks.none')}</EmptyState>}
              columns={[
                {
                  id: 'name',
                  title: text('desks.name'),
                  cell: (desk) => (
                    <div>
                      {desk.name} {desk.here ? <span className="muted">({text('desks.here')})</span> : null}
                      <div className="mono small muted">{desk.id}</div>
                    </div>
                  ),
                },
                { id: 'since', title: text('desks.since'), cell: ({ createdAt }) => text.date(createdAt) },
                {
                  id: 'state',
                  title: text('people.state'),
                  cell: (desk) => (
                    <Badge tone={desk.status === 'active' ? 'pass' : 'stop'}>{text(`desks.${desk.status}`)}</Badge>
                  ),
                },
                ...(admin
                  ? [
                      {
                        id: 'revoke',
                        title: text('lists.change'),
                        cell: (desk: {
                          readonly id: string;
                          readonly name: string;
                          readonly here: boolean;
                          readonly status: string;
                        }) =>
                          desk.here || desk.status !== 'active' ? (
                            ''
                          ) : (
                            <Button
                              kind="stop"
                              onPress={() => void revoke(desk.id)}
                              label={`${text('desks.revoke')}: ${desk.name}`}
                              testId="desk-revoke"
                            >
                              {text('desks.revoke')}
                            </Button>
                          ),
                      },
                    ]
                  : []),
              ]}
            />
            <Pager part={view} onPage={setPage} />
          </section>
        )}
      </Asked>
      {code === null ? null : <SecretOnce title={text('desks.shown')} secret={code} onClose={() => setCode(null)} />}
      {proof.dialog}
    </>
  );
}
