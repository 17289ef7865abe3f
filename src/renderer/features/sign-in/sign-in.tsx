import { useState } from 'react';
import { Form } from 'react-aria-components';
import { useText } from '../../i18n/messages.ts';
import { useLoket, useStation } from '../../state/loket-context.ts';
import { Button } from '../../ui/button.tsx';
import { FailureNotice } from '../../ui/failure-notice.tsx';
import { Kawung } from '../../ui/kawung.tsx';
import { TextInput } from '../../ui/text-input.tsx';

export function SignIn() {
  const text = useText();
  const { store } = useStation();
  const busy = useLoket((state) => state.busy !== null);
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const complete = email.trim() !== '' && password !== '';
  return (
    <main className="sign-in" data-testid="sign-in-page">
      <Kawung columns={6} rows={1} className="sign-in-mark" />
      <Form
        className="sheet stack sign-in-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (complete && !busy) void store.signIn(email.trim(), password).then(() => setPassword(''));
        }}
      >
        <h1>{text('signIn.title')}</h1>
        <p className="muted">{text('signIn.help')}</p>
        <TextInput
          label={text('signIn.email')}
          type="email"
          value={email}
          onChange={setEmail}
          autoFocus
          autoComplete="username"
          inputMode="email"
          testId="sign-in-email"
        />
        <TextInput
          label={text('signIn.password')}
          type="password"
          value={password}
          onChange={setPassword}
          autoComplete="current-password"
          testId="sign-in-password"
        />
        <FailureNotice testId="sign-in-error" />
        <Button kind="primary" submit disabled={!complete || busy} testId="sign-in-submit">
          {text(busy ? 'signIn.busy' : 'signIn.submit')}
        </Button>
      </Form>
    </main>
  );
}
