/** `loket serve` on a PostgreSQL server, two of them on one database, over sockets. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSystemPostgres, whyNoSystemPostgres, type SystemPostgres } from '../store/testing/system-postgres.ts';

const main = fileURLToPath(new URL('main.ts', import.meta.url));
const why = whyNoSystemPostgres();
const root = mkdtempSync(join(tmpdir(), 'loket-cli-'));
const data = join(root, 'data');
let database: string;
let postgres: SystemPostgres;
const name = `loket_${process.pid}`;
const servers: ChildProcess[] = [];

const environment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  LOKET_PASSPHRASE: 'for the tests of the commands',
  LOKET_DATABASE: database,
});

function loket(...args: readonly string[]) {
  return spawnSync(process.execPath, [main, ...args], { encoding: 'utf8', env: environment() });
}

async function serve(): Promise<{ child: ChildProcess; address: string }> {
  const child = spawn(process.execPath, [main, 'serve', '--data', data, '--port', '0', '--database', database], {
    env: { ...environment(), LOKET_DATABASE: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  servers.push(child);
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { child, address: (JSON.parse(line) as { listening: string }).listening };
}

async function onServer(connectionString: string, text: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return await client.query(text);
  } finally {
    await client.end();
  }
}

describe.skipIf(why !== null)(`on PostgreSQL${why === null ? '' : ` (skipped: ${why})`}`, () => {
  beforeAll(async () => {
    postgres = await startSystemPostgres();
    await onServer(postgres.connectionString, `create database ${name}`);
    const url = new URL(postgres.connectionString);
    url.pathname = `/${name}`;
    database = url.href;
  });
  afterAll(async () => {
    for (const child of servers) child.kill('SIGKILL');
    await onServer(postgres.connectionString, `drop database ${name} with (force)`);
    postgres.stop();
  });

  it('two processes serve one database, and stop in order', async () => {
    const made = loket('init', '--data', data, '--json');
    expect([made.status, made.stderr]).toEqual([0, '']);
    const { apiKey, organisation } = JSON.parse(made.stdout) as { apiKey: string; organisation: { id: string } };
    const [one, two] = [await serve(), await serve()];
    const ask = (address: string, path: string, body?: object) =>
      fetch(`${address}${path}`, {
        ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
        headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      });
    const written = await ask(one.address, '/api/customers', { fullName: 'SITI RAHMAWATI' });
    const { data: customer } = (await written.json()) as { data: { id: string } };
    const read = await ask(two.address, `/api/identity/customers/${customer.id}`);
    expect([written.status, read.status]).toEqual([201, 200]);
    expect(await read.json()).toMatchObject({ data: { id: customer.id, fullName: 'SITI RAHMAWATI' } });
    const rows = await onServer(database, 'select org_id from customers');
    expect(rows.rows).toEqual([{ org_id: organisation.id }]);

    // The one signalled answers what it has begun, closes its connections and ends; the other goes on.
    const ended = once(one.child, 'exit');
    one.child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect((await ask(two.address, '/api/auth/me')).status).toBe(200);
    const left = once(two.child, 'exit');
    two.child.kill('SIGTERM');
    expect(await left).toEqual([0, null]);
    const open = await onServer(
      database,
      "select count(*)::int as n from pg_stat_activity where application_name = 'loket' and datname = current_database()",
    );
    expect(open.rows).toEqual([{ n: 0 }]);
    expect(loket('users', 'list', '--data', data, '--json').status).toBe(0);
    rmSync(root, { recursive: true, force: true });
  });
});

describe('the address of the database', () => {
  const serveAt = (address: string) => {
    database = '';
    return spawnSync(process.execPath, [main, 'serve', '--data', join(root, 'none'), '--database', address], {
      encoding: 'utf8',
      env: environment(),
    });
  };

  it.each([
    ['mysql://db/loket', /address like postgres:/],
    ['postgres://db.bank.id/loket', /sslmode=verify-full/],
    ['postgres://db.bank.id/loket?sslmode=prefer', /sslmode=verify-full/],
  ])('%s is refused before anything is opened', (address, words) => {
    const refused = serveAt(address);
    expect([refused.status, refused.stdout]).toEqual([2, '']);
    expect(refused.stderr).toMatch(words);
  });

  it('is documented', () => {
    const help = spawnSync(process.execPath, [main, 'serve', '--help'], { encoding: 'utf8' });
    expect(help.stdout).toMatch(/--database <url>/);
    expect(help.stdout).toContain('LOKET_DATABASE');
  });
});
