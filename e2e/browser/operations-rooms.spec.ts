/** Every room of operations and administration, entered as the person it is for, on real data; pictures in both themes. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { judgingMs, type CounterPage } from '../support/counter-page.ts';
import { test } from '../support/counter-test.ts';
import { expectWalkable } from '../support/keyboard.ts';
import { firstPeople, setUp } from '../support/first-people.ts';
import { seedOutbox } from '../support/seed-outbox.ts';
import type { StationHouse } from '../support/station.ts';

async function room(counter: CounterPage, id: string): Promise<void> {
  await counter.press(`room-${id}`);
  await expect(counter.at(`in-room-${id}`)).toBeVisible();
}

/** As it is, for axe, for each size, for the keyboard and for the eye. */
async function look(counter: CounterPage, name: string): Promise<void> {
  await counter.accessible();
  await expectWalkable(counter.page);
  await counter.shot(`rooms-${name}`);
}

async function prove(counter: CounterPage, password: string): Promise<void> {
  const dialog = counter.at('proof-dialog');
  const asked = await dialog.waitFor({ timeout: 2_000 }).then(
    () => true,
    () => false,
  );
  if (!asked) return;
  await counter.at('proof-password').fill(password);
  await counter.press('proof-submit');
  await expect(dialog).toHaveCount(0);
}

/** Paused, limited, a verdict that was reversed, a capture that was refused: what a supervisor sees of it and does. */
async function queueOfABadWeek(house: StationHouse, counter: CounterPage): Promise<void> {
  await room(counter, 'overview');
  await counter.press('outbox-pause');
  await expect(counter.at('outbox-paused')).toContainText('Bukti tetap tersimpan');
  await seedOutbox(house);
  await room(counter, 'logs');
  await room(counter, 'overview');
  await expect(counter.at('outbox-row')).toHaveCount(3);
  await look(counter, '06b-outbox');
  await counter.page.setViewportSize({ width: 1080, height: 1920 });
  await look(counter, '06c-outbox-portrait');
  await counter.page.setViewportSize({ width: 1366, height: 768 });
  await expect(counter.at('outbox-reversal')).toContainText('minta nasabah kembali');
  await counter.press('reversal-look');
  await expect(counter.at('customer-head')).toContainText('CONTOH BERUBAH');
  await counter.press('nav-operations');
  await counter.press('reversal-told');
  await expect(counter.at('outbox-reversal')).toHaveCount(0);
  await counter.at('outbox-ceiling').selectOption('125000');
  await expect(counter.at('outbox-ceiling')).toHaveValue('125000');
  await counter.press('outbox-retry');
  await expect(counter.page.locator('[data-testid="outbox-row"][data-state="refused"]')).toHaveCount(0);
  await look(counter, '06d-outbox-settled');
}

const list = [
  'id,type,name,aliases,topics,birth_dates,birth_places,countries,id_numbers,addresses,programme,remarks',
  ...Array.from(
    { length: 30 },
    (_, at) => `p${at},person,Contoh Rekaan ${'ABCDEFGHIJKLMNOPQRSTUVWXYZABCD'[at]},,blocklist,,,,,,,`,
  ),
].join('\n');

test('operations: each room, by whoever keeps the counter', async ({ house, openCounterPage }) => {
  await house.start().then(async (station) => {
    const counter = await openCounterPage();
    await counter.page.setViewportSize({ width: 1366, height: 768 });
    await counter.pair(station);
    await setUp(counter);
    await counter.signIn(firstPeople.supervisor);
    // The first of the day: the self test runs by itself and its result stands on the idle counter.
    await expect(counter.at('self-test-notice')).toContainText(/Uji awal hari (lulus|belum lengkap)/, {
      timeout: judgingMs,
    });
    await counter.shot('rooms-01-first-of-the-day');
    await counter.press('nav-operations');
    await look(counter, '02-overview');
    await room(counter, 'devices');
    await look(counter, '03-devices');
    await room(counter, 'selfTest');
    await expect(counter.at('self-test-last')).toBeVisible();
    await expect(counter.at('self-test-part-row')).toHaveCount(9);
    await look(counter, '04-self-test');
    await room(counter, 'health');
    await counter.press('examine');
    await expect(counter.at('health-overall')).toBeVisible({ timeout: judgingMs });
    await expect(counter.page.locator('[data-code="backup_missing"]')).toContainText('Belum pernah dibuat cadangan');
    await look(counter, '05-health');
    await room(counter, 'storage');
    await expect(counter.at('storage')).toBeVisible();
    await expect(counter.at('backup-now')).toHaveCount(0);
    await room(counter, 'logs');
    await look(counter, '06-logs');
    await expect(counter.at('nav-admin')).toHaveCount(0);
    await queueOfABadWeek(house, counter);
    await counter.signOut();

    await counter.signIn(firstPeople.admin);
    await counter.press('nav-operations');
    await room(counter, 'storage');
    const folder = join(house.dataDirectory, '..', 'cadangan');
    mkdirSync(folder);
    await counter.at('backup-folder').fill(folder);
    await counter.press('backup-now');
    await expect(counter.at('backup-done')).toContainText(folder, { timeout: judgingMs });
    await expect(counter.at('backup-last')).toBeVisible();
    await look(counter, '07-storage');
    await room(counter, 'lists');
    const path = join(folder, 'daftar bank.csv');
    writeFileSync(path, list);
    await counter.at('list-format').selectOption('loket-csv');
    await counter.at('list-file').setInputFiles(path);
    await counter.press('list-begin');
    await expect(counter.at('list-done').or(counter.at('list-failed'))).toBeVisible({ timeout: judgingMs });
    await look(counter, '08-lists');
    await expect(counter.at('list-row')).toContainText('Hari ini');
    await room(counter, 'models');
    await look(counter, '09-models');
    await room(counter, 'language');
    await look(counter, '10-language');
    expect(station.said()).not.toContain('Contoh Rekaan');
  });
});

test('administration: each room, and what is risky asks who it is', async ({ house, openCounterPage }) => {
  const station = await house.start();
  const counter = await openCounterPage();
  await counter.page.setViewportSize({ width: 1920, height: 1080 });
  await counter.pair(station);
  await setUp(counter);
  await counter.signIn(firstPeople.admin);
  await counter.press('nav-admin');
  await expect(counter.at('person-row')).toHaveCount(3);
  await counter.press('person-add');
  await counter.at('person-name').fill('Sari Contoh');
  await counter.at('person-email').fill('sari@bank-contoh.example');
  await counter.accessible();
  await counter.press('person-save');
  await prove(counter, firstPeople.admin.password);
  await expect(counter.at('secret')).toHaveText(/\S{18,}/);
  await look(counter, '20-password-once');
  await counter.press('secret-close');
  await expect(counter.at('person-row')).toHaveCount(4);
  await look(counter, '21-people');
  await room(counter, 'desks');
  await look(counter, '22-desks');
  await room(counter, 'fleet');
  await expect(counter.at('fleet-desk-row')).toContainText('Belum pernah melapor');
  await counter.press('fleet-open');
  await expect(counter.at('fleet-desk-state')).toBeVisible();
  await look(counter, '22-fleet-desk');
  await counter.press('fleet-close');
  await room(counter, 'settings');
  await counter.press('change-review.slaMinutes');
  await counter.at('setting-value').fill('0');
  await expect(counter.at('setting-save')).toBeDisabled();
  await counter.at('setting-value').fill('45');
  await expect(counter.at('setting-effect')).toContainText('30');
  await look(counter, '23-setting');
  await counter.press('setting-save');
  await expect(counter.at('setting-review.slaMinutes')).toContainText('Sebelumnya 30');
  await look(counter, '24-settings');
  await room(counter, 'apiKeys');
  await counter.press('key-add');
  await counter.at('key-name').fill('core banking');
  await counter.press('scope-customers:view');
  await counter.press('key-make');
  await expect(counter.at('secret')).toHaveText(/^qe_sk_sandbox_/);
  await counter.press('secret-close');
  await expect(counter.at('key-row')).toContainText('Belum pernah');
  await look(counter, '25-api-keys');
  await room(counter, 'webhooks');
  await counter.press('hook-add');
  await counter.at('hook-url').fill('http://10.0.0.1/x');
  await counter.press('hook-make');
  await expect(counter.at('failure')).toContainText('Alamat ini tidak boleh dipakai');
  await counter.page.keyboard.press('Escape');
  await look(counter, '26-webhooks');
  await room(counter, 'exports');
  const download = counter.page.waitForEvent('download');
  await counter.press('export-audit');
  expect((await download).suggestedFilename()).toMatch(/^loket-audit-.*\.jsonl$/);
  await expect(counter.at('export-done')).toBeVisible();
  await look(counter, '27-exports');
  await room(counter, 'audit');
  await counter.press('audit-verify');
  await expect(counter.at('audit-verdict')).toContainText('Utuh', { timeout: judgingMs });
  await counter.at('audit-event').selectOption('export.created');
  await expect(counter.at('audit-row')).toHaveCount(1);
  await look(counter, '28-audit');
  await counter.press('audit-prove');
  await expect(counter.at('proof-verdict')).toContainText('asli');
  await look(counter, '29-proof');
  await counter.press('proof-close');
  await counter.press('contrast');
  await look(counter, '30-audit-contrast');
  await counter.press('language-en');
  await room(counter, 'settings');
  await look(counter, '31-settings-english-contrast');
});
