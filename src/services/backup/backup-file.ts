/**
 * The layout of a backup: `LKBK1` and a line break ‖ length of the manifest (4 bytes, big-endian) ‖ manifest (RFC 8785
 * canonical JSON, signed by the desk) ‖ the members, one after the other. The database inside is encrypted as it was,
 * `installation.json` holds its key under the key provider only, and the journal names nobody.
 */
import { closeSync, createReadStream, createWriteStream, openSync, readSync, statSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { IsoInstant, Sha256Hex } from '../../contract/bundle.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import { oneOf } from '../../contract/vocabulary.ts';
import { canonicalBytes } from '../../vault/bundle-signing.ts';
import { verifyEd25519Bytes } from '../../vault/ed25519.ts';
import { hashFile } from '../../vault/file-hash.ts';

const magic = Buffer.from('LKBK1\n');
const longestManifest = 65_536;
export const memberNames = ['installation.json', 'loket.db', 'erasures.journal'] as const;
export type MemberName = (typeof memberNames)[number];

const closed = { additionalProperties: false } as const;
export const BackupManifestSchema = Type.Object(
  {
    format: Type.Literal('loket-backup'),
    version: Type.Literal(1),
    createdAt: IsoInstant,
    installationId: Type.String({ maxLength: 64 }),
    programVersion: Type.String({ maxLength: 40 }),
    schema: Type.Integer({ minimum: 1 }),
    audit: Type.Object({ seq: Type.Integer({ minimum: 0 }), hash: Sha256Hex }, closed),
    journalLines: Type.Integer({ minimum: 0 }),
    members: Type.Array(
      Type.Object({ name: oneOf(memberNames), size: Type.Integer({ minimum: 0 }), sha256: Sha256Hex }, closed),
      { minItems: memberNames.length, maxItems: memberNames.length },
    ),
    publicKey: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }),
    signature: Type.String({ pattern: '^[A-Za-z0-9_-]{86}$' }),
  },
  closed,
);
export type BackupManifest = Static<typeof BackupManifestSchema>;

/** `paths` in the order of the manifest's members. Throws what the file system says. */
export async function writeBackupFile(
  path: string,
  manifest: BackupManifest,
  paths: Readonly<Record<MemberName, string>>,
): Promise<void> {
  const text = canonicalBytes(manifest);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  const out = createWriteStream(path, { mode: 0o600, flags: 'wx', flush: true });
  await pipeline(async function* () {
    yield Buffer.concat([magic, length, text]);
    for (const { name, size } of manifest.members) if (size > 0) yield* createReadStream(paths[name]);
  }, out);
}

export interface OpenedBackup {
  readonly manifest: BackupManifest;
  /** Where each member begins, in bytes. */
  readonly starts: ReadonlyMap<MemberName, number>;
}

/**
 * Manifest, signature, length and the hash of every member. Errors: `not_a_backup`, `backup_damaged`,
 * `backup_version`, `unavailable`.
 */
export async function checkBackupFile(path: string): Promise<Result<OpenedBackup>> {
  try {
    const opened = readManifest(path);
    if (!opened.ok) return opened;
    const { manifest, starts } = opened.value;
    for (const { name, size, sha256 } of manifest.members) {
      if ((await hashFile(path, starts.get(name), size)) !== sha256) return damaged;
    }
    return opened;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    return fail('unavailable', `The backup could not be read (${code}).`);
  }
}

const damaged = fail(
  'backup_damaged',
  'The backup was changed or cut off. Take another copy of it, or the one before.',
);

function readManifest(path: string): Result<OpenedBackup> {
  const descriptor = openSync(path, 'r');
  try {
    const head = Buffer.alloc(magic.length + 4);
    const read = readSync(descriptor, head, 0, head.length, 0);
    if (read < head.length || !head.subarray(0, magic.length).equals(magic))
      return fail('not_a_backup', 'This is not a backup of Loket.');
    const length = head.readUInt32BE(magic.length);
    if (length > longestManifest) return damaged;
    const text = Buffer.alloc(length);
    if (readSync(descriptor, text, 0, length, head.length) < length) return damaged;
    return checkManifest(text, head.length + length, statSync(path).size);
  } finally {
    closeSync(descriptor);
  }
}

function checkManifest(text: Buffer, start: number, size: number): Result<OpenedBackup> {
  let manifest: unknown;
  try {
    manifest = JSON.parse(text.toString('utf8'));
  } catch {
    return damaged;
  }
  const version = (manifest as { version?: unknown } | null)?.version;
  if (typeof version === 'number' && version > 1)
    return fail('backup_version', 'The backup was written by a newer Loket. Restore it with that version.');
  if (!Value.Check(BackupManifestSchema, manifest)) return damaged;
  const { signature, ...signed } = manifest;
  if (!verifyEd25519Bytes(canonicalBytes(signed), signature, manifest.publicKey)) return damaged;
  const starts = new Map<MemberName, number>();
  let at = start;
  for (const member of manifest.members) {
    starts.set(member.name, at);
    at += member.size;
  }
  return starts.size === memberNames.length && at === size ? ok({ manifest, starts }) : damaged;
}

/** Copies one member out. Throws what the file system says. */
export async function extractMember(
  path: string,
  backup: OpenedBackup,
  name: MemberName,
  target: string,
): Promise<void> {
  const start = backup.starts.get(name) ?? 0;
  const size = backup.manifest.members.find((member) => member.name === name)?.size ?? 0;
  const out = createWriteStream(target, { mode: 0o600, flags: 'wx', flush: true });
  if (size === 0) return new Promise((resolve, reject) => void out.on('error', reject).end(() => resolve()));
  await pipeline(createReadStream(path, { start, end: start + size - 1 }), out);
}
