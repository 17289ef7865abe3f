import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { silentLogger } from '../../services/context.ts';
import { openHashLedger } from './hash-ledger.ts';
import { HotFolder, patienceMs, settleMs, type HotFolderOptions } from './hot-folder.ts';
import { checkHotFolder } from './hot-folder-path.ts';
import { largestPicture } from './picture-file.ts';
import { watchHotFolder } from './watch-hot-folder.ts';

/** Looks like a JPEG to everything but a decoder: signature, some bytes, end of image. */
const picture = (value: number) => Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, value, value, value, 0xff, 0xd9);
const hashOf = (bytes: Uint8Array) => bytesToHex(sha256(bytes));

let root: string;
let folder: string;
let now: number;
let logged: unknown[];

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'loket-hot-')));
  folder = join(root, 'scan');
  await mkdir(folder);
  now = Date.parse('2026-03-02T03:00:00.000Z');
  logged = [];
});
afterEach(() => rm(root, { recursive: true, force: true }));

function options(part: Partial<HotFolderOptions> = {}): HotFolderOptions {
  const note = (fields: object, message?: string) => void logged.push([fields, message]);
  return {
    folder,
    afterwards: 'remove',
    clock: () => new Date(now),
    ledger: openHashLedger(join(root, 'ledger.json')),
    check: () => Promise.resolve(null),
    onChange: () => undefined,
    logger: { ...silentLogger, warn: note, error: note, info: note },
    ...part,
  };
}

async function settle(hot: HotFolder, ms = settleMs): Promise<void> {
  await hot.look();
  now += ms;
  await hot.look();
}
const put = (name: string, bytes: Uint8Array) => writeFile(join(folder, name), bytes);
const rejectedNames = () => readdir(join(folder, 'rejected')).catch(() => []);

describe('a scan', () => {
  it('waits once it has stopped growing, and can be read', async () => {
    const hot = new HotFolder(options());
    await put('scan0001.jpg', picture(1));
    await hot.look();
    expect(hot.view().waiting).toEqual([]);
    now += settleMs;
    await hot.look();
    const id = hashOf(picture(1)).slice(0, 12);
    expect(hot.view()).toMatchObject({ state: 'watching', waiting: [{ id, bytes: 9 }] });
    const read = await hot.read(id);
    expect(read).toMatchObject({ ok: true, value: { sha256: hashOf(picture(1)) } });
    expect(await hot.read('0'.repeat(12))).toMatchObject({ ok: false, error: { code: 'not_found' } });
  });

  it('is not taken while it still grows', async () => {
    const hot = new HotFolder(options());
    await put('scan.jpg', picture(1).subarray(0, 4));
    await hot.look();
    now += settleMs - 1;
    await put('scan.jpg', picture(1));
    await hot.look();
    now += settleMs - 1;
    await hot.look();
    expect(hot.view().waiting).toEqual([]);
    now += 1;
    await hot.look();
    expect(hot.view().waiting).toHaveLength(1);
  });

  it('that stalls half-written is waited for, and rejected when nothing comes', async () => {
    const hot = new HotFolder(options());
    await put('scan.jpg', picture(1).subarray(0, 6));
    await settle(hot);
    expect(hot.view()).toMatchObject({ waiting: [], rejected: [] });
    now += patienceMs;
    await hot.look();
    expect(hot.view().rejected).toMatchObject([{ reason: 'image_unreadable', bytes: 6 }]);
    expect(await rejectedNames()).toEqual(['scan.jpg']);
  });

  it('that another program holds is tried again, with growing pauses', async () => {
    // A file without read permission answers as a locked one does; the administrator of a test machine may read it all the same.
    await put('scan.jpg', picture(1));
    await chmod(join(folder, 'scan.jpg'), 0o000);
    const mayReadAnything = await readFile(join(folder, 'scan.jpg')).then(
      () => true,
      () => false,
    );
    const hot = new HotFolder(options());
    await settle(hot);
    if (!mayReadAnything) {
      expect(hot.view()).toMatchObject({ waiting: [], rejected: [] });
      await chmod(join(folder, 'scan.jpg'), 0o600);
      now += 20_000;
      await hot.look();
    }
    expect(hot.view().waiting).toHaveLength(1);
  });

  it('is looked at later while nobody can judge pictures, however long', async () => {
    let vision: 'later' | null = 'later';
    const hot = new HotFolder(options({ check: () => Promise.resolve(vision) }));
    await put('scan.jpg', picture(1));
    await settle(hot);
    now += patienceMs * 2;
    await hot.look();
    expect(hot.view()).toMatchObject({ waiting: [], rejected: [] });
    vision = null;
    now += 20_000;
    await hot.look();
    expect(hot.view().waiting).toHaveLength(1);
  });

  it('that changes or goes away no longer waits', async () => {
    const hot = new HotFolder(options());
    await put('a.jpg', picture(1));
    await put('b.jpg', picture(2));
    await settle(hot);
    expect(hot.view().waiting).toHaveLength(2);
    await put('a.jpg', Uint8Array.from([...picture(3), 0]));
    await rm(join(folder, 'b.jpg'));
    await hot.look();
    expect(hot.view().waiting).toEqual([]);
    expect(await hot.read(hashOf(picture(2)).slice(0, 12))).toMatchObject({ ok: false });
  });
});

describe('what is no scan', () => {
  it.each([
    ['a text', 'note.jpg', new TextEncoder().encode('not a picture at all'), 'source_not_picture'],
    ['a PDF', 'scan.pdf', new TextEncoder().encode('%PDF-1.7 and more of it'), 'source_not_picture'],
  ] as const)('%s goes to the subfolder with its reason', async (_, name, bytes, reason) => {
    const hot = new HotFolder(options());
    await put(name, bytes);
    await settle(hot);
    expect(hot.view()).toMatchObject({ waiting: [], rejected: [{ reason, bytes: bytes.length }] });
    expect(await readFile(join(folder, 'rejected', name))).toEqual(Buffer.from(bytes));
  });

  it('something huge is never read', async () => {
    const hot = new HotFolder(options());
    await put('huge.jpg', picture(1));
    await truncate(join(folder, 'huge.jpg'), largestPicture + 1);
    await settle(hot);
    expect(hot.view().rejected).toMatchObject([{ reason: 'image_too_large' }]);
    expect((await stat(join(folder, 'rejected', 'huge.jpg'))).size).toBe(largestPicture + 1);
  });

  it('a damaged picture is rejected by what vision says', async () => {
    const hot = new HotFolder(options({ check: () => Promise.resolve('image_unreadable') }));
    await put('scan.jpg', picture(1));
    await settle(hot);
    expect(hot.view().rejected).toMatchObject([{ reason: 'image_unreadable' }]);
  });

  it('a link is moved as a link and never followed', async () => {
    const secret = join(root, 'secret.jpg');
    await writeFile(secret, picture(9));
    await symlink(secret, join(folder, 'scan.jpg'));
    const hot = new HotFolder(options());
    await settle(hot);
    expect(hot.view()).toMatchObject({ waiting: [], rejected: [{ reason: 'source_link' }] });
    expect(await readFile(secret)).toEqual(Buffer.from(picture(9)));
  });

  it('a subfolder that is a link leads nowhere: the file stays', async () => {
    const elsewhere = join(root, 'elsewhere');
    await mkdir(elsewhere);
    await symlink(elsewhere, join(folder, 'rejected'));
    const hot = new HotFolder(options());
    await put('note.jpg', new TextEncoder().encode('nothing to see here'));
    await settle(hot);
    expect(await readdir(elsewhere)).toEqual([]);
    expect(await readdir(folder)).toContain('note.jpg');
    expect(hot.view().rejected).toMatchObject([{ reason: 'source_not_picture' }]);
  });

  it('the same picture twice is a duplicate, and names never collide', async () => {
    const hot = new HotFolder(options());
    await put('a.jpg', picture(1));
    await put('b.jpg', picture(1));
    await settle(hot);
    expect(hot.view()).toMatchObject({ waiting: [{}], rejected: [{ reason: 'source_duplicate' }] });
    await put('b.jpg', picture(1));
    await settle(hot);
    expect(await rejectedNames()).toEqual(['b-1.jpg', 'b.jpg']);
  });

  it('files on their way under another name are left alone', async () => {
    const hot = new HotFolder(options());
    for (const name of ['.scan.jpg', 'scan.jpg.part', '~scan.jpg', 'scan.tmp']) await put(name, picture(1));
    await settle(hot);
    expect(hot.view()).toMatchObject({ waiting: [], rejected: [] });
    expect(await readdir(folder)).toHaveLength(4);
  });
});

describe('afterwards', () => {
  const hash = hashOf(picture(1));

  it('a sealed scan is destroyed', async () => {
    const hot = new HotFolder(options());
    await put('scan.jpg', picture(1));
    await settle(hot);
    await hot.release([hash]);
    expect(await readdir(folder)).toEqual([]);
    expect(hot.view().waiting).toEqual([]);
  });

  it('or kept aside, where the desk is set so', async () => {
    const hot = new HotFolder(options({ afterwards: 'keep' }));
    await put('scan.jpg', picture(1));
    await settle(hot);
    await hot.release([hash]);
    expect(await readdir(join(folder, 'processed'))).toEqual(['scan.jpg']);
  });

  it('a power cut between sealing and destroying leaves nothing behind after the restart', async () => {
    await put('scan.jpg', picture(1));
    await openHashLedger(join(root, 'ledger.json')).add([hash]);
    const hot = new HotFolder(options());
    await settle(hot);
    expect(await readdir(folder)).toEqual([]);
    expect(hot.view()).toMatchObject({ waiting: [], rejected: [{ reason: 'source_duplicate' }] });
  });

  it('other scans stay', async () => {
    const hot = new HotFolder(options());
    await put('a.jpg', picture(1));
    await put('b.jpg', picture(2));
    await settle(hot);
    await hot.release([hash]);
    expect(await readdir(folder)).toEqual(['b.jpg']);
  });
});

describe('the folder', () => {
  it('that goes away is reported, and found again', async () => {
    const hot = new HotFolder(options());
    await rm(folder, { recursive: true });
    await hot.look();
    expect(hot.view()).toMatchObject({ state: 'unreachable', reason: 'source_folder_missing' });
    await mkdir(folder);
    await hot.look();
    expect(hot.view().state).toBe('watching');
  });

  it('that becomes a link later is not followed', async () => {
    const hot = new HotFolder(options());
    await put('scan.jpg', picture(1));
    await rename(folder, join(root, 'moved'));
    await symlink(join(root, 'moved'), folder);
    await settle(hot);
    expect(hot.view()).toMatchObject({ state: 'unreachable', waiting: [] });
  });

  it('never puts a name or a path into the log', async () => {
    await symlink(root, join(folder, 'rejected'));
    const hot = new HotFolder(options());
    await put('SARI DEWI.jpg', new TextEncoder().encode('not a picture, really'));
    await settle(hot);
    expect(logged).toHaveLength(1);
    expect(JSON.stringify(logged)).not.toMatch(/SARI|loket-hot/);
  });

  it('is watched: a new file is noticed without asking', async () => {
    const changes = vi.fn();
    const clock = () => new Date();
    const watched = watchHotFolder({ ...options({ onChange: changes, clock }), polling: false });
    await put('scan.jpg', picture(1));
    await vi.waitUntil(() => watched.folder.view().waiting.length === 1, { timeout: 20_000 });
    await watched.close();
    expect(changes).toHaveBeenCalled();
  });
});

describe('checkHotFolder', () => {
  const rules = () => ({ ownFolders: [join(root, 'data')], allowedRoots: [] as string[] });

  it('answers the real path behind links', async () => {
    await symlink(folder, join(root, 'link'));
    expect(await checkHotFolder(join(root, 'link'), rules())).toEqual(await checkHotFolder(folder, rules()));
  });

  it.each([
    ['a relative path', () => 'scan', 'source_folder_refused'],
    ['the root', () => '/', 'source_folder_refused'],
    ['a system folder', () => '/etc', 'source_folder_refused'],
    ['a folder that is not there', () => join(root, 'nowhere'), 'source_folder_missing'],
    ["Loket's own data", () => join(root, 'data'), 'source_folder_refused'],
    ["what is around Loket's data", () => root, 'source_folder_refused'],
    ['a file', () => join(root, 'file'), 'source_folder_refused'],
  ])('refuses %s', async (_, path, reason) => {
    await mkdir(join(root, 'data'));
    await writeFile(join(root, 'file'), 'x');
    expect(await checkHotFolder(path(), rules())).toMatchObject({ ok: false, error: { details: { reason } } });
  });

  it('refuses a link that leads into a forbidden place', async () => {
    await symlink('/etc', join(root, 'harmless'));
    expect(await checkHotFolder(join(root, 'harmless'), rules())).toMatchObject({ ok: false });
  });

  it('keeps to the roots the bank allows', async () => {
    const allowedRoots = [join(root, 'shares')];
    await mkdir(join(root, 'shares', 'scanner'), { recursive: true });
    expect(await checkHotFolder(folder, { ...rules(), allowedRoots })).toMatchObject({ ok: false });
    expect(await checkHotFolder(join(root, 'shares', 'scanner'), { ...rules(), allowedRoots })).toMatchObject({
      ok: true,
    });
  });
});
