/** A PostgreSQL server of the system, started for a test on a free port and thrown away after it. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SystemPostgres {
  readonly connectionString: string;
  /** Ends every session at once, as a failover would, and starts again. Undefined for a server that is not ours. */
  readonly restart?: () => Promise<void>;
  stop(): void;
}

const installed = '/usr/lib/postgresql';

/** The newest version's programs, as Debian lays them out; null where none is installed. */
function programs(): string | null {
  if (!existsSync(installed)) return null;
  const versions = readdirSync(installed).sort((a, b) => Number(b) - Number(a));
  return (
    versions.map((version) => join(installed, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb'))) ?? null
  );
}

/** PostgreSQL refuses to run as root: then it runs as its own user. Undefined = as whoever we are; null = it cannot run. */
function owner(): { readonly uid: number; readonly gid: number } | undefined | null {
  if (process.getuid?.() !== 0) return undefined;
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((one) => one.startsWith('postgres:'));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid === undefined || gid === undefined ? null : { uid: Number(uid), gid: Number(gid) };
}

/** Why a test that needs one cannot run here; null when it can. */
export function whyNoSystemPostgres(): string | null {
  if (process.env['LOKET_TEST_POSTGRES'] !== undefined) return null;
  if (programs() === null) return 'no PostgreSQL is installed and LOKET_TEST_POSTGRES is not set';
  return owner() === null ? 'this is root and there is no user postgres' : null;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export interface PostgresOptions {
  /** Each commit waits for the disk, as at a bank. Slower: for what measures. */
  readonly durable?: boolean;
}

/** `LOKET_TEST_POSTGRES` where it is set, else a cluster of its own. Throws where `whyNoSystemPostgres` gives a reason. */
export async function startSystemPostgres({ durable = false }: PostgresOptions = {}): Promise<SystemPostgres> {
  const given = process.env['LOKET_TEST_POSTGRES'];
  if (given !== undefined) return { connectionString: given, stop: () => undefined };
  const bin = programs();
  const as = owner();
  if (bin === null || as === null) throw new Error(whyNoSystemPostgres() ?? 'no PostgreSQL here');
  const folder = mkdtempSync(join(tmpdir(), 'loket-postgres-'));
  if (as !== undefined) chownSync(folder, as.uid, as.gid);
  const data = join(folder, 'data');
  const run = (program: string, args: readonly string[]): void =>
    void execFileSync(join(bin, program), args, { cwd: '/', stdio: 'ignore', ...as });
  run('initdb', ['-D', data, '-A', 'trust', '-U', 'loket', '--no-sync']);
  const port = await freePort();
  const settings = `-p ${port} -h 127.0.0.1 -k ${folder}${durable ? '' : ' -F'}`;
  run('pg_ctl', ['-D', data, '-o', settings, '-l', join(folder, 'log'), '-w', 'start']);
  return {
    connectionString: `postgres://loket@127.0.0.1:${port}/postgres`,
    async restart() {
      const words = ['-D', data, '-o', settings, '-l', join(folder, 'log'), '-m', 'immediate', '-w', 'restart'];
      const child = spawn(join(bin, 'pg_ctl'), words, { cwd: '/', stdio: 'ignore', ...as });
      const [code] = (await once(child, 'exit')) as [number | null];
      if (code !== 0) throw new Error('the database did not come back');
    },
    stop() {
      run('pg_ctl', ['-D', data, '-m', 'immediate', 'stop']);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
