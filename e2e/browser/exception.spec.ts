/** Somebody who cannot be photographed: the card is kept with the ground, and a supervisor decides. */
import { expect } from '@playwright/test';
import { judgingMs } from '../support/counter-page.ts';
import { test } from '../support/counter-test.ts';
import { missingModels } from '../support/test-data.ts';

const modelsAway = await missingModels();

test('the exception path: without a selfie to a supervisor', async ({ house, openCounterPage }) => {
  test.skip(modelsAway !== null, modelsAway ?? '');
  const station = await house.start({ demo: true });
  const counter = await openCounterPage();
  await counter.pair(station);
  await counter.signIn(station.people.get('staff'));
  await counter.greet();
  await counter.captureCard();
  await counter.press('confirm-fields');
  await expect(counter.at('step-selfie')).toBeVisible({ timeout: judgingMs });
  await counter.press('without-selfie');
  await expect(counter.at('exception-dialog')).toBeVisible();
  await expect(counter.at('exception-go')).toBeDisabled();
  await counter.press('ground-customer_unable');
  await counter.accessible();
  await counter.shot('exception-01-ground');
  await counter.press('exception-go');
  await expect(counter.at('verdict')).toHaveAttribute('data-outcome', 'review', { timeout: judgingMs });
  await expect(counter.at('gate-liveness')).toHaveAttribute('data-state', 'missing');
  await expect(counter.at('bundle')).toHaveCount(1);
  await counter.shot('exception-02-result');
  await counter.press('finish');
  await counter.signOut();

  await counter.signIn(station.people.get('supervisor'));
  await counter.press('nav-review');
  await expect(counter.at('review-row')).toHaveCount(1);
});
