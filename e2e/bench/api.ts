/**
 * `npm run bench:api [rows…]` (default 10000 100000): our API beside a bare Fastify + better-sqlite3 handler with the same
 * query on the same database, in turns within one run. Vision is a fake, so that the API itself is measured.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { fireFor, summary, type Shot, type Timing } from './api/load.ts';

interface Hello {
  readonly apiPort: number;
  readonly barePort: number;
  readonly key: string;
  readonly customers: readonly string[];
  readonly rare: string;
}

const rounds = 5;
const roundMs = 1200;
const connections = 8;
/** Writes: so many captures per side and round. */
const capturesPerRound = 30;

function next<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as T));
    child.once('exit', (code) => reject(new Error(`the server ended (${code ?? 'signal'})`)));
  });
}

function inTurn(make: (n: number) => Shot): () => Shot {
  let n = 0;
  return () => make(n++);
}

function reads({ customers, rare }: Hello, rows: number): Record<string, () => Shot> {
  const get = (path: string): Shot => ({ method: 'GET', path });
  const middle = Buffer.from(
    JSON.stringify([new Date(Date.parse('2026-01-05') + rows * 500).toISOString(), '']),
  ).toString('base64url');
  return {
    'kyc GET': inTurn((n) => get(`/api/identity/kyc/${customers[(n * 7) % customers.length] ?? ''}`)),
    'attempts, page 1 of 20, with total': () => get('/api/identity/attempts?limit=20'),
    'attempts, cursor, 20': () => get(`/api/identity/attempts?limit=20&cursor=${middle}`),
    'attempts, cursor, 100': () => get(`/api/identity/attempts?limit=100&cursor=${middle}`),
    'search, one word of many holders': () => get('/api/identity/search?q=rahmawati'),
    'search, a rare name': () => get(`/api/identity/search?q=${rare.toLowerCase()}`),
  };
}

function report(rows: number, name: string, api: readonly Timing[], bare: readonly Timing[]): void {
  const [ours, least] = [summary(api), summary(bare)];
  const cells = [
    String(rows),
    name,
    ...[ours, least].flatMap((one) => [one.perSecond.toFixed(0), one.p50.toFixed(2), one.p95.toFixed(2)]),
    (ours.perSecond / least.perSecond).toFixed(2),
  ];
  console.log(`| ${cells.join(' | ')} |`);
}

async function pairedReads(hello: Hello, rows: number): Promise<void> {
  for (const [name, shots] of Object.entries(reads(hello, rows))) {
    const sides: Record<'api' | 'bare', Timing[]> = { api: [], bare: [] };
    for (let round = -1; round < rounds; round += 1) {
      for (const side of ['api', 'bare'] as const) {
        const port = side === 'api' ? hello.apiPort : hello.barePort;
        const timing = await fireFor(port, hello.key, shots, { ms: round < 0 ? 400 : roundMs, connections });
        if (round >= 0) sides[side].push(timing);
      }
    }
    report(rows, name, sides.api, sides.bare);
  }
}

async function pairedWrites(child: ChildProcess, hello: Hello, rows: number): Promise<void> {
  const kinds = [
    ['capture', 'ktp', '/api/identity/document/ktp/capture'],
    ['step-up', 'face', '/api/identity/auth/step-up'],
  ] as const;
  for (const [name, kind, path] of kinds) {
    const sides: Record<'api' | 'bare', Timing[]> = { api: [], bare: [] };
    for (let round = 0; round < rounds; round += 1) {
      child.send({ ask: 'bundles', kind, count: capturesPerRound });
      const { bundles } = await next<{ bundles: object[] }>(child);
      for (const side of ['api', 'bare'] as const) {
        const bodies = bundles.map((one) => JSON.stringify(one));
        const port = side === 'api' ? hello.apiPort : hello.barePort;
        const shots = (): Shot | null => {
          const body = bodies.pop();
          return body === undefined ? null : { method: 'POST', path, body };
        };
        sides[side].push(await fireFor(port, hello.key, shots, { ms: 60_000, connections }));
      }
    }
    report(rows, `${name}, one frame of 60 kB`, sides.api, sides.bare);
  }
}

const sizes = process.argv.slice(2).map(Number);
console.log(`load of the machine at the start: ${loadavg()[0]?.toFixed(1) ?? ''}; ${connections} connections`);
console.log('| rows | request | ours/s | p50 ms | p95 ms | bare/s | p50 ms | p95 ms | ours : bare |');
console.log('|---|---|---|---|---|---|---|---|---|');
for (const rows of sizes.length === 0 ? [10_000, 100_000] : sizes) {
  const child = fork(fileURLToPath(new URL('./api/serve.ts', import.meta.url)), [String(rows)]);
  const hello = await next<Hello>(child);
  await pairedReads(hello, rows);
  await pairedWrites(child, hello, rows);
  child.send({ ask: 'stop' });
  await new Promise((resolve) => child.once('exit', resolve));
}
console.log(`
Reads: the bare handler asks the same questions and sends the same members of the same rows; no key, scope, limit, schema,
security header, log or metric. A search of ours also writes its audit row (chained by hash, five indexes, one durable
commit shared by the requests of the moment), the bare one a row without an index in a commit of its own.
Capture and step-up are writes and have no ratio to meet. Beside what the bare handler does (decode, hash, one HMAC, one
commit of as many rows) ours checks challenge and signature over canonical JSON, seals the frames under the customer's
key, looks at them (vision is a fake here), fuses the voters, derives the tier, and chains the audit rows.`);
