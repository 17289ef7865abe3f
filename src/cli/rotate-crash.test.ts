/** A rotation killed at any moment leaves an installation that opens, and goes on where it stopped. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Result } from '../contract/result.ts';
import { createCustomer } from '../services/create-customer.ts';
import { systemActor } from '../services/context.ts';
import { wrappingGenerations } from '../services/keys/rewrap-customer-keys.ts';
import { initInstallation, openInstallation } from '../services/open-installation.ts';
import { verifyAudit } from '../services/verify-audit.ts';
import { noVision } from './with-installation.ts';

const main = fileURLToPath(new URL('main.ts', import.meta.url));
const customers = 30;
let root: string;
let data: string;
let environment: NodeJS.ProcessEnv;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'loket-rotate-crash-'));
  data = join(root, 'data');
  const settings = { LOKET_KEY_DIR: join(root, 'keys'), LOKET_PASSPHRASE: '', LOKET_DATABASE: '' };
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);
  environment = { ...process.env, ...settings };
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true, force: true });
});

function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.error.code);
  return result.value;
}

/** Everything readable, the log intact; returns the generations that hold customers' keys. */
async function look(): Promise<readonly number[]> {
  const opened = valueOf(await openInstallation({ dataDirectory: data, vision: noVision }));
  const { store, vault } = opened.context;
  const rows = await store.db.selectFrom('customer_keys').select(['customer_id', 'wrapped_key']).execute();
  for (const row of rows) {
    const key = row.wrapped_key ?? new Uint8Array();
    const sealed = vault.sealForCustomer(key, row.customer_id, new Uint8Array(3), 'c');
    expect(vault.openForCustomer(key, row.customer_id, sealed, 'c')).toEqual(new Uint8Array(3));
  }
  expect(rows).toHaveLength(customers);
  expect((await verifyAudit(store)).intact).toBe(true);
  const used = await wrappingGenerations(opened.context);
  await opened.close();
  return [...used].sort();
}

async function rotate(killAfterMs: number | null): Promise<void> {
  const child = spawn(process.execPath, [main, 'keys', 'rotate', '--data', data], {
    env: environment,
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  if (killAfterMs !== null) {
    await Promise.race([delay(killAfterMs), ended]);
    child.kill('SIGKILL');
  }
  await ended;
}

it('opens after each, and ends with everything under the newest keys', { timeout: 120_000 }, async () => {
  const { organisation } = valueOf(await initInstallation({ dataDirectory: data, vision: noVision, create: true }));
  const opened = valueOf(await openInstallation({ dataDirectory: data, vision: noVision }));
  for (let index = 0; index < customers; index += 1)
    valueOf(await createCustomer(opened.context, systemActor(organisation.id), { fullName: `PERSON ${index}` }));
  await opened.close();
  // From before the first line runs to after the last: the command takes about a second.
  for (const ms of [350, 450, 550, 650, 750, 850]) {
    await rotate(ms);
    await look();
  }
  await rotate(null);
  const used = await look();
  expect(used).toHaveLength(1);
  expect(used[0]).toBeGreaterThan(1);
});
