import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyPackage } from './integrity.ts';

let resources = '';
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const releaseKey = publicKey.export({ format: 'jwk' }).x ?? '';
const content = { 'app.asar': 'archive', 'app.asar.unpacked/node_modules/x/x.node': 'native' };

function manifest(signed: boolean, files: Record<string, string> = content): void {
  const digests = Object.entries(files).map(([path, text]) => [path, createHash('sha256').update(text).digest('hex')]);
  const statement = JSON.stringify({
    schema: 'loket.integrity/1',
    version: '1.2.3',
    files: Object.fromEntries(digests) as unknown,
  });
  const signature = signed ? sign(null, Buffer.from(statement), privateKey).toString('base64url') : null;
  writeFileSync(
    join(resources, 'integrity.json'),
    JSON.stringify({ statement, signature, publicKey: signed ? releaseKey : null }),
  );
}

beforeEach(() => {
  resources = mkdtempSync(join(tmpdir(), 'loket-package-'));
  for (const [path, text] of Object.entries(content)) {
    mkdirSync(join(resources, path, '..'), { recursive: true });
    writeFileSync(join(resources, path), text);
  }
});
afterEach(() => rmSync(resources, { recursive: true, force: true }));

describe('start-up integrity check', () => {
  it('passes what was packed', async () => {
    manifest(true);
    expect(await verifyPackage(resources, releaseKey)).toEqual({
      ok: true,
      value: { version: '1.2.3', files: 2, signed: true },
    });
    manifest(false);
    expect(await verifyPackage(resources, null)).toMatchObject({ ok: true, value: { signed: false } });
  });

  it.each([
    ['a changed file', () => writeFileSync(join(resources, 'app.asar'), 'other'), 'app.asar'],
    ['a missing file', () => rmSync(join(resources, 'app.asar.unpacked'), { recursive: true }), 'x.node'],
    ['a stranger', () => writeFileSync(join(resources, 'app.asar.unpacked', 'y.node'), 'evil'), 'y.node'],
    ['no list', () => rmSync(join(resources, 'integrity.json')), 'integrity list'],
    ['half a list', () => writeFileSync(join(resources, 'integrity.json'), '{"statement":'), 'integrity list'],
  ])('refuses %s and names it', async (_what, spoil, words) => {
    manifest(true);
    spoil();
    const answer = await verifyPackage(resources, releaseKey);
    expect(answer).toMatchObject({ ok: false, error: { code: 'program_changed' } });
    if (!answer.ok) expect(answer.error.message).toContain(words);
  });

  it('wants the pinned key’s signature', async () => {
    manifest(false);
    expect((await verifyPackage(resources, releaseKey)).ok).toBe(false);
    manifest(true);
    const other = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }).x ?? '';
    expect((await verifyPackage(resources, other)).ok).toBe(false);
  });
});
