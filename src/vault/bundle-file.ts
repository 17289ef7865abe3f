/** Writes and checks bundle files (`contract/bundle-file.ts`) with public keys alone; opens one for who has the secret. */
import { Value } from 'typebox/value';
import { bundleFileVersion, BundleFileHeaderSchema, type BundleFileHeader } from '../contract/bundle-file.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import { canonicalBytes } from './bundle-signing.ts';
import { verifyEd25519Bytes } from './ed25519.ts';
import { hpkeKeyId, hpkeOpen, hpkePublicKeyOf } from './hpke.ts';
import { sha256 } from './random.ts';
import { openContent, SealBroken } from './sealing.ts';

const magic = Buffer.from('LKB1');
const longestHeader = 65_536;
/** No capture is larger; a file that says otherwise is not read into memory. */
export const largestBundleFile = 256 * 1024 * 1024;

export interface BundleFile {
  readonly header: BundleFileHeader;
  readonly envelope: Uint8Array;
}

/** What the envelope was sealed with besides the customer's id: an envelope of another nonce does not open. */
export function envelopeContext(orgId: string, nonce: string): string {
  return JSON.stringify(['capture', orgId, nonce]);
}

export function encodeBundleFile(
  header: Omit<BundleFileHeader, 'signature'>,
  envelope: Uint8Array,
  sign: (bytes: Uint8Array) => string,
): Uint8Array {
  const signed = canonicalBytes({ ...header, signature: sign(canonicalBytes(header)) });
  const length = Buffer.alloc(4);
  length.writeUInt32BE(signed.length);
  return Buffer.concat([magic, length, signed, envelope]);
}

/**
 * Schema, signature of the header and hash of the envelope. `deskKeys`: the keys that count, where the caller knows them;
 * else the header is only as good as the key it names. Errors: `not_a_bundle`, `bundle_truncated`, `bundle_version`,
 * `bundle_too_large`, `header_invalid`, `desk_unknown`, `signature_invalid`, `envelope_changed`.
 */
export function readBundleFile(bytes: Uint8Array, deskKeys?: readonly string[]): Result<BundleFile> {
  const cut = cutFile(bytes);
  if (!cut.ok) return cut;
  const { header, envelope } = cut.value;
  if (deskKeys !== undefined && !deskKeys.includes(header.desk.headerKey))
    return fail('desk_unknown', 'The key that signed this file is not one of the desk keys you named.');
  const { signature, ...rest } = header;
  if (!verifyEd25519Bytes(canonicalBytes(rest), signature, header.desk.headerKey))
    return fail('signature_invalid', 'The header was not signed by the key it names, or was changed since.');
  if (envelope.length !== header.envelope.size)
    return fail('bundle_truncated', 'The file ends too early or too late. Copy it again from where it came.');
  if (sha256(envelope) !== header.envelope.sha256)
    return fail('envelope_changed', 'The sealed part was changed since the desk signed its hash.');
  return ok({ header, envelope });
}

function cutFile(bytes: Uint8Array): Result<BundleFile> {
  if (bytes.length > largestBundleFile) return fail('bundle_too_large', 'The file is larger than any capture can be.');
  if (bytes.length < 8 || !magic.equals(bytes.subarray(0, 4)))
    return fail('not_a_bundle', 'This is not a bundle file of Loket.');
  const length = new DataView(bytes.buffer, bytes.byteOffset + 4, 4).getUint32(0);
  if (length > longestHeader) return fail('header_invalid', 'The header is longer than any header is.');
  if (bytes.length < 8 + length)
    return fail('bundle_truncated', 'The file ends too early. Copy it again from where it came.');
  const text = bytes.subarray(8, 8 + length);
  const header = parsed(text);
  const version = (header as { version?: unknown } | null)?.version;
  if (typeof version === 'number' && version > bundleFileVersion)
    return fail('bundle_version', 'The file was written by a newer Loket. Check it with that version.');
  if (!Value.Check(BundleFileHeaderSchema, header) || !Buffer.from(canonicalBytes(header)).equals(text))
    return fail('header_invalid', 'The header is not of the form this version knows.');
  return ok({ header, envelope: bytes.subarray(8 + length) });
}

function parsed(text: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(text));
  } catch {
    return null;
  }
}

/** The payload of a checked file. Errors: `wrong_key` (sealed to others only), `seal_broken`. */
export async function openBundleFile(file: BundleFile, privateKey: Uint8Array): Promise<Result<Uint8Array>> {
  const { header, envelope } = file;
  const keyId = hpkeKeyId(hpkePublicKeyOf(privateKey));
  const mine = header.recipients.find((one) => one.keyId === keyId);
  if (mine === undefined) return fail('wrong_key', 'The bundle was not sealed to this key. Take the key it names.');
  const context = envelopeContext(header.orgId, header.nonce);
  try {
    const sealed = new Uint8Array(Buffer.from(mine.sealedKey, 'base64'));
    const contentKey = await hpkeOpen(privateKey, 'content-key', sealed, [header.customerId, context]);
    const payload = openContent(contentKey, envelope, [header.customerId, context]);
    contentKey.fill(0);
    return ok(payload);
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error;
    return fail('seal_broken', 'The bundle does not open with this key: its bytes or its sealed key were changed.');
  }
}

export interface ChainProblem {
  readonly code: 'chain_forked' | 'chain_broken';
  readonly deskId: string;
  readonly counter: number;
}

/** Of several files of a desk: one counter names one bundle, and each names the one before. Gaps are only counted. */
export function checkChain(headers: readonly BundleFileHeader[]): {
  readonly problems: readonly ChainProblem[];
  readonly missing: number;
} {
  const problems: ChainProblem[] = [];
  let missing = 0;
  for (const [deskId, group] of Map.groupBy(headers, (one) => one.desk.id)) {
    const ordered = group.toSorted((a, b) => a.counter - b.counter);
    for (const [index, one] of ordered.entries()) {
      const before = ordered[index - 1];
      if (before === undefined) continue;
      if (before.counter === one.counter) {
        if (before.bundleHash !== one.bundleHash) problems.push({ code: 'chain_forked', deskId, counter: one.counter });
      } else if (before.counter + 1 !== one.counter) missing += one.counter - before.counter - 1;
      else if (one.previousBundleHash !== before.bundleHash)
        problems.push({ code: 'chain_broken', deskId, counter: one.counter });
    }
    const first = ordered[0];
    if (first?.counter === 1 && first.previousBundleHash !== null)
      problems.push({ code: 'chain_broken', deskId, counter: 1 });
  }
  return { problems, missing };
}
