/** Finding weights on disk and proving that they are the ones the manifest means. */
import { createReadStream, existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { ModelEntry } from '../../contract/models.ts';

export type FoundModel =
  | { readonly state: 'verified'; readonly path: string }
  | { readonly state: 'missing' }
  /** A file of that name is there, but it is not the one the manifest names. */
  | { readonly state: 'wrong'; readonly path: string; readonly note: string };

/** Digest by path, size and modification time: a file is read once per process as long as it is left alone. */
const digests = new Map<string, string>();

/**
 * SHA-256 (lower-case hex) of a file, read as a stream so that a 260 MB model neither fills memory nor holds the
 * event loop. Rejects when the file cannot be read.
 */
export async function fileSha256(path: string): Promise<string> {
  const { size, mtimeMs } = await stat(path);
  const key = `${path}\n${size}\n${mtimeMs}`;
  const cached = digests.get(key);
  if (cached !== undefined) return cached;
  const hash = sha256.create();
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  const digest = bytesToHex(hash.digest());
  digests.set(key, digest);
  return digest;
}

/**
 * Looks for an entry's file: in its npm package when it names one, else in the directories, in order. The first file
 * with the right bytes wins, so a damaged copy does not hide a good one further down; with no good one the first
 * wrong one is reported.
 */
export async function findModelFile(entry: ModelEntry, directories: readonly string[]): Promise<FoundModel> {
  let wrong: FoundModel | undefined;
  for (const path of candidatePaths(entry, directories)) {
    const problem = await fileProblem(entry, path);
    if (problem === null) return { state: 'verified', path };
    if (problem !== 'missing') wrong ??= { state: 'wrong', path, note: problem };
  }
  return wrong ?? { state: 'missing' };
}

function candidatePaths(entry: ModelEntry, directories: readonly string[]): string[] {
  const inDirectories = directories.map((directory) => resolve(directory, entry.file));
  const inPackage = entry.npm === undefined ? null : npmFile(entry.npm, import.meta.dirname);
  return inPackage === null ? inDirectories : [inPackage, ...inDirectories];
}

/** Null when the file is what the manifest says, `missing`, or what is wrong with it. Size first: it costs nothing. */
export async function fileProblem(entry: ModelEntry, path: string): Promise<string | null> {
  try {
    const { size } = await stat(path);
    if (entry.bytes !== undefined && size !== entry.bytes) {
      return `${entry.file}: wrong size, ${size} bytes instead of ${entry.bytes}`;
    }
    const digest = await fileSha256(path);
    return digest === entry.sha256 ? null : wrongHash(entry, digest);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'missing';
    return `${entry.file}: cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`;
  }
}

function wrongHash(entry: ModelEntry, digest: string): string {
  return `${entry.file}: wrong SHA-256, ${digest.slice(0, 16)}… instead of ${entry.sha256.slice(0, 16)}…`;
}

/** A file inside an installed npm package (`package/path`), the nearest `node_modules` upwards; null when absent. */
export function npmFile(packagePath: string, from: string): string | null {
  for (let directory = from; ; directory = dirname(directory)) {
    const path = join(directory, 'node_modules', packagePath);
    if (existsSync(path)) return path;
    if (dirname(directory) === directory) return null;
  }
}
