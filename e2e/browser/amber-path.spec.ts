/**
 * A camera that shows recorded frames cannot answer a light challenge it has never seen: the case is kept, and people
 * decide. Real getUserMedia, real card and face; nothing here is marked as simulated.
 */
import { expect } from '@playwright/test';
import { openCameraFeed, type CameraFeed } from '../support/camera-feed.ts';
import { judgingMs, type CounterPage } from '../support/counter-page.ts';
import { test } from '../support/counter-test.ts';
import { firstPeople, setUp } from '../support/first-people.ts';
import { addPerson } from '../support/head-office.ts';
import { missingModels, missingPictures, pictures } from '../support/test-data.ts';

const modelsAway = await missingModels();
const picturesAway = missingPictures();

/** A person at the counter follows the advice twice; after the third try the case goes to a supervisor. */
async function onboard(counter: CounterPage, feed: CameraFeed): Promise<void> {
  feed.show('card');
  await counter.greet();
  await counter.captureCard();
  await counter.shot('amber-01-fields');
  feed.show('face');
  await counter.press('confirm-fields');
  for (const attempt of [1, 2]) {
    await expect(counter.at('judging')).toBeVisible({ timeout: judgingMs });
    await expect(counter.at('advice')).toBeVisible({ timeout: judgingMs });
    await expect(counter.at('step-selfie')).toContainText(`Percobaan ${attempt} dari 3`);
    if (attempt === 1) await counter.accessible();
    await counter.shot(`amber-02-advice-${attempt}`);
    await counter.press('capture-selfie');
    // A screenshot holds the page for a moment, which would cost an honest capture its frames; here none can pass.
    if (attempt === 1) await shootFlash(counter);
  }
  await counter.captureSelfie();
}

async function shootFlash(counter: CounterPage): Promise<void> {
  await expect(counter.at('flash')).toBeVisible();
  await counter.shot('amber-03-flash');
  await expect(counter.at('prompt').first()).toBeVisible();
  await counter.shot('amber-04-prompt');
}

async function expectAmber(counter: CounterPage): Promise<void> {
  await expect(counter.at('verdict-word'), counter.overheard.verdict()).toHaveText('Perlu ditinjau');
  await expect(counter.at('gate-match')).toHaveAttribute('data-state', 'pass');
  await expect(counter.at('gate-liveness')).not.toHaveAttribute('data-state', 'pass');
  await expect(counter.at('gate-ktp')).not.toHaveAttribute('data-state', 'pass');
  await expect(counter.at('simulation-mark')).toHaveCount(0);
  await expect(counter.at('queue-indicator')).toHaveAttribute('data-pending', '0');
}

test('recorded frames end in review, and four eyes decide', async ({ house, openCounterPage }) => {
  test.skip(modelsAway !== null, modelsAway ?? '');
  test.skip(picturesAway !== null, picturesAway ?? '');
  const feed = await openCameraFeed(pictures);
  try {
    const station = await house.start();
    const counter = await openCounterPage(feed.flags);
    await counter.pair(station);
    await setUp(counter);
    // Somebody else who may decide; a lone supervisor's own captures go to compliance at once.
    const second = await addPerson(house, 'supervisor', 'Sari Contoh', 'sari@bank-contoh.example');
    await counter.signIn(firstPeople.supervisor);
    await onboard(counter, feed);
    await expectAmber(counter);
    await counter.accessible();
    await counter.shot('amber-05-result');
    await counter.press('finish');

    await counter.press('nav-review');
    await expect(counter.at('review-row').first()).toContainText('BUDI CONTOH SANTOSO');
    await expect(counter.at('review-row').first()).toHaveAttribute('data-status', 'open');
    await counter.shot('amber-06-list');
    await expectFourEyes(counter);
    await counter.signOut();

    await counter.signIn(second);
    await counter.press('nav-review');
    await decide(counter, second.password);
  } finally {
    feed.close();
  }
});

async function expectFourEyes(counter: CounterPage): Promise<void> {
  await counter.at('review-row').first().getByRole('button').click();
  await expect(counter.at('four-eyes')).toBeVisible();
  for (const decision of ['approve', 'reject', 'escalate'])
    await expect(counter.at(`decision-${decision}`)).toBeDisabled();
  await counter.accessible();
  await counter.shot('amber-07-own-case');
}

async function decide(counter: CounterPage, password: string): Promise<void> {
  const open = counter.at('review-row');
  await expect(open.first()).toContainText(firstPeople.supervisor.fullName);
  const before = await open.count();
  await open.first().getByRole('button').click();
  await expect(counter.at('voters')).toContainText('Pantulan cahaya layar');
  await expect(counter.at('four-eyes')).toHaveCount(0);
  await counter.accessible();
  await counter.shot('amber-08-case');
  const id = (await counter.at('review-case').getAttribute('data-id')) ?? '';

  await counter.press('decision-approve');
  await counter.at('decision-reason-code').selectOption('original_seen');
  await counter.at('decision-reason').fill('Nasabah hadir, wajah dan kartu dibandingkan langsung.');
  await counter.at('decision-password').fill('bukan kata sandinya');
  await counter.accessible();
  await counter.shot('amber-09-decision');
  await counter.press('decision-submit');
  await expect(counter.at('decision-error')).toBeVisible();
  await counter.at('decision-password').fill(password);
  await counter.press('decision-submit');
  await expect(counter.at('decisions')).toContainText('Disetujui');
  await counter.shot('amber-10-decided');
  await expect(open).toHaveCount(before - 1);
  await counter.at('filter-status').selectOption('decided');
  await expect(counter.page.locator(`[data-testid="review-row"][data-id="${id}"]`)).toHaveAttribute(
    'data-status',
    'approved',
  );
  await counter.shot('amber-11-decided-list');
}
