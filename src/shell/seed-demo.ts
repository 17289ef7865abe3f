import { ok, type Result } from '../contract/result.ts';
import { setUpOrganisation } from '../services/set-up-organisation.ts';
import { randomToken } from '../vault/random.ts';
import type { StationParts } from './compose-station.ts';

export interface DemoPerson {
  readonly role: 'admin' | 'staff' | 'supervisor';
  readonly email: string;
  readonly password: string;
}

const people = [
  { role: 'admin', email: 'admin@demo.loket', fullName: 'Dewi Contoh' },
  { role: 'staff', email: 'staf@demo.loket', fullName: 'Rina Contoh' },
  { role: 'supervisor', email: 'supervisor@demo.loket', fullName: 'Arif Contoh' },
] as const;

/** Makes the demo's organisation and three people on a fresh installation; null when it was made before. */
export async function seedDemo(parts: StationParts): Promise<Result<readonly DemoPerson[] | null>> {
  if (await parts.installation.isSetUp()) return ok(null);
  const withPasswords = people.map((person) => ({ ...person, password: randomToken(12) }));
  const made = await setUpOrganisation(parts.installation.context, {
    name: 'Bank Contoh',
    branch: 'KCP Simulasi',
    deskName: 'Loket 1',
    environment: 'sandbox',
    people: withPasswords,
  });
  return made.ok ? ok(withPasswords.map(({ role, email, password }) => ({ role, email, password }))) : made;
}
