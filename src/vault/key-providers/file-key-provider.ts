/** A key file outside the data directory: whoever copies the data alone opens nothing. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fail, ok, type Result } from '../../contract/result.ts';
import { createFileOnce, destroyFile, ensurePrivateDirectory } from '../data-directory.ts';
import { randomBytes } from '../random.ts';
import { keyLength, openUnder, sealUnder } from '../sealing.ts';
import type { KeyProvider } from './key-provider.ts';

export interface FileKeyOptions {
  /** Folder of the key files; default `defaultKeyDirectory()`. */
  readonly directory?: string;
}

/** `LOKET_KEY_DIR`, else the user's configuration folder as each system means it. */
export function defaultKeyDirectory(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  if (env['LOKET_KEY_DIR']) return env['LOKET_KEY_DIR'];
  if (platform === 'win32') return join(env['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'Loket', 'keys');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Loket', 'keys');
  return join(env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'loket', 'keys');
}

const keyFilePattern = /^loket-key-v1 ([A-Za-z0-9_-]{43})\n?$/;

export function fileKeyProvider(options: FileKeyOptions = {}): KeyProvider {
  const pathOf = (installationId: string): string =>
    join(options.directory ?? defaultKeyDirectory(), `${installationId}.key`);
  return {
    kind: 'file',
    protect: (masterKey, installationId) =>
      Promise.resolve(protectByFile(masterKey, installationId, pathOf(installationId))),
    recover: (protectedKey, installationId) =>
      Promise.resolve(recoverByFile(protectedKey.wrapped, installationId, pathOf(installationId))),
    forget: (installationId) => destroyFile(pathOf(installationId)),
  };
}

function protectByFile(masterKey: Uint8Array, installationId: string, path: string): ReturnType<typeof sealedByFile> {
  try {
    if (!existsSync(path)) {
      ensurePrivateDirectory(join(path, '..'));
      createFileOnce(path, `loket-key-v1 ${Buffer.from(randomBytes(keyLength)).toString('base64url')}\n`);
    }
  } catch (error) {
    return fail(
      'key_unreadable',
      `The key file could not be written (${codeOf(error)}). Point LOKET_KEY_DIR at a private, writable folder.`,
    );
  }
  return sealedByFile(masterKey, installationId, path);
}

function sealedByFile(
  masterKey: Uint8Array,
  installationId: string,
  path: string,
): Result<{ provider: 'file'; wrapped: string }> {
  const key = readKeyFile(path);
  if (!key.ok) return key;
  const wrapped = sealUnder('master_key', key.value, masterKey, [installationId, 'file']);
  return ok({ provider: 'file', wrapped: Buffer.from(wrapped).toString('base64') });
}

function recoverByFile(wrapped: string, installationId: string, path: string): Result<Uint8Array> {
  const key = readKeyFile(path);
  if (!key.ok) return key;
  try {
    return ok(openUnder('master_key', key.value, Buffer.from(wrapped, 'base64'), [installationId, 'file']));
  } catch {
    return fail(
      'wrong_key',
      'The key file is not the one of this installation. Restore the right key file from its backup.',
    );
  }
}

function readKeyFile(path: string): Result<Uint8Array> {
  if (!existsSync(path)) {
    return fail(
      'key_missing',
      'The key file of this installation is missing. Restore it into LOKET_KEY_DIR (default: the loket/keys configuration folder).',
    );
  }
  try {
    // Others being able to read the key is a fault of the set-up that must not pass quietly.
    if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) {
      return fail(
        'key_unreadable',
        'The key file can be read by others. Set its permissions to 0600 (chmod 600) and start again.',
      );
    }
    const encoded = keyFilePattern.exec(readFileSync(path, 'utf8'))?.[1];
    if (encoded === undefined) return fail('key_unreadable', 'The key file is damaged. Restore it from its backup.');
    return ok(new Uint8Array(Buffer.from(encoded, 'base64url')));
  } catch (error) {
    return fail(
      'key_unreadable',
      `The key file could not be read (${codeOf(error)}). Check its owner and permissions.`,
    );
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown';
}
