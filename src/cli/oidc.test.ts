import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
let folder: string;
let environment: NodeJS.ProcessEnv;

/** The real program, as an operator calls it. */
function loket(args: readonly string[], extra: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [main, ...args], { env: { ...environment, ...extra } });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()));
  return new Promise<{ status: number | null; out: string; err: string }>((resolve) => {
    child.on('close', (status) => resolve({ status, ...said }));
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loket-oidc-'));
  environment = { ...process.env, LOKET_PASSPHRASE: 'for the tests of the commands' };
  const made = await loket(['init', '--data', join(folder, 'data')]);
  expect(made).toMatchObject({ status: 0 });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('sets, shows and removes the provider, and takes the secret from the environment only', async () => {
  const data = ['--data', join(folder, 'data')];
  const client = ['--issuer', 'https://login.bank.example', '--client-id', 'loket'];
  expect(await loket(['oidc', 'show', ...data])).toMatchObject({
    status: 2,
    err: expect.stringMatching(/^not_found: /),
  });
  expect(await loket(['oidc', 'set', ...data, ...client])).toMatchObject({
    status: 2,
    err: expect.stringMatching(/clientSecret/),
  });
  const named = [...data, ...client, '--client-secret-env', 'OIDC_SECRET', '--json'];
  expect(await loket(['oidc', 'set', ...named])).toMatchObject({
    status: 2,
    err: expect.stringMatching(/OIDC_SECRET is empty/),
  });
  const set = await loket(['oidc', 'set', ...named], { OIDC_SECRET: 'the sealed client secret' });
  expect(JSON.parse(set.out)).toMatchObject({ provider: { issuer: 'https://login.bank.example', trustEmail: false } });
  const trusting = await loket(['oidc', 'set', ...data, '--trust-email', '--json']);
  expect(JSON.parse(trusting.out)).toMatchObject({ provider: { clientId: 'loket', trustEmail: true } });
  const shown = await loket(['oidc', 'show', ...data]);
  expect(shown.out).toBe('https://login.bank.example  loket\n');
  expect(set.out + trusting.out + shown.out).not.toContain('sealed client secret');
  expect(await loket(['oidc', 'remove', ...data])).toMatchObject({ status: 0 });
  expect(await loket(['oidc', 'remove', ...data])).toMatchObject({
    status: 2,
    err: expect.stringMatching(/^not_found: /),
  });
});
