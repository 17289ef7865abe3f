/** A branch hub as a process of its own, over TLS under its own authority, that can be away and come back. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { noVision } from '../../src/cli/with-installation.ts';
import { issueDeskCode } from '../../src/services/admin/desks.ts';
import { systemActor, type ServiceContext } from '../../src/services/context.ts';
import { openInstallation } from '../../src/services/open-installation.ts';
import { listOrganisations } from '../../src/store/repositories/organisations.ts';
import { fileKeyProvider } from '../../src/vault/key-providers/file-key-provider.ts';
import type { StationHouse } from './station.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const node = join(root, 'node_modules', '.bin', 'node');
const loket = join(root, 'src', 'cli', 'main.ts');

export interface BranchHub {
  readonly url: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Head office gives a code, and the desk of this house answers it. */
  enrol(house: StationHouse): Promise<void>;
  /** What has arrived. */
  captures(): Promise<readonly { readonly kind: string; readonly desk: string | null }[]>;
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

/** Set up and running. */
export async function openHub(): Promise<BranchHub> {
  const folder = await mkdtemp(join(tmpdir(), 'loket-e2e-hub-'));
  const data = join(folder, 'data');
  const keyDirectory = join(folder, 'keys');
  const certificate = join(folder, 'hub');
  const environment = (keys: string) => ({
    ...process.env,
    LOKET_KEY_DIR: keys,
    LOKET_DATA: '',
    NODE_NO_WARNINGS: '1',
  });
  const command = (keys: string, ...words: readonly string[]) =>
    promisify(execFile)(node, [loket, ...words], { cwd: root, env: environment(keys) });
  const url = `https://localhost:${await freePort()}`;
  await command(keyDirectory, 'init', '--data', data, '--json');
  await command(keyDirectory, 'hub', 'certificate', 'localhost', '--data', data, '--out', certificate);

  const inside = async <T>(work: (ctx: ServiceContext, orgId: string) => Promise<T>): Promise<T> => {
    const keyProvider = fileKeyProvider({ directory: keyDirectory });
    const opened = await openInstallation({ dataDirectory: data, keyProvider, vision: noVision });
    if (!opened.ok) throw new Error(opened.error.message);
    try {
      const [organisation] = await listOrganisations(opened.value.context.store.db);
      if (organisation === undefined) throw new Error('the hub has no organisation');
      return await work(opened.value.context, organisation.id);
    } finally {
      await opened.value.close();
    }
  };

  let child: ChildProcess | null = null;
  const start = async (): Promise<void> => {
    const tls = ['--tls-cert', `${certificate}.crt`, '--tls-key', `${certificate}.key`];
    const words = ['serve', '--data', data, '--port', new URL(url).port, ...tls];
    const started = spawn(node, [loket, ...words], {
      cwd: root,
      env: { ...environment(keyDirectory), LOKET_VISION: 'inline' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child = started;
    const [line] = (await once(createInterface({ input: started.stdout }), 'line')) as [string];
    if (!line.includes('listening')) throw new Error(`the hub said: ${line}`);
  };
  const stop = async (): Promise<void> => {
    if (child === null) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
    child = null;
  };
  await start();
  return {
    url,
    start,
    stop,
    async enrol(house) {
      const { code } = await inside((ctx, orgId) => issueDeskCode(ctx, systemActor(orgId), 'Loket 3'));
      const words = ['--url', url, '--code', code, '--ca', `${certificate}-ca.crt`];
      await command(house.keyDirectory, 'hub', 'enrol', '--data', house.dataDirectory, ...words);
    },
    captures: () =>
      inside(async (ctx, orgId) =>
        ctx.store.db
          .selectFrom('captures')
          .leftJoin('desks', 'desks.id', 'captures.desk_id')
          .select(['captures.kind', 'desks.name as desk'])
          .where('captures.org_id', '=', orgId)
          .execute(),
      ),
    async close() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
