/**
 * The recovery key for head office: an X25519 pair whose public half lies in `installation.json` beside the master key
 * sealed to it (HPKE), and whose private half is split into three shares, any two of which give it back (Shamir, "How to
 * Share a Secret", 1979). The private half exists only while it is split and while it is put together again.
 */
import { readFileSync } from 'node:fs';
import { combine, split } from 'shamir-secret-sharing';
import { fail, ok, type Result } from '../contract/result.ts';
import { sealToRecoveryKey, type KeyChange } from './change-keys.ts';
import { hpkeOpen, hpkePublicKeyOf, newHpkePair } from './hpke.ts';
import { readInstallationFile, writeInstallationFile, type InstallationFile } from './installation-file.ts';
import { ringOf, openKeys } from './live-keys.ts';
import { randomBytes, sha256 } from './random.ts';
import { keyLength } from './sealing.ts';

const shareCount = 3;
const sharesNeeded = 2;

export interface RecoveryShare {
  readonly setId: string;
  /** 1 … 3, for people. */
  readonly number: number;
  /** One line, the share itself: a secret. */
  readonly text: string;
}

/** Errors: as `sealToRecoveryKey`. */
export async function makeRecoveryShares(change: KeyChange): Promise<Result<readonly RecoveryShare[]>> {
  const pair = await newHpkePair();
  const setId = Buffer.from(randomBytes(4)).toString('hex');
  const parts = await split(pair.privateKey, shareCount, sharesNeeded);
  pair.privateKey.fill(0);
  const sealed = await sealToRecoveryKey(change, { setId, publicKey: pair.publicKey });
  if (!sealed.ok) return sealed;
  return ok(parts.map((part, index) => ({ setId, number: index + 1, text: shareText(setId, index + 1, part) })));
}

/** `LKSHARE1-<set>-<number>-<hex in groups of eight>-<check>`: the check finds a digit that was typed wrong. */
function shareText(setId: string, number: number, part: Uint8Array): string {
  const body = Buffer.from(part)
    .toString('hex')
    .replace(/(.{8})(?=.)/g, '$1.');
  return `LKSHARE1-${setId}-${number}-${body}-${checkOf(setId, number, body)}`;
}

function checkOf(setId: string, number: number, body: string): string {
  return sha256(`LKSHARE1-${setId}-${number}-${body.replaceAll('.', '')}`).slice(0, 8);
}

const sharePattern = /LKSHARE1-([0-9a-f]{8})-([1-9])-([0-9a-f.]{20,400})-([0-9a-f]{8})/;

interface Part {
  readonly setId: string;
  readonly number: number;
  readonly bytes: Uint8Array;
}

/** The share in a file's or a person's text, whatever stands around it. Errors: `share_unreadable`. */
export function readShare(text: string): Result<Part> {
  const found = sharePattern.exec(text.replace(/[ \t]/g, '').toLowerCase().replaceAll('lkshare1', 'LKSHARE1'));
  const [, setId = '', digit = '', body = '', check = ''] = found ?? [];
  const number = Number(digit);
  if (found === null || checkOf(setId, number, body) !== check)
    return fail(
      'share_unreadable',
      'This is not a whole recovery share: compare it with the printed one, digit by digit.',
    );
  return ok({ setId, number, bytes: new Uint8Array(Buffer.from(body.replaceAll('.', ''), 'hex')) });
}

export function readShareFile(path: string): Result<Part> {
  try {
    return readShare(readFileSync(path, 'utf8').slice(0, 100_000));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    return fail('share_unreadable', `The file of a recovery share could not be read (${code}).`);
  }
}

/**
 * Proves that these two shares open the installation, and, unless `onlyProve`, puts its master key under `keyProvider`
 * (a new key file or passphrase) without asking the lost one. Errors: `share_unreadable`, `shares_differ` (two of one
 * number, or of two sets), `recovery_missing`, `recovery_refused`, and those of the key provider. Nothing is written on failure.
 */
export async function recoverWithShares(
  change: KeyChange,
  shares: readonly [Part, Part],
  options: { readonly onlyProve?: boolean } = {},
): Promise<Result<{ readonly installationId: string; readonly setId: string }>> {
  const [a, b] = shares;
  if (a.setId !== b.setId || a.number === b.number)
    return fail(
      'shares_differ',
      'Bring two different shares of one set: the set and the number stand on each of them.',
    );
  const file = readInstallationFile(change.dataDirectory);
  if (!file.ok) return file;
  if (file.value === null) return fail('not_initialised', 'There is no installation in this directory.');
  const masterKey = await masterKeyBy(file.value, shares);
  if (!masterKey.ok) return masterKey;
  if (options.onlyProve !== true) {
    const protectedKey = await change.keyProvider.protect(masterKey.value, file.value.installationId);
    if (!protectedKey.ok) return protectedKey;
    writeInstallationFile(change.dataDirectory, { ...file.value, masterKey: protectedKey.value });
  }
  masterKey.value.fill(0);
  return ok({ installationId: file.value.installationId, setId: a.setId });
}

async function masterKeyBy(file: InstallationFile, shares: readonly [Part, Part]): Promise<Result<Uint8Array>> {
  const { recovery } = file;
  if (recovery === undefined)
    return fail('recovery_missing', 'This installation has no recovery key. Make one with `loket keys recovery`.');
  const refused = fail(
    'recovery_refused',
    'These shares do not open this installation: they are of another installation, or a newer set replaced theirs.',
  );
  if (recovery.setId !== shares[0].setId) return refused;
  try {
    const privateKey = await combine(shares.map((share) => share.bytes));
    if (privateKey.length !== keyLength || hpkePublicKeyOf(privateKey) !== recovery.publicKey) return refused;
    const wrapped = new Uint8Array(Buffer.from(recovery.wrapped, 'base64'));
    const masterKey = await hpkeOpen(privateKey, 'master-key', wrapped, [file.installationId, recovery.setId]);
    privateKey.fill(0);
    const ring = ringOf(file, masterKey);
    const opened = ring.ok ? openKeys(file, ring.value) : ring;
    return opened.ok ? ok(masterKey) : opened;
  } catch {
    return refused;
  }
}
