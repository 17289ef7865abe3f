/**
 * What else befalls a desk: the disk fills, the clock jumps, bytes flip. Each ends with the same question as a death: is
 * everything that was called stored still there, once, and is what was damaged said to be damaged?
 */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { openSealedCapture } from '../../src/desk/evidence/open-sealed-capture.ts';
import { verifyAudit } from '../../src/services/verify-audit.ts';
import { logKeys } from '../../src/services/audit/checkpoints.ts';
import { checkModels } from '../../src/services/models/check-models.ts';
import { openStore } from '../../src/store/open-store.ts';
import { StoreError } from '../../src/store/store-error.ts';
import { openAt } from '../../src/store/testing/temporary-installation.ts';
import { findInstallationRoot, readModelManifest } from '../../src/vision/runtime/model-manifest.ts';
import { checkInvariants, closeWorkers, deliverTheRest, runDay } from './crash-harness.ts';

const yearMs = 365 * 86_400_000;

function must(condition: boolean, message: string): void {
  if (!condition) throw new Error(message);
}

async function withRoot<T>(work: (root: string) => Promise<T>): Promise<T> {
  const root = mkdtempSync(join(tmpdir(), 'loket-hard-'));
  try {
    return await work(root);
  } finally {
    await closeWorkers();
    rmSync(root, { recursive: true, force: true });
  }
}

/** Null where this account may not mount. */
function mountSmall(at: string, megabytes: number): (() => void) | null {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'loket-crash', at], { stdio: 'pipe' });
    return () => void execFileSync('umount', [at], { stdio: 'pipe' });
  } catch {
    return null;
  }
}

/**
 * A file system of a few megabytes is filled with captures until a write fails. The desk says `disk_full`, loses nothing it
 * called stored, and goes on once there is room. `skipped` where mounting is not allowed.
 */
export async function fillTheDisk(): Promise<{ readonly sealed: number } | 'skipped'> {
  return withRoot(async (root) => {
    const unmount = mountSmall(root, 8);
    if (unmount === null) return 'skipped';
    try {
      const end = await runDay({ root, day: 1, captures: 400, frameBytes: 60_000 });
      await closeWorkers();
      must(end.storeFailure === 'disk_full', `the day ended with ${end.storeFailure ?? `${end.code} ${end.stderr}`}`);
      must(end.sealed.length > 10, `only ${end.sealed.length} captures before the disk was full`);
      // Room again: everything that was called stored is there.
      execFileSync('mount', ['-o', 'remount,size=64m', root], { stdio: 'pipe' });
      const stored = new Set(end.sealed);
      const { sealed } = await checkInvariants(root, stored, end.checkpoints);
      const held = await deliverTheRest(root);
      must(held === sealed, `${sealed} sealed, ${held} received`);
      return { sealed };
    } finally {
      unmount();
    }
  });
}

/** Days whose clock is a year ahead, then a year behind, then right: nothing waits for a year, nothing is lost. */
export async function jumpTheClock(): Promise<{ readonly sealed: number }> {
  return withRoot(async (root) => {
    const stored = new Set<string>();
    const notes: string[] = [];
    let day = 0;
    for (const clockOffMs of [0, yearMs, -yearMs, yearMs, 0]) {
      day += 1;
      const end = await runDay({
        root,
        day,
        captures: 6,
        clockOffMs,
        failpoint: { name: 'sink.before_take', count: 3 },
      });
      for (const nonce of end.sealed) stored.add(nonce);
      notes.push(...end.checkpoints);
      await checkInvariants(root, stored, notes);
    }
    const { sealed } = await checkInvariants(root, stored, notes);
    must((await deliverTheRest(root)) === sealed, 'a capture was left behind by the clock');
    await checkInvariants(root, stored, notes);
    return { sealed };
  });
}

function flipByte(path: string, at: number): void {
  const file = openSync(path, 'r+');
  const byte = new Uint8Array(1);
  readSync(file, byte, 0, 1, at);
  writeSync(file, Uint8Array.of((byte[0] ?? 0) ^ 0x40), 0, 1, at);
  closeSync(file);
}

/** One flipped byte in a sealed envelope: that capture says `seal_broken`, its neighbours open. */
export async function flipEnvelopeByte(): Promise<{ readonly broken: string }> {
  return withRoot(async (root) => {
    const end = await runDay({ root, day: 1, captures: 4, failpoint: { name: 'sink.before_take', count: 1 } });
    const place = await openAt(root, () => new Date());
    try {
      const rows = await place.store.db.selectFrom('outbox').select(['id', 'blob_id']).orderBy('sequence').execute();
      const victim = rows[0];
      must(victim !== undefined && end.sealed.length > 0, 'nothing was sealed');
      const { bytes } = await place.store.db
        .selectFrom('sealed_blobs')
        .select('bytes')
        .where('id', '=', victim?.blob_id ?? '')
        .executeTakeFirstOrThrow();
      const damaged = Uint8Array.from(bytes, (byte, index) => (index === bytes.length >> 1 ? byte ^ 1 : byte));
      await place.store.db
        .updateTable('sealed_blobs')
        .set({ bytes: damaged })
        .where('id', '=', victim?.blob_id ?? '')
        .execute();
      for (const { id } of rows) {
        const opened = await openSealedCapture(place, 'org_sample', id);
        if (id !== victim?.id) must(opened.ok, 'a neighbour of the damaged capture does not open');
        else must(!opened.ok && opened.error.code === 'seal_broken', 'a flipped byte was not noticed');
      }
      return { broken: 'seal_broken' };
    } finally {
      await place.store.close();
    }
  });
}

/**
 * A byte flipped in every page of the database file, one copy each time: whatever is read from it is either right or said
 * to be damaged (SQLCipher authenticates each page), never quietly wrong.
 */
export async function flipDatabaseBytes(
  samples: number,
): Promise<{ readonly noticed: number; readonly unread: number }> {
  return withRoot(async (root) => {
    await runDay({ root, day: 1, captures: 4 });
    await closeWorkers();
    const path = join(root, 'data', 'loket.db');
    const place = await openAt(root, () => new Date());
    const { vault } = place;
    const before = await verifyAudit(place.store, { keys: logKeys(vault) });
    await place.store.close();
    const pages = Math.floor(statSync(path).size / 4096);
    const counts = { noticed: 0, unread: 0 };
    for (let sample = 0; sample < samples; sample += 1) {
      const at = Math.floor((sample * pages) / samples) * 4096 + 1000;
      flipByte(path, at);
      const verdict = await readAll(path, vault.databaseKeyHex(), logKeys(vault));
      // A page nobody needed for this may be damaged unseen; what was read must be what was written.
      if (verdict === 'damaged') counts.noticed += 1;
      else {
        must(verdict === before.head.hash, 'a damaged database was read as another log');
        counts.unread += 1;
      }
      flipByte(path, at);
    }
    must(counts.noticed > 0, 'no flipped byte was noticed');
    return counts;
  });
}

async function readAll(path: string, keyHex: string, keys: ReturnType<typeof logKeys>): Promise<string> {
  const store = await openStore({ path, keyHex, clock: () => new Date(), readOnly: true });
  if (!store.ok) return 'damaged';
  try {
    // Every page of every table and index is read, and authenticated on the way.
    const whole = await sql<{ integrity_check: string }>`pragma integrity_check`.execute(store.value.db);
    if (whole.rows[0]?.integrity_check !== 'ok') return 'damaged';
    const report = await verifyAudit(store.value, { keys });
    return report.intact ? report.head.hash : 'damaged';
  } catch (error) {
    if (error instanceof StoreError) return 'damaged';
    throw error;
  } finally {
    await store.value.close();
  }
}

/** A model file exchanged for another of the same name: its hash differs from the manifest's, so its role is empty. */
export async function swapModelFile(): Promise<{ readonly state: string }> {
  return withRoot(async (root) => {
    const read = readModelManifest(findInstallationRoot() ?? '.');
    if (!read.ok) throw new Error(read.error.code);
    const manifest = read.value;
    const entry = manifest.models[0];
    must(entry !== undefined, 'the manifest is empty');
    writeFileSync(join(root, entry?.file ?? 'none'), 'weights of somebody else');
    const check = await checkModels({ manifest, directories: [root] });
    const swapped = check.models.find(({ id }) => id === entry?.id);
    must(swapped?.state === 'refused' && !swapped.inUse && !check.complete, 'a swapped model file was accepted');
    return { state: swapped?.state ?? '' };
  });
}
