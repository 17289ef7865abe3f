/** A session left to a colleague: he finds it, learns who it is only by going on, and the list of the day names both. */
import { expect } from '@playwright/test';
import { test } from '../support/counter-test.ts';

test('a colleague goes on where another left', async ({ house, openCounterPage }) => {
  const station = await house.start({ demo: true });
  const counter = await openCounterPage();
  await counter.pair(station);
  await counter.signIn(station.people.get('staff'));
  await counter.toConsent();
  await counter.press('hand-over');
  await expect(counter.at('hand-over-dialog')).toBeVisible();
  await counter.accessible();
  await counter.shot('hand-over-01-ask');
  await counter.press('hand-over-confirm');
  await expect(counter.at('sign-in-page')).toBeVisible();

  await counter.signIn(station.people.get('supervisor'));
  await expect(counter.at('offered-session')).toHaveCount(1);
  await counter.accessible();
  await counter.shot('hand-over-02-waiting');
  await counter.press('take-over');
  await expect(counter.at('step-consent')).toBeVisible();
  await counter.agree();
  await counter.press('consent-next');
  await expect(counter.at('step-card')).toBeVisible();
  await counter.signOut();

  await counter.signIn(station.people.get('staff'));
  await expect(counter.at('idle-screen')).toBeVisible();
  await expect(counter.at('offered-session')).toHaveCount(0);
  await counter.press('open-day');
  await expect(counter.at('day-dialog')).toContainText('Belum ada nasabah hari ini.');
  await counter.accessible();
});
