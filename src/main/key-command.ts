/**
 * `--keys list | rotate [--root] | recovery --out DIR | recover --share FILE --share FILE` of the desktop program, with
 * `--data DIR`: the same work as `loket keys`, for installations whose master key lies in the operating system's keystore,
 * which only this program can ask. One JSON document on stdout, or `code: message` on stderr; status 0 or 1. Opens no window
 * and runs beside an open station.
 */
import type * as Electron from 'electron';
import { parseArgs } from 'node:util';
import { fail, ok, type Result } from '../contract/result.ts';
import { noVisionAtAll } from '../services/backup/no-vision.ts';
import type { ServiceContext } from '../services/context.ts';
import { recordRecovery } from '../services/keys/record-recovery.ts';
import { rotateKeys } from '../services/keys/rotate-keys.ts';
import { writeShares } from '../services/keys/write-shares.ts';
import { openInstallation } from '../services/open-installation.ts';
import { defaultDataDirectory } from '../shell/default-data-directory.ts';
import { managedSettingsPath, readManagedSettings } from '../shell/managed-settings.ts';
import type { KeyChange } from '../vault/change-keys.ts';
import { openVault } from '../vault/open-vault.ts';
import { makeRecoveryShares, readShareFile, recoverWithShares } from '../vault/recovery.ts';
import { electronKeys } from './electron-keys.ts';

export interface KeyCommandShell {
  /** Words behind the executable, `--keys` first. */
  readonly words: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly say: (line: string) => void;
  readonly complain: (line: string) => void;
  readonly clock: () => Date;
  /** Instead of the platform's place. */
  readonly managedSettings?: string;
}

export function asksForKeys(words: readonly string[]): boolean {
  return words[0] === '--keys';
}

/** Exit status: 0 done, 1 refused. */
export async function runKeyCommand(
  electron: Pick<typeof Electron, 'app' | 'safeStorage'>,
  shell: KeyCommandShell,
): Promise<0 | 1> {
  // The keystore answers only once the program is ready.
  await electron.app.whenReady();
  const done = await keyCommand(electron, shell);
  if (done.ok) shell.say(JSON.stringify(done.value));
  else shell.complain(`${done.error.code}: ${done.error.message.replaceAll('\n', ' ')}`);
  return done.ok ? 0 : 1;
}

interface Wish {
  readonly verb: string | undefined;
  readonly data: string | undefined;
  readonly out: string | undefined;
  readonly root: boolean;
  readonly share: readonly string[];
}

async function keyCommand(
  electron: Pick<typeof Electron, 'app' | 'safeStorage'>,
  shell: KeyCommandShell,
): Promise<Result<object>> {
  const wish = readWish(shell.words.slice(1));
  if (wish === null) return unknownWish;
  const managed = await readManagedSettings(
    shell.managedSettings ?? managedSettingsPath(shell.environment, process.platform),
  );
  if (!managed.ok) return managed;
  const change: KeyChange = {
    dataDirectory: managed.value.dataDirectory ?? wish.data ?? defaultDataDirectory(shell.environment, false),
    keyProvider: electronKeys(electron, shell.environment, electron.app.isPackaged),
    clock: shell.clock,
  };
  if (wish.verb === 'list') {
    const vault = await openVault({ ...change, create: false });
    return vault.ok ? ok({ keys: vault.value.inventory() }) : vault;
  }
  if (wish.verb === 'rotate') {
    const done = await rotateKeys(change, (work) => withContext(change, work), { masterKey: wish.root });
    return done.ok ? ok({ rotation: done.value }) : done;
  }
  if (wish.verb === 'recovery' && wish.out !== undefined) return recovery(change, wish.out);
  if (wish.verb === 'recover' && wish.share.length === 2) return recover(change, wish.share);
  return unknownWish;
}

const unknownWish = fail(
  'validation_failed',
  'say --keys list, --keys rotate [--root], --keys recovery --out DIR or --keys recover --share FILE --share FILE; each may name --data DIR',
);

function readWish(words: readonly string[]): Wish | null {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        data: { type: 'string' },
        out: { type: 'string' },
        root: { type: 'boolean', default: false },
        share: { type: 'string', multiple: true, default: [] },
      },
    });
    return { verb: positionals[0], data: values.data, out: values.out, root: values.root, share: values.share };
  } catch {
    return null;
  }
}

async function recovery(change: KeyChange, folder: string): Promise<Result<object>> {
  const shares = await makeRecoveryShares(change);
  if (!shares.ok) return shares;
  const files = writeShares(shares.value, folder);
  if (!files.ok) return files;
  const setId = shares.value[0]?.setId ?? '';
  const noted = await withContext(change, (ctx) => recordRecovery(ctx, setId));
  return noted.ok ? ok({ setId, files: files.value }) : noted;
}

/** After `keyring_changed`: two shares open the installation, and its key goes under the keystore there is now. */
async function recover(change: KeyChange, paths: readonly string[]): Promise<Result<object>> {
  const [first, second] = paths.map((path) => readShareFile(path));
  if (first === undefined || second === undefined) return unknownWish;
  if (!first.ok) return first;
  if (!second.ok) return second;
  const done = await recoverWithShares(change, [first.value, second.value], { onlyProve: false });
  return done.ok ? ok({ recovered: true, ...done.value }) : done;
}

async function withContext<T>(
  change: KeyChange,
  work: (ctx: ServiceContext) => Promise<Result<T>>,
): Promise<Result<T>> {
  const opened = await openInstallation({ ...change, vision: noVisionAtAll });
  if (!opened.ok) return opened;
  try {
    return await work(opened.value.context);
  } finally {
    await opened.value.close();
  }
}
