/** The card step: it captures by itself when the card is good and still, and takes cards from elsewhere. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { judgingMs, type CounterPage } from '../support/counter-page.ts';
import { test } from '../support/counter-test.ts';
import { firstPeople, setUp } from '../support/first-people.ts';
import { openGeneratedFeed } from '../support/generated-feed.ts';
import { missingModels } from '../support/test-data.ts';

const modelsAway = await missingModels();
const grouped = (nik: string) => `${nik.slice(0, 6)} ${nik.slice(6, 12)} ${nik.slice(12)}`;

interface Drawn {
  readonly points: string;
  readonly viewBox: string;
}

/** Notes every outline that is drawn over the picture: the last one before the capture is gone too soon to be asked for. */
async function noteOutlines(counter: CounterPage): Promise<() => Promise<{ x: number; y: number }[][]>> {
  await counter.page.evaluate(() => {
    const drawn: Drawn[] = [];
    Object.assign(globalThis, { drawn });
    const note = () => {
      const polygon = document.querySelector('[data-testid="card-outline"]');
      const points = polygon?.getAttribute('points') ?? '';
      const viewBox = polygon?.closest('svg')?.getAttribute('viewBox') ?? '';
      if (points !== '' && drawn.at(-1)?.points !== points) drawn.push({ points, viewBox });
    };
    new MutationObserver(note).observe(document.body, { subtree: true, childList: true, attributes: true });
  });
  return async () => {
    const drawn = await counter.page.evaluate(() => (globalThis as unknown as { drawn: Drawn[] }).drawn);
    return drawn.map(({ points, viewBox }) => {
      const [, , width = 1, height = 1] = viewBox.split(' ').map(Number);
      return points.split(' ').map((pair) => {
        const [x = 0, y = 0] = pair.split(',').map(Number);
        return { x: x / width, y: y / height };
      });
    });
  };
}

test('a card is outlined while it moves, and captured by itself once it lies still', async ({
  house,
  openCounterPage,
}) => {
  test.skip(modelsAway !== null, modelsAway ?? '');
  const feed = await openGeneratedFeed(20_260, { moving: 5, still: 40 });
  try {
    const station = await house.start();
    const counter = await openCounterPage(feed.flags);
    await counter.pair(station);
    await setUp(counter);
    await counter.signIn(firstPeople.staff);
    await counter.greet();
    const drawn = await noteOutlines(counter);
    await expect(counter.at('camera-view')).toHaveAttribute('data-live', 'true');
    // In motion: it is seen, told to be held still, and not taken.
    await expect(counter.at('card-outline')).toBeVisible();
    await expect(counter.at('live-advice')).toHaveText('Tahan kartu, jangan bergerak.');
    await expect(counter.at('spoken-advice')).toHaveAttribute('role', 'status');
    await expect(counter.at('step-card')).toBeVisible();
    await counter.shot('auto-01-moving');
    // Still: nobody presses anything.
    await counter.captureCard();
    const outlines = await drawn();
    // It followed the card; how many looks fit into the time is the machine's matter.
    expect(outlines.length).toBeGreaterThan(1);
    const last = outlines.at(-1) ?? [];
    for (const corner of feed.corners) {
      const nearest = Math.min(...last.map((point) => Math.hypot(point.x - corner.x, point.y - corner.y)));
      expect(nearest).toBeLessThan(0.03);
    }
    await expect(counter.field('nik')).toHaveValue(grouped(feed.fields.nik));
    await expect(counter.field('fullName')).toHaveValue(feed.fields.fullName);
    await counter.shot('auto-02-fields');
  } finally {
    feed.close();
  }
});

test('a scan from the folder becomes the card, and a reader that contradicts it is said', async ({
  house,
  openCounterPage,
}) => {
  test.skip(modelsAway !== null, modelsAway ?? '');
  const feed = await openGeneratedFeed(20_261, { moving: 0, still: 1 });
  const folder = join(house.dataDirectory, '..', 'pindaian');
  mkdirSync(folder);
  try {
    const station = await house.start();
    // No camera at all: a counter with a scanner alone must work.
    const counter = await openCounterPage();
    await counter.pair(station);
    await setUp(counter);
    await counter.signIn(firstPeople.supervisor);
    await counter.press('nav-operations');
    await counter.press('room-devices');
    await counter.at('folder-path').fill('/etc');
    await counter.press('devices-save');
    await expect(counter.at('failure')).toContainText('Folder ini tidak boleh dipakai');
    await counter.at('folder-path').fill(folder);
    await counter.at('scanner-mode').selectOption('simulated');
    await counter.press('devices-save');
    await expect(counter.at('folder-settings')).toContainText('Diawasi');
    await counter.at('scan-text').fill('3171014101900001');
    await counter.press('present-scan');
    await expect(counter.at('reader-notice')).toContainText('Simulasi, bukan pemindai sungguhan.');
    await counter.accessible();
    await counter.at('devices').scrollIntoViewIfNeeded();
    await counter.shot('devices-01-operations');
    await counter.press('nav-counter');

    await counter.greet();
    // What was read before this customer is forgotten; this is read now.
    await expect(counter.at('reader-notice')).toHaveCount(0);
    await counter.at('simulated-reader').locator('summary').click();
    await counter.at('scan-text').fill('3171014101900001');
    await counter.press('present-scan');
    await expect(counter.at('reader-notice')).toContainText('Simulasi, bukan pemindai sungguhan.');
    writeFileSync(join(folder, 'catatan.txt'), 'bukan gambar');
    await expect(counter.at('scan-rejected')).toContainText('bukan gambar JPEG atau PNG', { timeout: judgingMs });
    writeFileSync(join(folder, 'scan0001.jpg'), feed.scan);
    await expect(counter.at('use-scan')).toBeVisible({ timeout: judgingMs });
    await counter.accessible();
    await counter.shot('devices-02-card-step');
    await counter.press('use-scan');
    await expect(counter.at('step-fields')).toBeVisible({ timeout: judgingMs });
    await expect(counter.field('nik')).toHaveValue(grouped(feed.fields.nik));
    await expect(counter.at('step-fields')).toContainText('Hasil pemindai berbeda dari kartu');
    await counter.shot('devices-03-fields');
    // The customer leaves: nothing of him stays in the folder.
    await counter.press('cancel-onboarding');
    await counter.press('cancel-confirm');
    await expect(counter.at('idle-screen')).toBeVisible();
    await expect.poll(() => readdirSync(folder)).toEqual(['rejected']);
    expect(readdirSync(join(folder, 'rejected'))).toEqual(['catatan.txt']);
    expect(station.said()).not.toContain('pindaian');
    expect(station.said()).not.toContain('scan0001');
  } finally {
    feed.close();
  }
});

test('the desk keeps its document camera, says when it is away, and takes a file where it may', async ({
  house,
  openCounterPage,
}) => {
  test.skip(modelsAway !== null, modelsAway ?? '');
  const cameras = (count: number) => [
    '--use-fake-ui-for-media-stream',
    `--use-fake-device-for-media-stream=device-count=${count}`,
  ];
  const feed = await openGeneratedFeed(20_262, { moving: 0, still: 1 });
  try {
    const station = await house.start();
    const counter = await openCounterPage(cameras(2));
    await counter.pair(station);
    await setUp(counter);
    await counter.signIn(firstPeople.supervisor);
    await counter.press('nav-operations');
    await counter.press('room-devices');
    // A camera tells its name once it was allowed; trying one out is how it comes to be.
    await counter.press('camera-try-card');
    await expect(counter.at('camera-test-card').locator('video')).toBeVisible();
    await expect(counter.at('camera-seen-card')).toContainText('gambar/detik');
    await expect(counter.at('camera-virtual-card')).toBeVisible();
    await counter.at('camera-role-card').selectOption({ label: 'fake_device_1' });
    await counter.at('files-allowed').click();
    await counter.accessible();
    await counter.at('camera-settings').scrollIntoViewIfNeeded();
    await counter.shot('devices-04-cameras');
    await counter.press('devices-save');
    await expect(counter.at('devices-saved')).toHaveText('Tersimpan.');
    await counter.press('nav-counter');
    await counter.greet();
    await expect(counter.at('camera-view')).toHaveAttribute('data-live', 'true');
    await expect(counter.at('camera-choice').locator('option:checked')).toHaveText('fake_device_1');
    await expect(counter.at('camera-missing')).toHaveCount(0);
    await counter.press('cancel-onboarding');
    await counter.press('cancel-confirm');
    await counter.signOut();
    await station.stop();

    // The next morning the document camera is not plugged in: another serves, and the screen says so.
    const again = await house.start();
    const later = await openCounterPage(cameras(1));
    await later.pair(again);
    await later.signIn(firstPeople.staff);
    await later.greet();
    await expect(later.at('camera-view')).toHaveAttribute('data-live', 'true');
    await expect(later.at('camera-missing')).toHaveText(
      'Kamera “fake_device_1” tidak terpasang. Kamera lain dipakai; periksa kabelnya.',
    );
    await later.accessible();
    await later.shot('devices-05-camera-missing');
    const picked = { name: 'kartu.jpg', mimeType: 'image/jpeg' };
    const chooser = later.page.locator('input[type=file]');
    await chooser.setInputFiles({ ...picked, buffer: Buffer.from('bukan gambar') });
    await expect(later.at('failure')).toContainText('bukan gambar JPEG atau PNG');
    await chooser.setInputFiles({ ...picked, buffer: Buffer.from(feed.scan) });
    await expect(later.at('step-fields')).toBeVisible({ timeout: judgingMs });
    await expect(later.field('nik')).toHaveValue(grouped(feed.fields.nik));
  } finally {
    feed.close();
  }
});
