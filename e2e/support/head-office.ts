/** Head office: adds people with the `loket` command, and pulls records over HTTP with a key of its own. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { noVision } from '../../src/cli/with-installation.ts';
import { createApiKey } from '../../src/services/api-keys.ts';
import { systemActor, type ServiceContext } from '../../src/services/context.ts';
import { openInstallation } from '../../src/services/open-installation.ts';
import { listOrganisations } from '../../src/store/repositories/organisations.ts';
import { fileKeyProvider } from '../../src/vault/key-providers/file-key-provider.ts';
import type { Credentials, StationHouse } from './station.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Through the services on the station's own data, while the station runs. */
export async function withHouse<T>(house: StationHouse, work: (ctx: ServiceContext) => Promise<T>): Promise<T> {
  const opened = await openInstallation({
    dataDirectory: house.dataDirectory,
    keyProvider: fileKeyProvider({ directory: house.keyDirectory }),
    vision: noVision,
  });
  if (!opened.ok) throw new Error(opened.error.message);
  try {
    return await work(opened.value.context);
  } finally {
    await opened.value.close();
  }
}

/** A key that may read everything. */
export function makeReadingKey(house: StationHouse): Promise<string> {
  return withHouse(house, async (ctx) => {
    const [organisation] = await listOrganisations(ctx.store.db);
    if (organisation === undefined) throw new Error('the station has no organisation');
    const made = await createApiKey(ctx, systemActor(organisation.id), { name: 'head office', scopes: ['read'] });
    if (!made.ok) throw new Error(made.error.message);
    return made.value.key;
  });
}

export async function pull(
  origin: string,
  path: string,
  key: string | null,
): Promise<{ status: number; body: unknown }> {
  const headers = new Headers(key === null ? {} : { authorization: `Bearer ${key}` });
  const response = await fetch(`${origin}${path}`, { headers });
  return { status: response.status, body: await response.json() };
}

/** `loket users add` on the data of a running station; the password is the one it makes and says once. */
export async function addPerson(
  house: StationHouse,
  role: string,
  fullName: string,
  email: string,
): Promise<Credentials> {
  const words = ['users', 'add', '--data', house.dataDirectory, '--role', role, '--email', email, '--name', fullName];
  const { stdout } = await promisify(execFile)(
    join(root, 'node_modules', '.bin', 'node'),
    [join(root, 'src', 'cli', 'main.ts'), ...words, '--json'],
    { cwd: root, env: { ...process.env, LOKET_KEY_DIR: house.keyDirectory, NODE_NO_WARNINGS: '1' } },
  );
  const { password } = JSON.parse(stdout) as { password: string };
  return { email, password };
}
