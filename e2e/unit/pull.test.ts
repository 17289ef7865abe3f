/** Head office pulls by cursor: killed anywhere and begun again, nothing is missing and nothing is there twice. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listeningApi, type ListeningApi } from '../../src/api/testing/listening-api.ts';

let api: ListeningApi;
let folder: string;
let key: string;
beforeEach(async () => {
  api = await listeningApi();
  ({ key } = await api.bank.key());
  folder = mkdtempSync(join(tmpdir(), 'loket-pull-'));
});
afterEach(async () => {
  await api.close();
  rmSync(folder, { recursive: true, force: true });
});

const file = (): string => join(folder, 'head-office.db');

/** Ends by itself (`done`), or by SIGKILL after so many milliseconds of work. */
function pull(killAfterMs?: number): Promise<'done' | 'killed'> {
  const script = fileURLToPath(new URL('../crash/puller.ts', import.meta.url));
  const child = spawn(process.execPath, [script, api.origin, key, file()], { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    if (killAfterMs !== undefined && out.startsWith('ready')) setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) =>
      signal === 'SIGKILL' ? resolve('killed') : code === 0 ? resolve('done') : reject(new Error(`puller: ${code}`)),
    );
  });
}

async function addCustomers(from: number, count: number): Promise<string[]> {
  const program = api.program(key);
  const ids: string[] = [];
  for (let index = from; index < from + count; index += 1) {
    api.house.now = new Date(api.house.now.getTime() + 1_000);
    const letters = String(index).replace(/\d/g, (digit) => 'ABCDEFGHIJ'[Number(digit)] ?? '');
    const made = await program.send('POST', '/api/customers', { fullName: `NASABAH ${letters}` });
    ids.push(made.body.data.id as string);
  }
  return ids;
}

function held(): { id: string; times: number }[] {
  const db = new Database(file(), { readonly: true });
  const rows = db.prepare('select id, times from customers').all() as { id: string; times: number }[];
  db.close();
  return rows;
}

describe('pulling by cursor', () => {
  it('resumes anywhere, also while customers are added', { timeout: 60_000 }, async () => {
    const ids = await addCustomers(0, 40);
    let killed = 0;
    for (const killAfterMs of [0, 12, 25, 40]) {
      if ((await pull(killAfterMs)) === 'killed') killed += 1;
      ids.push(...(await addCustomers(ids.length, 5)));
    }
    expect(await pull()).toBe('done');
    ids.push(...(await addCustomers(ids.length, 3)));
    expect(await pull()).toBe('done');
    expect(killed).toBeGreaterThan(0);
    const rows = held();
    expect(rows.map(({ id }) => id).sort()).toEqual([...ids].sort());
  });

  it('asks for one customer again at the cost of a head while nothing changed', async () => {
    const [id = ''] = await addCustomers(0, 1);
    const program = api.program(key);
    const first = await program.send('GET', `/api/identity/customers/${id}`);
    const etag = first.headers.get('etag') ?? expect.fail('no ETag');
    const again = await program.send('GET', `/api/identity/customers/${id}`, undefined, { 'if-none-match': etag });
    expect(again.status).toBe(304);
    await program.send('POST', `/api/identity/customers/${id}/erase`, {
      reason: 'asked for it',
      requestedBy: 'dpo',
      confirm: true,
    });
    const changed = await program.send('GET', `/api/identity/customers/${id}`, undefined, { 'if-none-match': etag });
    expect(changed.status).toBe(200);
    expect(changed.headers.get('etag')).not.toBe(etag);
  });
});
