/**
 * Checkpoints of the audit log: C2SP tlog-checkpoint text inside a C2SP signed-note. Here is the form and the key id; the
 * signing is the vault's. Origin and key name are the same schema-less name, `loket/<desk or installation id>`.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { base64 } from '@scure/base';

/** Signature type bytes of c2sp.org/signed-note: Ed25519, and the timestamped cosignature of c2sp.org/tlog-cosignature. */
export const noteSignatureTypes = { ed25519: 0x01, cosignature: 0x04 } as const;
export type NoteSignatureType = (typeof noteSignatureTypes)[keyof typeof noteSignatureTypes];

export interface Checkpoint {
  readonly origin: string;
  /** Leaves of the tree: rows of the log. */
  readonly size: number;
  readonly root: Uint8Array;
  /** Lines after the third; may be none. */
  readonly extensions: readonly string[];
}

export interface NoteSignature {
  readonly name: string;
  /** Eight hex digits. */
  readonly keyId: string;
  /** What follows the key id: 64 bytes, or 8 bytes of time and 64 bytes for a cosignature. */
  readonly signature: Uint8Array;
}

export interface SignedNote {
  /** With its final newline: what is signed. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** A verifier key, written `<name>+<key id>+<base64 of type and key>`. */
export interface NoteKey {
  readonly name: string;
  readonly keyId: string;
  readonly type: NoteSignatureType;
  /** Raw 32 bytes of Ed25519. */
  readonly publicKey: Uint8Array;
}

const nameForm = /^[^\s+\p{Cc}]+$/u;
/** Bounds a note from outside: sixteen signatures must be accepted (signed-note), more are not needed. */
const longestNote = 64 * 1024;

/** First four bytes of SHA-256(name, newline, type, public key), in hex. */
export function noteKeyId(name: string, type: NoteSignatureType, publicKey: Uint8Array): string {
  return bytesToHex(sha256(concatBytes(utf8ToBytes(`${name}\n`), Uint8Array.of(type), publicKey)).subarray(0, 4));
}

export function noteKey(name: string, type: NoteSignatureType, publicKey: Uint8Array): NoteKey {
  return { name, type, publicKey, keyId: noteKeyId(name, type, publicKey) };
}

export function writeNoteKey({ name, keyId, type, publicKey }: NoteKey): string {
  return `${name}+${keyId}+${base64.encode(concatBytes(Uint8Array.of(type), publicKey))}`;
}

/** Null when it is no key of a type known here, or its id does not belong to it. */
export function readNoteKey(text: string): NoteKey | null {
  const match = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(text.trim());
  if (match === null) return null;
  const [, name = '', keyId = '', encoded = ''] = match;
  const bytes = decodeBase64(encoded);
  if (bytes?.length !== 33) return null;
  const type = bytes[0];
  if (type !== noteSignatureTypes.ed25519 && type !== noteSignatureTypes.cosignature) return null;
  const key = noteKey(name, type, bytes.subarray(1));
  return key.keyId === keyId ? key : null;
}

export function writeCheckpoint({ origin, size, root, extensions }: Checkpoint): string {
  return [origin, String(size), base64.encode(root), ...extensions, ''].join('\n');
}

/** Null for text that is no checkpoint: three non-empty lines at least, a size without leading zeros, 32 bytes of root. */
export function readCheckpoint(text: string): Checkpoint | null {
  if (!text.endsWith('\n')) return null;
  const [origin = '', size = '', root = '', ...extensions] = text.slice(0, -1).split('\n');
  const bytes = decodeBase64(root);
  const wellFormed = origin !== '' && /^(0|[1-9]\d{0,15})$/.test(size) && !extensions.includes('');
  if (!wellFormed || !Number.isSafeInteger(Number(size)) || bytes?.length !== 32) return null;
  return { origin, size: Number(size), root: bytes, extensions };
}

export function writeNote({ text, signatures }: SignedNote): string {
  const lines = signatures.map(
    ({ name, keyId, signature }) => `\u2014 ${name} ${base64.encode(concatBytes(fromHex(keyId), signature))}\n`,
  );
  return `${text}\n${lines.join('')}`;
}

/** Null for what is no signed note; whether a signature is right is for `verifyNote` of the vault to say. */
export function readNote(note: string): SignedNote | null {
  if (note.length > longestNote || /[\u0000-\u0009\u000b-\u001f]/.test(note)) return null;
  const cut = note.lastIndexOf('\n\n');
  if (cut < 0 || !note.endsWith('\n')) return null;
  const signatures = note
    .slice(cut + 2, -1)
    .split('\n')
    .map(readSignature);
  if (signatures.length === 0 || signatures.some((signature) => signature === null)) return null;
  return { text: note.slice(0, cut + 1), signatures: signatures.filter((signature) => signature !== null) };
}

function readSignature(line: string): NoteSignature | null {
  const match = /^\u2014 (\S+) ([A-Za-z0-9+/]+={0,2})$/.exec(line);
  if (match === null) return null;
  const [, name = '', encoded = ''] = match;
  const bytes = decodeBase64(encoded);
  if (!nameForm.test(name) || bytes === null || bytes.length < 5) return null;
  return { name, keyId: bytesToHex(bytes.subarray(0, 4)), signature: bytes.subarray(4) };
}

/** What a cosigner signs (c2sp.org/tlog-cosignature, `cosignature/v1`): that he saw this checkpoint at this time. */
export function cosignatureText(text: string, unixSeconds: number): string {
  return `cosignature/v1\ntime ${unixSeconds}\n${text}`;
}

/** The eight bytes of time before a cosignature's 64, big-endian. */
export function timeBytes(unixSeconds: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(unixSeconds));
  return bytes;
}

export function timeOf(signature: Uint8Array): number {
  return Number(new DataView(signature.buffer, signature.byteOffset, 8).getBigUint64(0));
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function decodeBase64(text: string): Uint8Array | null {
  try {
    return base64.decode(text);
  } catch {
    return null;
  }
}
