/** The consent is signed: by a pen, by name, by a finger on the keys of the screen, or said to be impossible. */
import { expect } from '@playwright/test';
import type { CounterPage } from '../support/counter-page.ts';
import { test } from '../support/counter-test.ts';

async function tickAll(counter: CounterPage): Promise<void> {
  await counter.toConsent();
  for (const box of await counter.page.locator('.check[data-testid^="consent-"]').all()) await box.click();
}

async function draw(counter: CounterPage): Promise<void> {
  await counter.at('signature-pad').scrollIntoViewIfNeeded();
  const box = await counter.at('signature-pad').boundingBox();
  if (box === null) throw new Error('there is no pad to sign on');
  const { mouse } = counter.page;
  await mouse.move(box.x + box.width * 0.2, box.y + box.height * 0.6);
  await mouse.down();
  for (let step = 0; step <= 12; step += 1)
    await mouse.move(box.x + box.width * (0.2 + step * 0.04), box.y + box.height * (0.6 + 0.2 * Math.sin(step)));
  await mouse.up();
}

test('a signature is drawn, cleared, typed on the screen’s keys; without one nothing goes on', async ({
  house,
  openCounterPage,
}) => {
  const station = await house.start({ demo: true });
  const counter = await openCounterPage();
  await counter.pair(station);
  await counter.signIn(station.people.get('staff'));
  await tickAll(counter);
  await expect(counter.at('consent-next')).toBeDisabled();
  await draw(counter);
  await expect(counter.at('signature-pad')).toHaveAttribute('data-strokes', '1');
  await expect(counter.at('consent-next')).toBeEnabled();
  await counter.accessible();
  await counter.shot('signature-01-drawn');
  await counter.press('signature-clear');
  await expect(counter.at('consent-next')).toBeDisabled();

  await counter.press('keyboard-toggle');
  await counter.press('signature-typed');
  await counter.at('signature-name').click();
  const keys = counter.at('touch-keyboard');
  await expect(keys).toBeVisible();
  for (const key of ['B', 'A', 'Y', 'U']) await keys.getByRole('button', { name: key, exact: true }).click();
  await expect(counter.at('signature-name')).toHaveValue('BAYU');
  await counter.accessible();
  await counter.shot('signature-02-typed-on-screen');
  await expect(counter.at('consent-next')).toBeEnabled();

  await counter.press('signature-unable');
  await counter.shot('signature-03-unable');
  await expect(counter.at('consent-next')).toBeEnabled();
  // Cancelled: neither name nor stroke is left anywhere in the page.
  await counter.press('signature-typed');
  await counter.at('signature-name').fill('BAYU CONTOH');
  await counter.press('cancel-onboarding');
  await counter.press('cancel-confirm');
  await expect(counter.at('idle-screen')).toBeVisible();
  expect(await counter.page.content()).not.toContain('BAYU');
  expect(await counter.page.locator('polyline').count()).toBe(0);
});
