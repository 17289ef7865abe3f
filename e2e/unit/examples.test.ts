/** The examples for head office (resources/examples) do what they say, against a served installation over a socket. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'loket-examples-'));
const data = join(folder, 'data');
const environment = { ...process.env, LOKET_KEY_DIR: join(folder, 'keys'), LOKET_DATA: '' };
const children: ChildProcess[] = [];
const curl = spawnSync('curl', ['--version']).status === 0;
let url = '';
let key = '';

const example = (name: string): string => join(root, 'resources', 'examples', name);

function loket(...words: string[]): string {
  const done = spawnSync(process.execPath, [join(root, 'src', 'cli', 'main.ts'), ...words], {
    encoding: 'utf8',
    env: environment,
  });
  expect(done.status, done.stderr).toBe(0);
  return done.stdout;
}

/** Starts a program and answers the first line it prints that matches; later lines wait in the iterator. */
async function launch(words: readonly string[], extra: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, words, {
    env: { ...environment, ...extra },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => ((await lines.next()) as IteratorResult<string, string>).value;
  return { first: await next(), next };
}

async function post(path: string, body?: unknown): Promise<{ status: number; body: { data: Record<string, string> } }> {
  const answer = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as { data: Record<string, string> } };
}

beforeAll(async () => {
  key = (JSON.parse(loket('init', '--data', data, '--json')) as { apiKey: string }).apiKey;
  loket('org', 'set', 'webhookAllowList=["127.0.0.1"]', '--data', data);
  const served = await launch([join(root, 'src', 'cli', 'main.ts'), 'serve', '--data', data, '--port', '0'], {
    LOKET_VISION: 'inline',
  });
  url = (JSON.parse(served.first) as { listening: string }).listening;
}, 120_000);
afterAll(async () => {
  for (const child of children) {
    if (child.exitCode !== null) continue;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await gone;
  }
  rmSync(folder, { recursive: true, force: true });
});

describe('examples for head office', () => {
  it.runIf(curl)('walk-through.sh: from a fresh server to a tier', () => {
    const done = spawnSync('sh', [example('walk-through.sh')], {
      encoding: 'utf8',
      env: { ...environment, LOKET_URL: url, LOKET_API_KEY: key },
    });
    expect(done.status, done.stderr).toBe(0);
    expect(done.stdout).toContain('"eligible":"basic"');
    expect(done.stdout.trim().split('\n').at(-1)).toBe('304');
    expect(done.stdout).not.toContain(key);
  });

  it('pull-records.ts: cut off and started again, it leaves nothing out', async () => {
    const ids = new Set<string>();
    for (let serial = 1; serial <= 100; serial += 1) {
      const nik = `327304450790${String(serial).padStart(4, '0')}`;
      const made = await post('/api/customers', { fullName: 'SITI CONTOH', nik });
      expect(made.status).toBe(201);
      ids.add(made.body.data['id'] ?? '');
    }
    const records = join(folder, 'records.jsonl');
    const pull = (extra: NodeJS.ProcessEnv): number | null =>
      spawnSync(process.execPath, [example('pull-records.ts'), records, join(folder, 'position.txt')], {
        env: { ...environment, LOKET_URL: url, LOKET_API_KEY: key, ...extra },
      }).status;
    const pulled = (): Set<string> =>
      new Set(
        readFileSync(records, 'utf8')
          .trim()
          .split('\n')
          .map((line) => (JSON.parse(line) as { customerId: string }).customerId),
      );
    expect(pull({ LOKET_PAGE_SIZE: '40', LOKET_MOST_PAGES: '1' })).toBe(0);
    expect(pulled().size).toBe(40);
    expect(pull({ LOKET_PAGE_SIZE: '40' })).toBe(0);
    expect([...ids].filter((id) => !pulled().has(id))).toEqual([]);
  });

  it('receive-webhooks.ts: takes what Loket signed, refuses what it did not', async () => {
    // The address must be known before the secret is: any free port, then a second start with the secret.
    const probe = await launch([example('receive-webhooks.ts')], { LOKET_WEBHOOK_SECRET: 'unknown', PORT: '0' });
    const port = probe.first.replace('listening on ', '');
    const made = await post('/api/identity/webhooks', {
      url: `http://127.0.0.1:${port}/`,
      events: ['verification.created'],
    });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    const secret = made.body.data['secret'] ?? '';
    const old = children.pop();
    const gone = new Promise((resolve) => old?.once('exit', resolve));
    old?.kill('SIGKILL');
    await gone;
    const receiver = await launch([example('receive-webhooks.ts')], { LOKET_WEBHOOK_SECRET: secret, PORT: port });

    const forge = async (headers: Record<string, string>): Promise<number> =>
      (await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body: '{}' })).status;
    const signed = (when: number, name: string): Record<string, string> => ({
      'x-quantum-timestamp': String(when),
      'x-quantum-signature': `sha256=${createHmac('sha256', name).update('{}').digest('hex')}`,
      'x-identity-signature': `sha256=${createHmac('sha256', name).update('{}').digest('hex')}`,
    });
    const now = Math.floor(Date.now() / 1000);
    expect(await forge({})).toBe(401);
    expect(await forge(signed(now, 'another secret'))).toBe(401);
    expect(await forge(signed(now - 3600, secret))).toBe(401);

    const tested = await post(`/api/identity/webhooks/${made.body.data['id']}/test`);
    expect(tested.status, JSON.stringify(tested.body)).toBeLessThan(300);
    expect(await receiver.next()).toMatch(/^\S+ \S+$/);
  });
});
