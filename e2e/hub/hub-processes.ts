/** A hub of several `loket serve` processes on one PostgreSQL database and one store of sealed frames, over sockets. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import {
  standInBucket,
  standInKeys,
  standInRegion,
  startS3StandIn,
  type S3StandIn,
} from '../../src/connectors/s3/testing/s3-stand-in.ts';
import { startSystemPostgres, type SystemPostgres } from '../../src/store/testing/system-postgres.ts';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

export interface HubProcess {
  readonly port: number;
  readonly address: string;
  /** Seconds of processor since it was first started, over all its lives; 0 where `/proc` does not tell. */
  cpuSeconds(): number;
  /** Of a power cut, not of an operator. */
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<number | null>;
  readonly up: boolean;
}

export interface Hub {
  readonly processes: readonly HubProcess[];
  readonly apiKey: string;
  readonly admin: { readonly email: string; readonly password: string };
  readonly orgId: string;
  readonly frames: S3StandIn;
  /** PEM that its certificate is checked against; null: it speaks plain HTTP. */
  readonly authority: string | null;
  /** Undefined where the server is not ours to restart. */
  readonly restartDatabase: (() => Promise<void>) | undefined;
  /** `loket …` on this installation; its standard output. Throws when it fails. */
  command(...words: readonly string[]): string;
  query<T extends pg.QueryResultRow>(text: string): Promise<T[]>;
  close(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** What `loket init --json` says. */
type Made = Pick<Hub, 'apiKey' | 'admin'> & { readonly organisation: { readonly id: string } };

export interface HubOptions {
  /** Behind TLS of its own authority, as desks need it. */
  readonly tls?: boolean;
  /** Commits wait for the disk. */
  readonly durable?: boolean;
}

export async function startHub(count: number, { tls = false, durable = false }: HubOptions = {}): Promise<Hub> {
  const root = mkdtempSync(join(tmpdir(), 'loket-hub-'));
  const postgres = await startSystemPostgres({ durable });
  const frames = await startS3StandIn();
  const name = `loket_hub_${process.pid}`;
  await onServer(postgres.connectionString, `create database ${name}`);
  const url = new URL(postgres.connectionString);
  url.pathname = `/${name}`;
  const environment: NodeJS.ProcessEnv = {
    ...process.env,
    LOKET_DATA: '',
    LOKET_KEY_DIR: join(root, 'keys'),
    LOKET_VISION: 'inline',
    LOKET_LOG_LEVEL: process.env['LOKET_LOG_LEVEL'] ?? 'silent',
    LOKET_DATABASE: url.href,
    LOKET_BLOBS: `s3://${standInBucket}/hub?endpoint=${frames.origin}&region=${standInRegion}`,
    AWS_ACCESS_KEY_ID: standInKeys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: standInKeys.secretAccessKey,
  };
  const data = join(root, 'data');
  const command = (...words: readonly string[]): string => {
    const done = spawnSync(process.execPath, [main, ...words, '--data', data], { encoding: 'utf8', env: environment });
    if (done.status !== 0) throw new Error(`loket ${words.join(' ')}: ${done.stderr}`);
    return done.stdout;
  };
  const made = JSON.parse(command('init', '--json')) as Made;
  const certificate = join(root, 'hub');
  if (tls) command('hub', 'certificate', '127.0.0.1', '--out', certificate);
  const secured = tls ? ['--tls-cert', `${certificate}.crt`, '--tls-key', `${certificate}.key`] : [];
  const processes: HubProcess[] = [];
  for (let n = 0; n < count; n += 1) processes.push(hubProcess(data, await freePort(), environment, secured));
  return {
    processes,
    apiKey: made.apiKey,
    admin: made.admin,
    orgId: made.organisation.id,
    frames,
    authority: tls ? readFileSync(`${certificate}-ca.crt`, 'utf8') : null,
    restartDatabase: postgres.restart,
    command,
    query: async <T extends pg.QueryResultRow>(text: string) => (await onServer(url.href, text)).rows as T[],
    async close() {
      for (const one of processes) if (one.up) await one.kill();
      await dropped(postgres, name);
      await frames.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

async function dropped(postgres: SystemPostgres, name: string): Promise<void> {
  await onServer(postgres.connectionString, `drop database ${name} with (force)`);
  postgres.stop();
}

async function onServer(connectionString: string, text: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await client.query(text);
  } finally {
    await client.end();
  }
}

/** User and system time in ticks of a hundredth of a second: fields 14 and 15, behind the name in brackets. */
function cpuOf(pid: number | undefined): number {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}

function hubProcess(data: string, port: number, env: NodeJS.ProcessEnv, secured: readonly string[]): HubProcess {
  let child: ChildProcess | null = null;
  let earlierLives = 0;
  const ended = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child === null) return null;
    earlierLives += cpuOf(child.pid);
    const gone = once(child, 'exit') as Promise<[number | null]>;
    child.kill(signal);
    const [code] = await gone;
    child = null;
    return code;
  };
  return {
    port,
    address: `${secured.length === 0 ? 'http' : 'https'}://127.0.0.1:${port}`,
    get up() {
      return child !== null;
    },
    cpuSeconds: () => earlierLives + cpuOf(child?.pid),
    async start() {
      const started = spawn(process.execPath, [main, 'serve', '--data', data, '--port', String(port), ...secured], {
        env,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      child = started;
      const first = once(createInterface({ input: started.stdout }), 'line');
      const outcome = await Promise.race([first, once(started, 'exit').then(() => null)]);
      if (outcome === null) throw new Error('loket serve did not start');
    },
    async kill() {
      await ended('SIGKILL');
    },
    stop: () => ended('SIGTERM'),
  };
}
