/** The key pair of head office: a secret file it keeps, and the public file branches register. */
import { readFileSync } from 'node:fs';
import { fail, ok, type Result } from '../contract/result.ts';
import { createFileOnce } from './data-directory.ts';
import { decodeBase64Url } from './ed25519.ts';
import { hpkeKeyId, hpkePublicKeyOf, isHpkePublicKey, newHpkePair } from './hpke.ts';

const secretPattern = /^loket-head-office-key-v1 ([A-Za-z0-9_-]{43})\s*$/;
const publicPattern = /^loket-head-office-public-v1 ([A-Za-z0-9_-]{43})\s*$/;

export interface HeadOfficeKey {
  readonly keyId: string;
  /** base64url X25519. */
  readonly publicKey: string;
}

/** Writes `path` (0600) and `path`.pub; an existing file is never replaced. Errors: `file_exists`, `unavailable`. */
export async function newHeadOfficeKey(path: string): Promise<Result<HeadOfficeKey>> {
  const pair = await newHpkePair();
  try {
    const secret = `loket-head-office-key-v1 ${Buffer.from(pair.privateKey).toString('base64url')}\n`;
    if (!createFileOnce(path, secret))
      return fail('file_exists', 'A file of this name is there already. Name another one: a key is never replaced.');
    createFileOnce(`${path}.pub`, `loket-head-office-public-v1 ${pair.publicKey}\n`);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    return fail('unavailable', `The key could not be written (${code}). Name a writable folder.`);
  }
  return ok({ keyId: hpkeKeyId(pair.publicKey), publicKey: pair.publicKey });
}

/** Errors: `key_unreadable`. */
export async function readHeadOfficePublicKey(path: string): Promise<Result<HeadOfficeKey>> {
  const text = textOf(path);
  if (!text.ok) return text;
  const publicKey = publicPattern.exec(text.value)?.[1];
  if (publicKey === undefined || !(await isHpkePublicKey(publicKey)))
    return fail('key_unreadable', 'This is not the public key of a head office: take the .pub file it made.');
  return ok({ keyId: hpkeKeyId(publicKey), publicKey });
}

/** Errors: `key_unreadable`. */
export function readHeadOfficeSecret(path: string): Result<HeadOfficeKey & { readonly privateKey: Uint8Array }> {
  const text = textOf(path);
  if (!text.ok) return text;
  const encoded = secretPattern.exec(text.value)?.[1];
  const bytes = encoded === undefined ? null : decodeBase64Url(encoded);
  if (bytes === null) return fail('key_unreadable', 'This is not the secret key of a head office.');
  const publicKey = hpkePublicKeyOf(bytes);
  return ok({ keyId: hpkeKeyId(publicKey), publicKey, privateKey: bytes });
}

function textOf(path: string): Result<string> {
  try {
    return ok(readFileSync(path, 'utf8').slice(0, 1000));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    return fail('key_unreadable', `The key file could not be read (${code}).`);
  }
}
