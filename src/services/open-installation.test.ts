import { copyFile, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { databasePath, noteFirstStart } from '../vault/data-directory.ts';
import { fileKeyProvider } from '../vault/key-providers/file-key-provider.ts';
import { openInstallation } from './open-installation.ts';
import { fakeVision } from './testing/fake-vision.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'loket-open-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const open = () =>
  openInstallation({
    dataDirectory: join(directory, 'data'),
    create: true,
    vision: fakeVision(),
    keyProvider: fileKeyProvider({ directory: join(directory, 'keys') }),
  });

async function openOther(): Promise<void> {
  const opened = await openInstallation({
    dataDirectory: join(directory, 'other'),
    create: true,
    vision: fakeVision(),
    keyProvider: fileKeyProvider({ directory: join(directory, 'keys') }),
  });
  if (!opened.ok) throw new Error(opened.error.code);
  await opened.value.close();
}

async function openAndClose(): Promise<string> {
  const opened = await open();
  if (!opened.ok) return opened.error.code;
  await opened.value.close();
  return 'opened';
}

describe('a key that does not open the data', () => {
  it('is refused with a remedy and changes not a byte, whichever of the two is the wrong one', async () => {
    expect(await openAndClose()).toBe('opened');
    const data = join(directory, 'data');
    const bytes = async () =>
      Promise.all((await readdir(data)).sort().map(async (name) => [name, await readFile(join(data, name), 'hex')]));
    const before = await bytes();
    await rename(join(directory, 'keys'), join(directory, 'keys-away'));
    const missing = await open();
    expect(missing).toMatchObject({ ok: false, error: { code: 'key_missing' } });
    expect(await bytes()).toEqual(before);
    await rename(join(directory, 'keys-away'), join(directory, 'keys'));
    // Another installation's identity over this database: its key opens, the data do not.
    await openOther();
    await copyFile(join(directory, 'other', 'installation.json'), join(data, 'installation.json'));
    const swapped = await bytes();
    const wrong = await open();
    expect(wrong).toMatchObject({ ok: false, error: { code: 'store_wrong_key' } });
    expect(!wrong.ok && wrong.error.message).toContain('Check the key, else restore a backup');
    expect(await bytes()).toEqual(swapped);
  });
});

describe('an installation whose database is gone', () => {
  it('is refused with a remedy instead of beginning anew, until the file is back', async () => {
    expect(await openAndClose()).toBe('opened');
    const path = databasePath(join(directory, 'data'));
    await rename(path, join(directory, 'put-aside'));
    for (let n = 0; n < 2; n += 1) {
      const refused = await open();
      expect(refused).toMatchObject({ ok: false, error: { code: 'database_missing' } });
      expect(!refused.ok && refused.error.message).toContain('Restore loket.db from a backup');
    }
    await rename(join(directory, 'put-aside'), path);
    expect(await openAndClose()).toBe('opened');
  });

  it('that broke off in its very first start goes on where it stopped', async () => {
    const data = join(directory, 'data');
    noteFirstStart(data);
    expect(await openAndClose()).toBe('opened');
    await rm(databasePath(data));
    expect(await openAndClose()).toBe('database_missing');
  });
});
