/** Three invented people for the set-up page, and the filling of that page. */
import { expect } from '@playwright/test';
import type { CounterPage } from './counter-page.ts';
import type { Credentials, PersonRole } from './station.ts';

export const firstPeople: Readonly<Record<PersonRole, Credentials & { readonly fullName: string }>> = {
  admin: { fullName: 'Dewi Contoh', email: 'dewi@bank-contoh.example', password: 'kata sandi admin pertama' },
  staff: { fullName: 'Rina Contoh', email: 'rina@bank-contoh.example', password: 'kata sandi staf pertama' },
  supervisor: { fullName: 'Arif Contoh', email: 'arif@bank-contoh.example', password: 'kata sandi supervisor satu' },
};

export async function fillSetup({ at }: CounterPage): Promise<void> {
  await at('setup-organisation').fill('Bank Contoh');
  await at('setup-branch').fill('KCP Kalideres');
  await at('setup-desk').fill('Loket 3');
  for (const [role, person] of Object.entries(firstPeople)) {
    await at(`setup-${role}-name`).fill(person.fullName);
    await at(`setup-${role}-email`).fill(person.email);
    await at(`setup-${role}-password`).fill(person.password);
  }
}

export async function setUp(counter: CounterPage): Promise<void> {
  await fillSetup(counter);
  await counter.press('setup-submit');
  await expect(counter.at('sign-in-page')).toBeVisible();
}
