/** Two screens on one counter: the customer reads, ticks and signs on his own; the staff go on. */
import { expect } from '@playwright/test';
import { expectNoGraveFinding } from '../support/counter-page.ts';
import { test } from '../support/counter-test.ts';
import { expectFits } from '../support/fits.ts';

test('the customer agrees and signs on a screen of his own, and the page can do nothing else', async ({
  house,
  openCounterPage,
}) => {
  const station = await house.start({ demo: true });
  const counter = await openCounterPage();
  await counter.pair(station);
  await counter.signIn(station.people.get('staff'));
  await counter.press('customer-screen-open');
  const address = (await counter.at('customer-address').textContent()) ?? '';
  expect(address).toMatch(/^http:\/\/localhost:\d+\/#customer=[\w-]{16,}$/);
  await counter.accessible();
  await counter.page.keyboard.press('Escape');

  // In the same browser: the two pages do not take each other's place.
  const theirs = await counter.context.newPage();
  await theirs.setViewportSize({ width: 1920, height: 1080 });
  await theirs.goto(address);
  const screen = theirs.getByTestId('customer-screen');
  await expect(screen).toHaveAttribute('data-step', 'idle');
  await expectNoGraveFinding(theirs);
  expect(theirs.url()).toMatch(/#customer$/);
  await counter.toConsent();
  await expect(screen).toHaveAttribute('data-step', 'consent');
  await expect(screen).not.toContainText('Rina');
  await expect(counter.at('consent-next')).toBeDisabled();
  await expectNoGraveFinding(theirs);
  await expectFits(theirs);

  for (const box of await theirs.locator('.check[data-testid^="consent-"]').all()) await box.click();
  await theirs.getByTestId('signature-typed').click();
  await theirs.getByTestId('signature-name').fill('BAYU CONTOH');
  await expect(theirs.getByTestId('customer-signed')).toBeVisible();
  await theirs.screenshot({ path: 'e2e/.artifacts/screens/customer-01-consent.png' });
  await expect(counter.at('from-customer')).toBeVisible();
  await expect(counter.at('consent-next')).toBeEnabled();
  await counter.shot('customer-02-staff');

  // Reloaded, it is still this counter's screen; the address itself is spent.
  await theirs.reload();
  await expect(screen).toHaveAttribute('data-step', 'consent');
  const stranger = await openCounterPage();
  await stranger.page.goto(address);
  await expect(stranger.at('customer-screen')).toContainText('belum tersambung');

  await counter.press('consent-next');
  await expect(screen).toHaveAttribute('data-step', 'card');
  await expectNoGraveFinding(theirs);
  await theirs.screenshot({ path: 'e2e/.artifacts/screens/customer-03-card.png' });
  await counter.press('cancel-onboarding');
  await counter.press('cancel-confirm');
  await expect(screen).toHaveAttribute('data-step', 'idle');
  expect(await theirs.content()).not.toContain('BAYU');
});

test('one screen turned to the customer and back', async ({ house, openCounterPage }) => {
  const station = await house.start({ demo: true });
  const counter = await openCounterPage();
  await counter.pair(station);
  await counter.signIn(station.people.get('staff'));
  await counter.toConsent();
  await counter.press('turn-screen');
  const turned = counter.at('turned-screen');
  await expect(turned).toBeVisible();
  for (const box of await turned.locator('.check[data-testid^="consent-"]').all()) await box.click();
  await turned.getByTestId('signature-typed').click();
  await turned.getByTestId('signature-name').fill('BAYU CONTOH');
  await counter.accessible();
  await counter.shot('customer-04-turned');
  await counter.press('turn-back');
  await expect(counter.at('consent-next')).toBeEnabled();
});
