import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('main.ts', import.meta.url));
let folder: string;
let data: string;
let environment: NodeJS.ProcessEnv;

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function loket(args: readonly string[], input = ''): Promise<Ran> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [main, ...args], { env: environment }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), out, err }),
    );
    child.stdin?.end(input);
  });
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers are what the tests look into
async function json(args: readonly string[], input = ''): Promise<any> {
  const ran = await loket([...args, '--data', data, '--json'], input);
  if (ran.out === '') throw new Error(ran.err);
  return JSON.parse(ran.out);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loket-provider-cli-'));
  data = join(folder, 'data');
  environment = { ...process.env, LOKET_PASSPHRASE: 'for the tests of the commands', LOKET_VISION: 'inline' };
  const made = await loket(['init', '--data', data, '--json']);
  expect(made.code).toBe(0);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('loket registry', () => {
  it('imports a file and says by exit status what became of it', async () => {
    const file = join(folder, 'people.csv');
    await writeFile(file, 'nik,name,birth_date\n3273016107900001,SITI RAHMAWATI,1990-07-21\n');
    const done = await loket(['registry', 'import', file, '--data', data, '--json']);
    expect([done.code, JSON.parse(done.out)]).toMatchObject([0, { added: 1, refused: 0 }]);
    await writeFile(file, 'nik,name,birth_date\n327,SITI RAHMAWATI,1990-07-21\n');
    const partly = await loket(['registry', 'import', file, '--data', data]);
    expect([partly.code, partly.out]).toMatchObject([1, expect.stringContaining('line 2: nik_malformed')]);
    expect(partly.out).not.toContain('SITI');
    await writeFile(file, 'x\n');
    const useless = await loket(['registry', 'import', file, '--data', data]);
    expect([useless.code, useless.out]).toEqual([2, '']);
    expect(await json(['registry', 'status'])).toEqual({ people: 1 });
    const out = join(folder, 'report.csv');
    expect(await json(['registry', 'report', '--semester', '2026-2', '--out', out])).toMatchObject({ questions: 0 });
    expect(await readFile(out, 'utf8')).toMatch(/^semester,month,/);
  });
});

describe('loket provider', () => {
  it('shows credentials once, lists without them, changes, rotates and disables', async () => {
    const { client } = await json(['provider', 'enable', 'accuauth']);
    expect(client).toMatchObject({
      provider: 'accuauth',
      credentials: { apiId: expect.any(String), apiSecret: expect.any(String) },
    });
    const list = await loket(['provider', 'list', '--data', data, '--json']);
    expect(list.out).not.toContain(client.credentials.apiSecret);
    expect(JSON.parse(list.out).clients).toMatchObject([{ id: client.id, status: 'active', charged: 0 }]);
    expect(await json(['provider', 'set', client.id, '--per-minute', '7'])).toMatchObject({
      client: { settings: { perMinute: 7 } },
    });
    const rotated = await json(['provider', 'rotate', 'accuauth']);
    expect(rotated.client.credentials.apiSecret).not.toBe(client.credentials.apiSecret);
    expect(await json(['provider', 'disable', 'accuauth'])).toMatchObject({ client: { status: 'disabled' } });
    expect((await loket(['provider', 'rotate', 'accuauth', '--data', data])).code).toBe(2);
    expect((await loket(['provider', 'set', client.id, '--per-minute', 'many', '--data', data])).code).toBe(2);
    expect((await loket(['provider', 'enable', 'vida', '--data', data])).code).toBe(2);
  });

  it('takes the credentials of a vendor from standard input or a file, and shows them nowhere', async () => {
    const secret = JSON.stringify({ apiId: 'id-1', apiSecret: 'tell-nobody' });
    const connected = await loket(
      ['provider', 'connect', 'accuauth', '--secret-stdin', '--data', data, '--json'],
      secret,
    );
    expect(JSON.parse(connected.out)).toMatchObject({
      source: { kind: 'accuauth', baseUrl: 'https://cloudapi.indonesia.accuauth.com' },
    });
    const file = join(folder, 'iluma.json');
    await writeFile(file, '{"apiKey":"tell-nobody-else"}');
    await json(['provider', 'connect', 'iluma', '--secret-file', file, '--position', '1', '--daily-per-desk', '9']);
    const sources = await loket(['provider', 'sources', '--data', data, '--json']);
    expect(JSON.parse(sources.out).sources).toMatchObject([
      { kind: 'iluma', options: { dailyPerAsker: 9 } },
      { kind: 'accuauth' },
    ]);
    expect(connected.out + sources.out).not.toContain('tell-nobody');
    const wrong = await loket(['provider', 'connect', 'glair', '--secret-stdin', '--data', data], 'tell-nobody');
    expect([wrong.code, wrong.err.includes('tell-nobody')]).toEqual([2, false]);
    expect(await json(['provider', 'disconnect', 'iluma'])).toEqual({ disconnected: 'iluma' });
  });
});

describe('loket serve', () => {
  let server: ChildProcess;
  afterAll(() => server.kill('SIGKILL'));

  it('mounts a provider as soon as it is enabled, without a restart', async () => {
    server = spawn(process.execPath, [main, 'serve', '--data', data, '--port', '0'], {
      env: environment,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: server.stdout! })[Symbol.asyncIterator]();
    const { listening } = JSON.parse((await lines.next()).value as string) as { listening: string };
    const health = async () => (await fetch(`${listening}/health`)).status;
    expect(await health()).toBe(404);
    const { client } = await json(['provider', 'enable', 'iluma']);
    expect(await health()).toBe(200);
    const authorization = `Basic ${Buffer.from(`${client.credentials.developmentKey}:`).toString('base64')}`;
    const answer = await fetch(`${listening}/v0/identity/individual_cft_peps`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ user_id: 'u', given_names: 'Eko Hadi Salim', nationality: 'ID', scopes: ['PEP'] }),
    });
    expect([answer.status, await answer.json()]).toMatchObject([
      200,
      { status: 'COMPLETED', results: [{ score: 100 }] },
    ]);
  });
});
