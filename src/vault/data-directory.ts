/** Names inside an installation's data directory, in one place, and the careful way to write a small file there. */
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

export function installationPath(dataDirectory: string): string {
  return join(dataDirectory, 'installation.json');
}

export function databasePath(dataDirectory: string): string {
  return join(dataDirectory, 'loket.db');
}

/** There once the keys of this installation were, or are being, destroyed. */
export function wipeMarkerPath(dataDirectory: string): string {
  return join(dataDirectory, 'wiped.json');
}

/** Does this directory hold data that only an existing installation key can open? */
export function holdsDatabase(dataDirectory: string): boolean {
  return existsSync(databasePath(dataDirectory));
}

/** Noted while the first database is being made: without the note, an installation without its database has lost it. */
function firstStartPath(dataDirectory: string): string {
  return join(dataDirectory, 'first-start');
}

/** True when this installation had its database once and the file is gone. */
export function hasLostDatabase(dataDirectory: string): boolean {
  return (
    existsSync(installationPath(dataDirectory)) &&
    !holdsDatabase(dataDirectory) &&
    !existsSync(firstStartPath(dataDirectory))
  );
}

/** Call before a new installation is made. A start that broke off in between may then go on where it stopped. */
export function noteFirstStart(dataDirectory: string): void {
  if (existsSync(installationPath(dataDirectory))) return;
  ensurePrivateDirectory(dataDirectory);
  writeFileSync(firstStartPath(dataDirectory), '', { mode: 0o600 });
}

/** Call once the database is there. */
export function forgetFirstStart(dataDirectory: string): void {
  rmSync(firstStartPath(dataDirectory), { force: true });
}

export function ensurePrivateDirectory(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
}

/**
 * Overwrites a small file, then removes it. A flash disk may keep older copies of the bytes elsewhere: what has to stay unreadable
 * must have lain sealed. Nothing happens where there is no such file.
 */
export function destroyFile(path: string): void {
  if (!existsSync(path)) return;
  const descriptor = openSync(path, 'r+');
  try {
    writeSync(descriptor, Buffer.alloc(fstatSync(descriptor).size));
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  rmSync(path, { force: true });
  syncDirectory(dirname(path));
}

/** Directory entries are only durable once the directory itself is synced; Windows has no such call. */
function syncDirectory(path: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function writeTemporary(path: string, text: string): string {
  const temporary = `${path}.${process.pid}.${process.hrtime.bigint()}.tmp`;
  const descriptor = openSync(temporary, 'wx', 0o600);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  return temporary;
}

/** Writes a whole new file, or nothing. False when another process was first: then its file stands. */
export function createFileOnce(path: string, text: string): boolean {
  ensurePrivateDirectory(dirname(path));
  const temporary = writeTemporary(path, text);
  try {
    linkSync(temporary, path);
    syncDirectory(dirname(path));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Replaces a file in one step: after a power cut either the old or the new text is there. */
export function replaceFile(path: string, text: string): void {
  const temporary = writeTemporary(path, text);
  renameSync(temporary, path);
  syncDirectory(dirname(path));
}
