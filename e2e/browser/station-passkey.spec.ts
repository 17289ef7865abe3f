/** A person of the counter registers a passkey, and from then on signs in and decides with it. Virtual authenticator. */
import { expect } from '@playwright/test';
import { test } from '../support/counter-test.ts';

test('a supervisor registers a passkey, needs it to sign in, and loses nothing when it is refused', async ({
  house,
  openCounterPage,
}) => {
  const station = await house.start({ demo: true });
  const supervisor = station.people.get('supervisor');
  if (supervisor === undefined) throw new Error('the station named no supervisor');
  const counter = await openCounterPage();
  const cdp = await counter.context.newCDPSession(counter.page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await counter.pair(station);
  await counter.signIn(supervisor);

  await counter.press('passkeys');
  await expect(counter.at('passkeys-dialog')).toBeVisible();
  await counter.at('passkey-name').fill('Laptop loket');
  await counter.at('passkey-password').fill('bukan kata sandi ini');
  await counter.press('passkey-register');
  await expect(counter.at('passkey-error')).toBeVisible();
  await counter.at('passkey-password').fill(supervisor.password);
  await counter.press('passkey-register');
  await expect(counter.at('passkey-list')).toContainText('Laptop loket');
  await counter.accessible();
  await counter.shot('passkey-01-registered');
  await counter.press('passkeys-close');
  await expect(counter.at('passkeys-dialog')).toHaveCount(0);
  await counter.signOut();

  // The password alone opens nothing: without the person's own proof the page stays at the sign-in.
  await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
  await counter.at('sign-in-email').fill(supervisor.email);
  await counter.at('sign-in-password').fill(supervisor.password);
  await counter.press('sign-in-submit');
  await expect(counter.at('sign-in-passkey')).toContainText('tidak selesai');
  await expect(counter.at('person')).toHaveCount(0);
  await counter.accessible();
  await counter.shot('passkey-02-not-completed');

  await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true });
  await counter.press('sign-in-submit');
  await expect(counter.at('person')).toContainText('supervisor');
  await counter.signOut();
  await counter.signIn(supervisor);
});
