import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { scopes, type Scope } from '../../../contract/vocabulary.ts';
import { useText } from '../../i18n/messages.ts';
import { useAnswer } from '../../state/use-answer.ts';
import { Asked } from '../../ui/asked.tsx';
import { Button } from '../../ui/button.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { EmptyState } from '../../ui/kawung.tsx';
import { Badge } from '../../ui/notice.tsx';
import { Pager } from '../../ui/pager.tsx';
import { SecretOnce } from '../../ui/secret-once.tsx';
import { TextInput } from '../../ui/text-input.tsx';
import { Tick } from '../../ui/tick.tsx';
import { useProof, type ProvenRun } from '../sign-in/proof.tsx';

function NewKey({
  proof,
  onClose,
  onMade,
}: {
  readonly proof: ProvenRun;
  readonly onClose: () => void;
  readonly onMade: (key: string) => void;
}) {
  const text = useText();
  const [name, setName] = useState('');
  const [held, setHeld] = useState<readonly Scope[]>([]);
  const make = async () => {
    const made = await proof.run('apiKeys.create', { name: name.trim(), scopes: [...held] });
    if (made.ok) onMade(made.value.key);
  };
  return (
    <Dialog title={text('keys.add')} open onClose={onClose} firm wide testId="key-new">
      <TextInput
        label={text('keys.name')}
        hint={text('keys.name.hint')}
        value={name}
        onChange={setName}
        maxLength={100}
        autoFocus
        testId="key-name"
      />
      <fieldset className="ticks">
        <legend>{text('keys.scopes')}</legend>
        {scopes.map((scope) => (
          <Tick
            key={scope}
            label={text(`scope.${scope}`)}
            hint={scope}
            on={held.includes(scope)}
            onChange={(on) => setHeld((now) => (on ? [...now, scope] : now.filter((one) => one !== scope)))}
            testId={`scope-${scope}`}
          />
        ))}
      </fieldset>
      <div className="row dialog-actions">
        <Button onPress={onClose}>{text('action.cancel')}</Button>
        <Button
          kind="primary"
          disabled={name.trim() === '' || held.length === 0}
          onPress={() => void make()}
          testId="key-make"
        >
          {text('keys.add')}
        </Button>
      </div>
    </Dialog>
  );
}

/** Keys with which programs of the bank call the API. */
export function ApiKeys() {
  const text = useText();
  const proof = useProof();
  const [page, setPage] = useState(1);
  const asked = useAnswer('apiKeys.list', { page });
  const [adding, setAdding] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const shown = (key: string) => {
    setAdding(false);
    setSecret(key);
    asked.again();
  };
  const rotate = async (id: string) => {
    const made = await proof.run('apiKeys.rotate', { id, graceHours: 24 });
    if (made.ok) shown(made.value.key);
  };
  const revoke = async (id: string) => {
    if ((await proof.run('apiKeys.revoke', { id })).ok) asked.again();
  };
  return (
    <>
      <div className="row">
        <p className="grow muted">{text('keys.what')}</p>
        <Button
          kind="primary"
          icon={<KeyRound size={20} aria-hidden="true" />}
          onPress={() => setAdding(true)}
          testId="key-add"
        >
          {text('keys.add')}
        </Button>
      </div>
      <Asked asked={asked}>
        {(view) => (
          <section className="sheet stack">
            <DataTable
              label={text('rooms.apiKeys')}
              testId="key"
              rows={view.rows}
              rowId={({ id }) => id}
              empty={<EmptyState>{text('keys.none')}</EmptyState>}
              columns={[
                {
                  id: 'name',
                  title: text('keys.name'),
                  cell: ({ name, hint }) => (
                    <div>
                      {name} <div className="mono small muted">{hint}…</div>
                    </div>
                  ),
                },
                {
                  id: 'scopes',
                  title: text('keys.scopes'),
                  cell: ({ scopes: held }) => <span className="mono small">{held.join(' ')}</span>,
                },
                { id: 'made', title: text('keys.made'), cell: ({ createdAt }) => text.date(createdAt) },
                {
                  id: 'used',
                  title: text('keys.used'),
                  cell: ({ lastUsedAt }) => (lastUsedAt === null ? text('keys.never') : text.dateTime(lastUsedAt)),
                },
                {
                  id: 'state',
                  title: text('people.state'),
                  cell: ({ id, name, revokedAt }) =>
                    revokedAt !== null ? (
                      <Badge tone="stop">{text('keys.ends', { time: text.dateTime(revokedAt) })}</Badge>
                    ) : (
                      <div className="row tight">
                        <Button
                          onPress={() => void rotate(id)}
                          label={`${text('keys.rotate')}: ${name}`}
                          testId="key-rotate"
                        >
                          {text('keys.rotate')}
                        </Button>
                        <Button
                          kind="stop"
                          onPress={() => void revoke(id)}
                          label={`${text('keys.revoke')}: ${name}`}
                          testId="key-revoke"
                        >
                          {text('keys.revoke')}
                        </Button>
                      </div>
                    ),
                },
              ]}
            />
            <Pager part={view} onPage={setPage} />
          </section>
        )}
      </Asked>
      {adding ? <NewKey proof={proof} onClose={() => setAdding(false)} onMade={shown} /> : null}
      {secret === null ? null : (
        <SecretOnce title={text('keys.shown')} secret={secret} onClose={() => setSecret(null)} />
      )}
      {proof.dialog}
    </>
  );
}
