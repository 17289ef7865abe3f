/**
 * After packing: the SHA-256 of everything the program loads, in `resources/integrity.json` beside the archive, signed
 * when LOKET_RELEASE_KEY names an Ed25519 key. src/main/integrity.ts checks it at every start.
 */
import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { createReadStream, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';

async function sha256(path) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** Path below `folder` (with forward slashes) to SHA-256, sorted by path. */
export async function digestTree(folder) {
  const files = {};
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const path of entries) files[relative(folder, path).split(sep).join('/')] = await sha256(path);
  return files;
}

/** electron-builder's `afterPack` hook. */
export async function writeIntegrityManifest(context) {
  const resources =
    context.electronPlatformName === 'darwin'
      ? join(context.appOutDir, `${context.packager.appInfo.productFilename}.app`, 'Contents', 'Resources')
      : join(context.appOutDir, 'resources');
  const all = await digestTree(resources);
  const files = Object.fromEntries(Object.entries(all).filter(([path]) => path.startsWith('app.asar')));
  const version = context.packager.appInfo.version;
  const statement = JSON.stringify({ schema: 'loket.integrity/1', version, files });
  const keyFile = process.env.LOKET_RELEASE_KEY;
  const manifest = { statement, signature: null, publicKey: null };
  if (keyFile) {
    const key = createPrivateKey(readFileSync(keyFile));
    manifest.signature = sign(null, Buffer.from(statement), key).toString('base64url');
    manifest.publicKey = createPublicKey(key).export({ format: 'jwk' }).x;
  }
  writeFileSync(join(resources, 'integrity.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}
