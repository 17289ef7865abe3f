import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const main = fileURLToPath(new URL('main.ts', import.meta.url));
let root: string;
let data: string;
let environment: NodeJS.ProcessEnv;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'loket-cli-'));
  data = join(root, 'data');
  environment = { ...process.env, LOKET_PASSPHRASE: 'for the tests of the commands' };
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function loket(...args: readonly string[]) {
  const done = spawnSync(process.execPath, [main, ...args], { encoding: 'utf8', env: environment });
  return {
    status: done.status,
    stdout: done.stdout,
    stderr: done.stderr,
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers are what the tests look into
    json: () => JSON.parse(done.stdout) as Record<string, any>,
  };
}

it('makes an installation once, adds people and organisations, changes settings, and serves', async () => {
  const made = loket('init', '--data', data, '--json');
  expect(made.status).toBe(0);
  const { organisation, admin, apiKey } = made.json();
  expect(organisation.id).toMatch(/^org_/);
  expect(apiKey).toMatch(/^qe_sk_sandbox_[A-Z2-7]{32}$/);
  const again = loket('init', '--data', data, '--json');
  expect([again.status, again.stdout]).toEqual([1, '']);
  expect(again.stderr).toMatch(/^already_set_up: [^\n]+\n$/);

  const user = loket(
    'users',
    'add',
    '--data',
    data,
    '--role',
    'staff',
    '--email',
    'Sari@bank.test',
    '--name',
    'Sari',
    '--json',
  );
  expect(user.json()).toMatchObject({ user: { email: 'sari@bank.test', role: 'staff' } });
  expect(
    loket('users', 'add', '--data', data, '--role', 'staff', '--email', 'sari@bank.test', '--name', 'Sari').status,
  ).toBe(1);
  expect(
    loket(
      'org',
      'set',
      'thresholds.matchHigh=0.6',
      'capabilities.dukcapilEnabled=true',
      '--data',
      data,
      '--json',
    ).json(),
  ).toMatchObject({
    settings: { thresholds: { matchHigh: 0.6 }, capabilities: { dukcapilEnabled: true } },
  });
  expect(loket('org', 'set', 'thresholds.nothing=1', '--data', data).status).toBe(2);
  expect(loket('org', 'set', '__proto__.polluted=1', '--data', data).status).toBe(2);
  expect(loket('org', 'create', '--data', data, '--name', 'Second Bank', '--json').json()).toMatchObject({
    organisation: { name: 'Second Bank' },
  });
  expect(loket('org', 'set', 'review.slaMinutes=10', '--data', data).status).toBe(2);

  const server = spawn(process.execPath, [main, 'serve', '--data', data, '--port', '0'], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [line] = (await once(createInterface({ input: server.stdout }), 'line')) as [string];
    const { listening } = JSON.parse(line) as { listening: string };
    expect(listening).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const me = await fetch(`${listening}/api/auth/me`, { headers: { authorization: `Bearer ${apiKey as string}` } });
    expect(await me.json()).toMatchObject({ data: { org: { id: organisation.id } } });
    const login = await fetch(`${listening}/api/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(admin),
    });
    expect(await login.json()).toMatchObject({ data: { user: { role: 'admin' } } });
  } finally {
    server.kill('SIGTERM');
    const [code] = (await once(server, 'exit')) as [number | null];
    expect(code).toBe(0);
  }
});

it('says in one line what is wrong, and leaves with 2', () => {
  for (const args of [
    ['serve', '--data', join(root, 'nothing-here')],
    ['serve', '--data', data, '--host', '0.0.0.0'],
    ['serve', '--data', data, '--port', 'many'],
    ['serve'],
    ['users', 'add', '--data', data, '--role', 'king', '--email', 'k@bank.test', '--name', 'King'],
    ['nonsense'],
  ]) {
    const done = loket(...args);
    expect([args, done.status, done.stdout]).toEqual([args, 2, '']);
    expect(done.stderr.trim().split('\n')).toHaveLength(1);
  }
});

it('shows its commands', () => {
  const help = loket('--help');
  expect(help.status).toBe(0);
  for (const name of [
    'init',
    'serve',
    'org',
    'users',
    'onboard',
    'models',
    'audit',
    'keys',
    'bundle',
    'backup',
    'restore',
    'doctor',
  ])
    expect(help.stdout).toContain(`  ${name} `);
});
