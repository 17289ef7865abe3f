/**
 * Start-up integrity check of a packaged desk (Electron security checklist 19 speaks of fuses; Electron validates the
 * archive itself on Windows and macOS only). Every file the program loads is compared with `integrity.json`, made by
 * resources/packaging/integrity-manifest.mjs. It finds corruption and clumsy changes; against somebody with write
 * access to the program's folder only the operating system helps, unless the trusted key is pinned outside
 * that folder (managed settings, `releaseKey`).
 */
import { readFile, readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { Type, type Static } from 'typebox';
import { Check } from 'typebox/value';
import { fail, ok, type Result } from '../contract/result.ts';
import { verifyEd25519Bytes } from '../vault/ed25519.ts';
import { sha256 } from '../vault/random.ts';

const Manifest = Type.Object({
  statement: Type.String(),
  signature: Type.Union([Type.String(), Type.Null()]),
  publicKey: Type.Union([Type.String(), Type.Null()]),
});
const Statement = Type.Object({
  schema: Type.Literal('loket.integrity/1'),
  version: Type.String(),
  files: Type.Record(Type.String(), Type.String({ pattern: '^[0-9a-f]{64}$' })),
});

export interface VerifiedPackage {
  readonly version: string;
  readonly files: number;
  /** Signed by the pinned key; false when no key is pinned. */
  readonly signed: boolean;
}

/**
 * @param resources Electron's `process.resourcesPath`: the folder with `app.asar` and `integrity.json`.
 * @param releaseKey base64url raw Ed25519 key that must have signed, or null where none is pinned.
 * Errors: `program_changed`, with the first wrong file's path below `resources`.
 */
export async function verifyPackage(resources: string, releaseKey: string | null): Promise<Result<VerifiedPackage>> {
  const read = await readManifest(resources);
  if (read === null) return fail('program_changed', 'The program’s integrity list is missing or damaged. Reinstall.');
  const { manifest, statement } = read;
  if (releaseKey !== null && !isSignedBy(manifest, releaseKey))
    return fail('program_changed', 'The program was not signed by the release key of this bank. Reinstall.');
  const found = new Set(await filesBelow(resources));
  for (const [path, digest] of Object.entries(statement.files)) {
    const bytes = await readFile(join(resources, path)).catch(() => null);
    if (bytes === null || sha256(bytes) !== digest)
      return fail('program_changed', `A file of the program was changed or is missing: ${path}. Reinstall.`);
    found.delete(path);
  }
  const [stranger] = [...found].filter((path) => path.startsWith('app.asar'));
  if (stranger !== undefined)
    return fail('program_changed', `A file that does not belong to the program was found: ${stranger}. Reinstall.`);
  return ok({ version: statement.version, files: Object.keys(statement.files).length, signed: releaseKey !== null });
}

async function readManifest(resources: string) {
  try {
    const manifest = JSON.parse(await readFile(join(resources, 'integrity.json'), 'utf8')) as unknown;
    if (!Check(Manifest, manifest)) return null;
    const statement = JSON.parse(manifest.statement) as unknown;
    return Check(Statement, statement) ? { manifest, statement } : null;
  } catch {
    return null;
  }
}

function isSignedBy(manifest: Static<typeof Manifest>, releaseKey: string): boolean {
  if (manifest.signature === null) return false;
  return verifyEd25519Bytes(new TextEncoder().encode(manifest.statement), manifest.signature, releaseKey);
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'));
}
