import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { exportBundle } from '../desk/evidence/export-bundle.ts';
import { sealCapture } from '../desk/evidence/seal-capture.ts';
import { sampleDraft } from '../desk/evidence/testing/sample-capture.ts';
import { registerHeadOfficeKey } from '../services/head-office/register-key.ts';
import { initInstallation, openInstallation, type Installation } from '../services/open-installation.ts';
import { writeJournalLine } from '../services/journal/erasure-journal.ts';
import { mirrorJournal } from '../services/journal/erasure-journal.ts';
import { systemActor } from '../services/context.ts';
import { newHeadOfficeKey } from '../vault/head-office-key.ts';
import { encodeBundleFile } from '../vault/bundle-file.ts';
import type { BundleFileHeader } from '../contract/bundle-file.ts';
import type { Result } from '../contract/result.ts';
import { bundleCommand } from './bundle.ts';
import { noVision } from './with-installation.ts';

let root: string;
let installation: Installation;
let orgId: string;
let output: string;
let errors: string;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'loket-bundle-cli-'));
  vi.stubEnv('LOKET_KEY_DIR', join(root, 'keys'));
  vi.stubEnv('LOKET_PASSPHRASE', '');
  vi.stubEnv('LOKET_DATABASE', '');
  const options = { dataDirectory: join(root, 'data'), vision: noVision };
  orgId = valueOf(await initInstallation({ ...options, create: true })).organisation.id;
  installation = valueOf(await openInstallation(options));
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((output += String(text)), true));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((errors += String(text)), true));
});
afterEach(async () => {
  await installation.close();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true, force: true });
});

function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.error.code);
  return result.value;
}
async function run(...args: string[]): Promise<number> {
  output = '';
  errors = '';
  const before = process.exitCode;
  process.exitCode = 0;
  await bundleCommand().parseAsync(args, { from: 'user' });
  const status = Number(process.exitCode);
  process.exitCode = before;
  return status;
}
const at = (name: string): string => join(root, name);
const ctx = () => installation.context;
const seal = async (name: string) => valueOf(await sealCapture(ctx(), { ...sampleDraft(name), orgId })).nonce;

async function headOffice(name = 'head-office.key'): Promise<string> {
  const key = valueOf(await newHeadOfficeKey(at(name)));
  valueOf(await registerHeadOfficeKey(ctx(), systemActor(orgId), key));
  return at(name);
}
async function exported(name: string): Promise<string> {
  const nonce = await seal(name);
  const { bytes } = valueOf(await exportBundle(ctx(), orgId, nonce));
  writeFileSync(at(`${name}.lkb`), bytes);
  return at(`${name}.lkb`);
}
/** Code and status for these bytes. */
async function verdict(bytes: Uint8Array): Promise<string> {
  writeFileSync(at('hostile.lkb'), bytes);
  const status = await run('verify', at('hostile.lkb'), '--json');
  const [file] = (JSON.parse(output) as { files: { code?: string }[] }).files;
  return `${status} ${file?.code ?? 'ok'}`;
}
function withHeader(bytes: Buffer, change: (header: Record<string, unknown>) => void): Uint8Array {
  const length = bytes.readUInt32BE(4);
  const { signature: _old, ...header } = JSON.parse(bytes.subarray(8, 8 + length).toString()) as BundleFileHeader;
  change(header);
  return encodeBundleFile(header, bytes.subarray(8 + length), (signed) => ctx().vault.desk.sign(signed));
}

describe('loket bundle', () => {
  it('exports, checks without any secret, and opens with the key of head office', async () => {
    const key = await headOffice();
    const nonce = await seal('a');
    expect(await run('export', nonce, '--data', at('data'), '--out', at('a.lkb'), '--json')).toBe(0);
    expect(await run('export', nonce, '--data', at('data'), '--out', at('a.lkb'))).toBe(1);
    const { publicKey } = ctx().vault.desk;
    expect(await run('verify', at('a.lkb'), '--desk-key', publicKey)).toBe(0);
    expect(output).toMatch(/^ok {5}/);
    expect(await run('verify', at('a.lkb'))).toBe(0);
    expect(output).toContain('no --desk-key named');
    expect(await run('verify', at('a.lkb'), '--desk-key', 'A'.repeat(43))).toBe(1);
    expect(output).toContain('desk_unknown');
    expect(await run('open', at('a.lkb'), '--key', key, '--out', at('opened'))).toBe(0);
    expect(readdirSync(at('opened')).sort()).toEqual(['frame-1', 'frame-2', 'manifest.json']);
    const draft = sampleDraft('a');
    expect(readFileSync(at('opened/frame-2')).equals(Buffer.from(draft.frames[1] ?? []))).toBe(true);
    const bytes = readFileSync(at('a.lkb'));
    expect(bytes.includes(Buffer.from(draft.frames[0] ?? []).subarray(0, 100))).toBe(false);
  });

  it('opens for nobody else: another key, no key, an erased person', async () => {
    const alone = await exported('alone');
    const key = await headOffice();
    expect(await run('open', alone, '--key', key)).toBe(1);
    expect(errors).toMatch(/^wrong_key: /);
    const file = await exported('a');
    const other = at('other.key');
    valueOf(await newHeadOfficeKey(other));
    expect(await run('open', file, '--key', other)).toBe(1);
    expect(errors).toMatch(/^wrong_key: /);
    expect(await run('open', file, '--key', `${key}.pub`)).toBe(1);
    expect(errors).toMatch(/^key_unreadable: /);
    const nonce = sampleDraft('a').manifest.flashChallengeNonce ?? '';
    const line = { kind: 'erased' as const, orgId, erasureId: 'ers_1', subjects: [], nonces: [nonce], nextKey: null };
    await ctx().store.transaction((trx) => writeJournalLine(trx, ctx(), line));
    await mirrorJournal(ctx());
    expect(await run('open', file, '--key', key, '--journal', at('data/erasures.journal'))).toBe(1);
    expect(errors).toMatch(/^customer_erased: /);
  });

  it('checks the chain of several files: a gap is counted, a broken link or a fork is wrong', async () => {
    await headOffice();
    const [first, second, third] = [await exported('one'), await exported('two'), await exported('three')];
    expect(await run('verify', third, first, second, '--json')).toBe(0);
    expect(JSON.parse(output)).toMatchObject({ valid: true, chain: { problems: [], missing: 0 } });
    expect(await run('verify', first, third)).toBe(0);
    expect(output).toContain('1 bundles between');
    const changed = withHeader(readFileSync(second), (header) => (header['previousBundleHash'] = 'a'.repeat(64)));
    writeFileSync(at('unlinked.lkb'), changed);
    expect(await run('verify', first, at('unlinked.lkb'))).toBe(1);
    expect(output).toContain('chain_broken');
    const fork = withHeader(readFileSync(second), (header) => (header['bundleHash'] = 'b'.repeat(64)));
    writeFileSync(at('fork.lkb'), fork);
    expect(await run('verify', second, at('fork.lkb'))).toBe(1);
    expect(output).toContain('chain_forked');
    expect(await run('open', at('fork.lkb'), '--key', at('head-office.key'))).toBe(1);
    expect(errors).toMatch(/^header_differs: /);
  });

  it('names what is wrong with a hostile file, and never opens it', async () => {
    await headOffice();
    const bytes = readFileSync(await exported('a'));
    const headerEnd = 8 + bytes.readUInt32BE(4);
    for (const length of [0, 3, 7, 8, 60, headerEnd - 1, headerEnd, bytes.length - 1])
      expect(await verdict(bytes.subarray(0, length))).toMatch(/^1 (not_a_bundle|bundle_truncated)$/);
    expect(await verdict(Buffer.concat([bytes, Buffer.from('x')]))).toBe('1 bundle_truncated');
    for (let at = 0; at < bytes.length; at += at < headerEnd ? 7 : 501) {
      const flipped = Buffer.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ 1;
      expect([at, await verdict(flipped)]).not.toContain('0 ok');
    }
    const last = Buffer.from(bytes);
    last[bytes.length - 1] = (last[bytes.length - 1] ?? 0) ^ 1;
    expect(await verdict(last)).toBe('1 envelope_changed');
    expect(await verdict(withHeader(bytes, (header) => (header['version'] = 2)))).toBe('1 bundle_version');
    expect(await verdict(withHeader(bytes, (header) => (header['extra'] = 1)))).toBe('1 header_invalid');
    expect(await verdict(withHeader(bytes, (header) => (header['counter'] = 0)))).toBe('1 header_invalid');
    const long = Buffer.from(bytes);
    long.writeUInt32BE(0xffff_ffff, 4);
    expect(await verdict(long)).toBe('1 header_invalid');
    expect(await run('verify', at('none.lkb'))).toBe(1);
    const wrongKey = withHeader(bytes, (header) => {
      const [recipient] = header['recipients'] as { keyId: string; sealedKey: string }[];
      header['recipients'] = [{ ...recipient, sealedKey: Buffer.alloc(84, 1).toString('base64') }];
    });
    writeFileSync(at('resealed.lkb'), wrongKey);
    expect(await run('open', at('resealed.lkb'), '--key', at('head-office.key'))).toBe(1);
    expect(errors).toMatch(/^seal_broken: /);
  });
});
