import { useState } from 'react';
import { Form } from 'react-aria-components';
import { useText } from '../../i18n/messages.ts';
import { useLoket, useStation } from '../../state/loket-context.ts';
import { Button } from '../../ui/button.tsx';
import { FailureNotice } from '../../ui/failure-notice.tsx';
import { Notice } from '../../ui/notice.tsx';
import { TextInput } from '../../ui/text-input.tsx';
import {
  emptySetup,
  people,
  setupParams,
  setupProblems,
  type PersonKey,
  type SetupForm,
  type SetupProblem,
} from './setup-form.ts';

interface SectionProps {
  readonly form: SetupForm;
  readonly problems: ReadonlyMap<string, SetupProblem>;
  readonly change: (next: SetupForm) => void;
}

function PersonSection({ form, problems, change, person }: SectionProps & { readonly person: PersonKey }) {
  const text = useText();
  const error = (name: string) => {
    const problem = problems.get(`${person}-${name}`);
    return problem === undefined ? null : text(`setup.problem.${problem}`);
  };
  const set = (part: Partial<SetupForm[PersonKey]>) => change({ ...form, [person]: { ...form[person], ...part } });
  return (
    <fieldset className="sheet stack setup-person">
      <legend>
        <h2>{text(`setup.${person}`)}</h2>
      </legend>
      <p className="muted">{text(`setup.${person}.help`)}</p>
      <TextInput
        label={text('setup.name')}
        value={form[person].fullName}
        onChange={(fullName) => set({ fullName })}
        error={error('name')}
        testId={`setup-${person}-name`}
      />
      <TextInput
        label={text('setup.email')}
        type="email"
        inputMode="email"
        value={form[person].email}
        onChange={(email) => set({ email })}
        error={error('email')}
        testId={`setup-${person}-email`}
      />
      <TextInput
        label={text('setup.password')}
        type="password"
        autoComplete="new-password"
        hint={text('setup.password.hint')}
        value={form[person].password}
        onChange={(password) => set({ password })}
        error={error('password')}
        testId={`setup-${person}-password`}
      />
    </fieldset>
  );
}

function PlaceSection({ form, problems, change }: SectionProps) {
  const text = useText();
  const error = (name: string) => (problems.has(name) ? text('setup.problem.short') : null);
  return (
    <fieldset className="sheet setup-place">
      <TextInput
        label={text('setup.organisation')}
        value={form.organisation}
        onChange={(organisation) => change({ ...form, organisation })}
        error={error('organisation')}
        autoFocus
        testId="setup-organisation"
      />
      <TextInput
        label={text('setup.branch')}
        value={form.branch}
        onChange={(branch) => change({ ...form, branch })}
        error={error('branch')}
        testId="setup-branch"
      />
      <TextInput
        label={text('setup.desk')}
        value={form.desk}
        onChange={(desk) => change({ ...form, desk })}
        error={error('desk')}
        testId="setup-desk"
      />
    </fieldset>
  );
}

/** First start: who we are, and three people, because four eyes need at least two. */
export function Setup() {
  const text = useText();
  const { store } = useStation();
  const busy = useLoket((state) => state.busy !== null);
  const [form, setForm] = useState(emptySetup);
  const [tried, setTried] = useState(false);
  const problems = setupProblems(form);
  const shown: ReadonlyMap<string, SetupProblem> = tried ? problems : new Map();
  return (
    <main className="setup" data-testid="setup-page">
      <Form
        className="stack setup-form"
        validationBehavior="aria"
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (problems.size === 0 && !busy) void store.setUp(setupParams(form));
        }}
      >
        <div className="stack-tight">
          <h1>{text('setup.title')}</h1>
          <p className="lead muted">{text('setup.help')}</p>
        </div>
        <PlaceSection form={form} problems={shown} change={setForm} />
        <div className="setup-people">
          {people.map((person) => (
            <PersonSection key={person} person={person} form={form} problems={shown} change={setForm} />
          ))}
        </div>
        <FailureNotice testId="setup-error" />
        {shown.size > 0 ? (
          <Notice tone="stop" live testId="setup-problems">
            {text('setup.problems', { count: shown.size })}
          </Notice>
        ) : null}
        <div className="row setup-submit">
          <Button kind="primary" submit disabled={busy} testId="setup-submit">
            {text(busy ? 'setup.busy' : 'setup.submit')}
          </Button>
        </div>
      </Form>
    </main>
  );
}
