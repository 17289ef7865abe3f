/** A fresh installation: one page makes admin, staff and supervisor, each of whom then signs in to his own rooms. */
import { expect } from '@playwright/test';
import { test } from '../support/counter-test.ts';
import { fillSetup, firstPeople } from '../support/first-people.ts';

test('the first start makes three people, and each signs in', async ({ house, openCounterPage }) => {
  const station = await house.start();
  const counter = await openCounterPage();
  await counter.pair(station);
  await expect(counter.at('setup-page')).toBeVisible();
  await expect(counter.page).toHaveURL(`${station.origin}/`);
  await counter.accessible();
  await counter.shot('setup-01-empty');

  await counter.press('setup-submit');
  await expect(counter.at('setup-problems')).toContainText('12 isian');
  await counter.shot('setup-02-problems');

  await fillSetup(counter);
  await counter.at('setup-supervisor-password').fill(firstPeople.staff.password);
  await counter.press('setup-submit');
  await expect(counter.at('setup-problems')).toContainText('2 isian');
  await counter.at('setup-supervisor-password').fill(firstPeople.supervisor.password);
  await counter.shot('setup-03-filled');
  await counter.press('setup-submit');
  await expect(counter.at('sign-in-page')).toBeVisible();
  await counter.accessible();
  await counter.shot('setup-04-sign-in');

  await counter.at('sign-in-email').fill(firstPeople.staff.email);
  await counter.at('sign-in-password').fill('bukan kata sandinya');
  await counter.press('sign-in-submit');
  await expect(counter.at('sign-in-error')).toContainText('Surel atau kata sandi tidak cocok.');
  await counter.shot('setup-05-wrong-password');

  const rooms = {
    staff: { here: ['counter', 'customers', 'operations'], absent: ['review'] },
    supervisor: { here: ['counter', 'review', 'customers', 'operations'], absent: [] },
    admin: { here: ['customers', 'operations'], absent: ['counter', 'review'] },
  } as const;
  for (const [role, { here, absent }] of Object.entries(rooms)) {
    const person = firstPeople[role as keyof typeof rooms];
    await counter.signIn(person);
    await expect(counter.at('person')).toContainText(person.fullName);
    for (const room of here) await expect(counter.at(`nav-${room}`)).toBeVisible();
    for (const room of absent) await expect(counter.at(`nav-${room}`)).toHaveCount(0);
    await counter.accessible();
    await counter.shot(`setup-06-${role}`);
    await counter.signOut();
  }
});

test('the pairing address works once', async ({ house, openCounterPage }) => {
  const station = await house.start();
  const first = await openCounterPage();
  await first.pair(station);
  const second = await openCounterPage();
  await second.page.goto(station.pairingAddress);
  await expect(second.at('unpaired')).toBeVisible();
  await second.accessible();
  await second.shot('setup-07-unpaired');
  await expect(first.at('setup-page')).toBeVisible();
});
