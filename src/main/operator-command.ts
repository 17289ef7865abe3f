/**
 * Commands of the desktop program, for installations whose master key lies in the operating system's keystore, which only this
 * program can ask: the same work as `loket keys`, `loket hub enrol` and `loket outbox` do elsewhere. One JSON document on
 * stdout, or `code: message` on stderr; status 0 or 1. Opens no window and runs beside an open station.
 */
import type * as Electron from 'electron';
import { fail, type Result } from '../contract/result.ts';
import { defaultDataDirectory } from '../shell/default-data-directory.ts';
import { managedSettingsPath, readManagedSettings } from '../shell/managed-settings.ts';
import type { KeyChange } from '../vault/change-keys.ts';
import { hubCommand, outboxCommand } from './desk-command.ts';
import { electronKeys } from './electron-keys.ts';
import { keyCommand } from './key-command.ts';
import { readWish, type Wish } from './wish.ts';

export interface CommandShell {
  /** Words behind the executable, the command first. */
  readonly words: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly say: (line: string) => void;
  readonly complain: (line: string) => void;
  readonly clock: () => Date;
  /** Instead of the platform's place. */
  readonly managedSettings?: string;
}

const commands: Readonly<Record<string, (change: KeyChange, wish: Wish) => Promise<Result<object> | null>>> = {
  '--keys': keyCommand,
  '--hub': hubCommand,
  '--outbox': outboxCommand,
};

export function asksForCommand(words: readonly string[]): boolean {
  return Object.hasOwn(commands, words[0] ?? '');
}

/** Exit status: 0 done, 1 refused. */
export async function runCommand(
  electron: Pick<typeof Electron, 'app' | 'safeStorage'>,
  shell: CommandShell,
): Promise<0 | 1> {
  // The keystore answers only once the program is ready.
  await electron.app.whenReady();
  const done = (await command(electron, shell)) ?? unknownWish;
  if (done.ok) shell.say(JSON.stringify(done.value));
  else shell.complain(`${done.error.code}: ${done.error.message.replaceAll('\n', ' ')}`);
  return done.ok ? 0 : 1;
}

const unknownWish = fail(
  'validation_failed',
  'say --keys list, --keys rotate [--root], --keys recovery --out DIR, --keys recover --share FILE --share FILE, --hub enrol --url URL --code CODE [--ca FILE], --outbox export --out FILE or --outbox acknowledge FILE; each may name --data DIR',
);

async function command(
  electron: Pick<typeof Electron, 'app' | 'safeStorage'>,
  shell: CommandShell,
): Promise<Result<object> | null> {
  const [name = '', ...words] = shell.words;
  const read = readWish(words);
  if (read === null) return null;
  const managed = await readManagedSettings(
    shell.managedSettings ?? managedSettingsPath(shell.environment, process.platform),
  );
  if (!managed.ok) return managed;
  const change: KeyChange = {
    dataDirectory: managed.value.dataDirectory ?? read.data ?? defaultDataDirectory(shell.environment, false),
    keyProvider: electronKeys(electron, shell.environment, electron.app.isPackaged),
    clock: shell.clock,
  };
  return commands[name]?.(change, read.wish) ?? null;
}
