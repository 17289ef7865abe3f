import { useState } from 'react';
import { Form } from 'react-aria-components';
import { useText } from '../../i18n/messages.ts';
import { useLoket, useStation } from '../../state/loket-context.ts';
import { Button } from '../../ui/button.tsx';
import { FailureNotice } from '../../ui/failure-notice.tsx';
import { Kawung } from '../../ui/kawung.tsx';
import { Notice } from '../../ui/notice.tsx';
import { TextInput } from '../../ui/text-input.tsx';
import { ceremony } from './ceremony.ts';

export function SignIn() {
  const text = useText();
  const { store } = useStation();
  const busy = useLoket((state) => state.busy !== null);
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [step, setStep] = useState<'password' | 'passkey' | 'stopped'>('password');
  const complete = email.trim() !== '' && password !== '';
  /** Of an account with a passkey: the password was right, now the browser asks for the other half. */
  const withPasskey = async () => {
    setStep('passkey');
    store.dismissFailure();
    const begun = await store.run('auth.passkeyBegin', { email: email.trim(), password });
    const credential = begun.ok ? await ceremony('get', begun.value) : null;
    if (!begun.ok || credential === null) return setStep('stopped');
    const { challengeId } = begun.value;
    if (!(await store.finishPasskey({ challengeId, credential: credential as never }))) return setStep('stopped');
    setPassword('');
  };
  const signIn = async () => {
    await store.signIn(email.trim(), password);
    if (store.getState().failure?.code === 'passkey_required') return withPasskey();
    setPassword('');
    setStep('password');
  };
  return (
    <main className="sign-in" data-testid="sign-in-page">
      <Kawung columns={6} rows={1} className="sign-in-mark" />
      <Form
        className="sheet stack sign-in-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (complete && !busy) void (step === 'password' ? signIn() : withPasskey());
        }}
      >
        <h1>{text('signIn.title')}</h1>
        <p className="muted">{text('signIn.help')}</p>
        <TextInput
          label={text('signIn.email')}
          type="email"
          value={email}
          onChange={(typed) => {
            setEmail(typed);
            setStep('password');
          }}
          autoFocus
          autoComplete="username"
          inputMode="email"
          testId="sign-in-email"
        />
        <TextInput
          label={text('signIn.password')}
          type="password"
          value={password}
          onChange={(typed) => {
            setPassword(typed);
            setStep('password');
          }}
          autoComplete="current-password"
          testId="sign-in-password"
        />
        {step === 'password' ? null : (
          <Notice tone={step === 'stopped' ? 'review' : 'plain'} testId="sign-in-passkey">
            {text(step === 'stopped' ? 'passkey.stopped' : 'passkey.step')}
          </Notice>
        )}
        <FailureNotice testId="sign-in-error" />
        <Button kind="primary" submit disabled={!complete || busy} testId="sign-in-submit">
          {text(busy ? 'signIn.busy' : step === 'password' ? 'signIn.submit' : 'passkey.again')}
        </Button>
      </Form>
    </main>
  );
}
