import { UserPlus } from 'lucide-react';
import { useState } from 'react';
import { Form } from 'react-aria-components';
import type { PersonRow } from '../../../contract/desk/admin-calls.ts';
import { roles, type Role } from '../../../contract/vocabulary.ts';
import { useText } from '../../i18n/messages.ts';
import { useLoket } from '../../state/loket-context.ts';
import { useAnswer } from '../../state/use-answer.ts';
import { Asked } from '../../ui/asked.tsx';
import { Button } from '../../ui/button.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { EmptyState } from '../../ui/kawung.tsx';
import { Badge } from '../../ui/notice.tsx';
import { Pager } from '../../ui/pager.tsx';
import { SecretOnce } from '../../ui/secret-once.tsx';
import { Select } from '../../ui/select.tsx';
import { TextInput } from '../../ui/text-input.tsx';
import { useProof, type ProvenRun } from '../sign-in/proof.tsx';

interface Shown {
  readonly title: string;
  readonly secret: string;
}

function NewPerson({
  proof,
  onClose,
  onAdded,
}: {
  readonly proof: ProvenRun;
  readonly onClose: () => void;
  readonly onAdded: (name: string, password: string) => void;
}) {
  const text = useText();
  const [fullName, setFullName] = useState('');
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('staff');
  const complete = fullName.trim().length >= 2 && /^[^@\s]+@[^@\s]+$/.test(email.trim());
  const add = async () => {
    const made = await proof.run('users.add', { fullName: fullName.trim(), email: email.trim(), role });
    if (made.ok) onAdded(made.value.fullName, made.value.password ?? '');
  };
  return (
    <Dialog title={text('people.add')} open onClose={onClose} firm testId="person-new">
      <Form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (complete) void add();
        }}
      >
        <TextInput
          label={text('people.name')}
          value={fullName}
          onChange={setFullName}
          maxLength={100}
          autoFocus
          testId="person-name"
        />
        <TextInput
          label={text('people.email')}
          type="email"
          value={email}
          onChange={setEmail}
          maxLength={254}
          testId="person-email"
        />
        <Select
          label={text('people.role')}
          value={role}
          options={roles.map((value) => ({ value, label: text(`role.${value}`) }))}
          onChange={setRole}
          testId="person-role"
        />
        <p className="muted">{text('people.passwordMade')}</p>
        <div className="row dialog-actions">
          <Button onPress={onClose}>{text('action.cancel')}</Button>
          <Button kind="primary" submit disabled={!complete} testId="person-save">
            {text('people.add')}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}

/** What an admin may do about one person. */
function PersonDialog({
  person,
  proof,
  onClose,
  onSecret,
}: {
  readonly person: PersonRow;
  readonly proof: ProvenRun;
  readonly onClose: () => void;
  readonly onSecret: (shown: Shown) => void;
}) {
  const text = useText();
  const self = useLoket((state) => state.station?.person?.id === person.id);
  const [role, setRole] = useState<Role>(person.role);
  const { id } = person;
  const then = async (done: Promise<{ readonly ok: boolean }>) => {
    if ((await done).ok) onClose();
  };
  const reset = async () => {
    const done = await proof.run('users.resetPassword', { id });
    if (done.ok)
      onSecret({ title: text('people.newPassword', { name: person.fullName }), secret: done.value.password ?? '' });
  };
  return (
    <Dialog title={person.fullName} open onClose={onClose} testId="person-dialog">
      <p className="muted">{person.email}</p>
      {self ? <p>{text('people.self')}</p> : null}
      {self ? null : (
        <div className="stack">
          <div className="form-grid">
            <Select
              label={text('people.role')}
              value={role}
              options={roles.map((value) => ({ value, label: text(`role.${value}`) }))}
              onChange={setRole}
              testId="person-change-role"
            />
            <Button
              disabled={role === person.role}
              onPress={() => void then(proof.run('users.change', { id, change: { role } }))}
              testId="person-role-save"
            >
              {text('people.changeRole')}
            </Button>
          </div>
          <Button onPress={() => void reset()} testId="person-reset">
            {text('people.resetPassword')}
          </Button>
          {person.passkeys > 0 ? (
            <Button onPress={() => void then(proof.run('users.removePasskeys', { id }))} testId="person-passkeys">
              {text('people.removePasskeys', { count: person.passkeys })}
            </Button>
          ) : null}
          {person.lockedUntil === null ? null : (
            <Button onPress={() => void then(proof.run('users.unlock', { id }))} testId="person-unlock">
              {text('people.unlock')}
            </Button>
          )}
          <Button
            kind={person.disabled ? 'plain' : 'stop'}
            onPress={() => void then(proof.run('users.change', { id, change: { disabled: !person.disabled } }))}
            testId="person-disable"
          >
            {text(person.disabled ? 'people.enable' : 'people.disable')}
          </Button>
        </div>
      )}
      <div className="row dialog-actions">
        <Button onPress={onClose} testId="person-close">
          {text('action.close')}
        </Button>
      </div>
    </Dialog>
  );
}

/** Who may sign in at this bank's counters, and as what. */
export function People() {
  const text = useText();
  const proof = useProof();
  const admin = useLoket((state) => state.station?.person?.role === 'admin');
  const [page, setPage] = useState(1);
  const asked = useAnswer('users.list', { page });
  const [adding, setAdding] = useState(false);
  const [open, setOpen] = useState<PersonRow | null>(null);
  const [shown, setShown] = useState<Shown | null>(null);
  const columns: readonly Column<PersonRow>[] = [
    {
      id: 'name',
      title: text('people.name'),
      cell: (person) => (
        <div>
          {person.fullName} <div className="small muted">{person.email}</div>
        </div>
      ),
    },
    { id: 'role', title: text('people.role'), cell: ({ role }) => text(`role.${role}`) },
    {
      id: 'state',
      title: text('people.state'),
      cell: ({ disabled, lockedUntil }) => (
        <Badge tone={disabled ? 'stop' : lockedUntil === null ? 'pass' : 'review'}>
          {text(disabled ? 'people.disabled' : lockedUntil === null ? 'people.active' : 'people.locked')}
        </Badge>
      ),
    },
    {
      id: 'last',
      title: text('people.lastSignIn'),
      cell: ({ lastSignInAt }) => (lastSignInAt === null ? text('people.never') : text.dateTime(lastSignInAt)),
    },
    { id: 'passkeys', title: text('people.passkeys'), number: true, cell: ({ passkeys }) => text.number(passkeys) },
    ...(admin
      ? [
          {
            id: 'change',
            title: text('people.change'),
            cell: (person: PersonRow) => (
              <Button
                onPress={() => setOpen(person)}
                label={`${text('people.change')}: ${person.fullName}`}
                testId="person-open"
              >
                {text('people.change')}
              </Button>
            ),
          },
        ]
      : []),
  ];
  return (
    <>
      {admin ? (
        <div className="row">
          <Button
            kind="primary"
            icon={<UserPlus size={20} aria-hidden="true" />}
            onPress={() => setAdding(true)}
            testId="person-add"
          >
            {text('people.add')}
          </Button>
        </div>
      ) : (
        <p className="muted">{text('rooms.adminOnly')}</p>
      )}
      <Asked asked={asked}>
        {(view) => (
          <section className="sheet stack">
            <DataTable
              label={text('rooms.people')}
              testId="person"
              rows={view.rows}
              rowId={({ id }) => id}
              empty={<EmptyState>{text('people.none')}</EmptyState>}
              columns={columns}
            />
            <Pager part={view} onPage={setPage} />
          </section>
        )}
      </Asked>
      {adding ? (
        <NewPerson
          proof={proof}
          onClose={() => setAdding(false)}
          onAdded={(name, secret) => {
            setAdding(false);
            setShown({ title: text('people.newPassword', { name }), secret });
            asked.again();
          }}
        />
      ) : null}
      {open === null ? null : (
        <PersonDialog
          person={open}
          proof={proof}
          onClose={() => {
            setOpen(null);
            asked.again();
          }}
          onSecret={(secret) => {
            setOpen(null);
            setShown(secret);
          }}
        />
      )}
      {shown === null ? null : <SecretOnce {...shown} onClose={() => setShown(null)} />}
      {proof.dialog}
    </>
  );
}
