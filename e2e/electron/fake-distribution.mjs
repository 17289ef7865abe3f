/**
 * A folder that electron-builder takes for Electron's Linux distribution: an executable that says what it is, with
 * Electron's fuse wire in it, so that fuses are really flipped and read back. Not Electron: it cannot run the program.
 */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPackage } from '@electron/asar';

/** Electron's documented fuse wire: sentinel, version 1, number of fuses, one character each ('0' off, '1' on). */
const wire = Buffer.concat([
  Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'),
  Buffer.from([1, 9]),
  Buffer.from('101100011'),
]);

export async function makeFakeDistribution(folder) {
  mkdirSync(join(folder, 'resources'), { recursive: true });
  const executable = join(folder, 'electron');
  writeFileSync(
    executable,
    Buffer.concat([
      Buffer.from('#!/bin/sh\necho stand-in for Electron\nexit 1\n'),
      Buffer.alloc(64),
      wire,
      Buffer.alloc(64),
    ]),
  );
  chmodSync(executable, 0o755);
  writeFileSync(join(folder, 'version'), '45.4.1');
  writeFileSync(join(folder, 'LICENSE'), 'stand-in');
  writeFileSync(join(folder, 'LICENSES.chromium.html'), 'stand-in');
  const page = join(folder, 'default_app');
  mkdirSync(page, { recursive: true });
  writeFileSync(join(page, 'main.js'), '// stand-in');
  await createPackage(page, join(folder, 'resources', 'default_app.asar'));
  return folder;
}
