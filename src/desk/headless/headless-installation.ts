/** Where a headless onboarding works: a given data directory, made ready when empty, or a throw-away one. */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fail, ok, type Result } from '../../contract/result.ts';
import { systemActor } from '../../services/context.ts';
import { openInstallation, type Installation, type InstallationOptions } from '../../services/open-installation.ts';
import { addUser, setUpOrganisation, type NewPerson } from '../../services/set-up-organisation.ts';
import { listOrganisations } from '../../store/repositories/organisations.ts';
import { findUserByEmail } from '../../store/repositories/users.ts';
import { randomToken } from '../../vault/random.ts';
import type { Operator } from '../onboarding/onboarding-desk.ts';

export interface HeadlessInstallation {
  readonly installation: Installation;
  readonly operator: Operator;
  /** Closes everything, and removes a throw-away directory. */
  close(): Promise<void>;
}

/** The account captures are recorded under. Its password is random and told to nobody: it cannot sign in. */
const operatorEmail = 'headless@loket.invalid';

/** Failures: `not_initialised` for a directory with something else in it, and those of opening an installation. */
export async function openHeadlessInstallation(
  dataDirectory: string | null,
  options: Omit<InstallationOptions, 'dataDirectory' | 'create'> = {},
): Promise<Result<HeadlessInstallation>> {
  const directory = dataDirectory ?? mkdtempSync(join(tmpdir(), 'loket-onboard-'));
  const remove = (): void => {
    if (dataDirectory === null) rmSync(directory, { recursive: true, force: true });
  };
  const create = isEmpty(directory);
  const opened = await openInstallation({ ...options, dataDirectory: directory, create });
  if (!opened.ok) {
    remove();
    return opened;
  }
  const close = async (): Promise<void> => {
    await opened.value.close();
    remove();
  };
  const operator = await prepareOperator(opened.value, create);
  if (operator.ok) return ok({ installation: opened.value, operator: operator.value, close });
  await close();
  return operator;
}

function isEmpty(directory: string): boolean {
  return !existsSync(directory) || readdirSync(directory).length === 0;
}

async function prepareOperator({ context: ctx }: Installation, fresh: boolean): Promise<Result<Operator>> {
  const person: NewPerson = {
    fullName: 'Perintah onboard',
    email: operatorEmail,
    password: randomToken(24),
    role: 'staff',
  };
  const [organisation] = await listOrganisations(ctx.store.db);
  if (organisation === undefined) {
    if (!fresh) return fail('not_initialised', 'This installation has no organisation yet. Run `loket init` first.');
    const made = await setUpOrganisation(ctx, {
      name: 'Bank',
      branch: 'Cabang',
      deskName: 'onboard',
      people: [person],
    });
    if (!made.ok) return made;
    const [operator] = made.value.people;
    return operator === undefined
      ? fail('internal', 'the operator was not made')
      : ok({ id: operator.id, orgId: made.value.organisation.id });
  }
  const known = await findUserByEmail(ctx.store.db, operatorEmail);
  if (known !== null) return ok({ id: known.id, orgId: organisation.id });
  const added = await addUser(ctx, systemActor(organisation.id), person);
  return added.ok ? ok({ id: added.value.id, orgId: organisation.id }) : added;
}
