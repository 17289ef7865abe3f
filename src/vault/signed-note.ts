/**
 * Signs and verifies C2SP signed notes with Ed25519, and cosigns checkpoints (c2sp.org/signed-note, c2sp.org/tlog-cosignature).
 * A note is only believed when a key known beforehand signed it.
 */
import {
  cosignatureText,
  noteKey,
  noteSignatureTypes,
  readNote,
  timeBytes,
  timeOf,
  writeNote,
  type NoteKey,
  type SignedNote,
} from '../core/audit/checkpoint.ts';
import { decodeBase64Url, verifyEd25519Bytes } from './ed25519.ts';

/** Who signs: a `DeskIdentity` fits. */
export interface NoteSigner {
  /** base64url raw Ed25519 public key. */
  readonly publicKey: string;
  /** base64url signature. */
  sign(bytes: Uint8Array): string;
}

const utf8 = new TextEncoder();
const raw = (text: string): Uint8Array => decodeBase64Url(text) ?? new Uint8Array();

export function logKey(name: string, publicKey: string): NoteKey {
  return noteKey(name, noteSignatureTypes.ed25519, raw(publicKey));
}

export function cosignerKey(name: string, publicKey: string): NoteKey {
  return noteKey(name, noteSignatureTypes.cosignature, raw(publicKey));
}

/** `text` ends in a newline. */
export function signNote(text: string, name: string, signer: NoteSigner): string {
  const { keyId } = logKey(name, signer.publicKey);
  return writeNote({ text, signatures: [{ name, keyId, signature: raw(signer.sign(utf8.encode(text))) }] });
}

/** The note with a cosignature added: the cosigner checked, at that second, that the log only grew. */
export function cosignNote(note: SignedNote, name: string, signer: NoteSigner, unixSeconds: number): string {
  const { keyId } = cosignerKey(name, signer.publicKey);
  const signed = raw(signer.sign(utf8.encode(cosignatureText(note.text, unixSeconds))));
  const signature = new Uint8Array([...timeBytes(unixSeconds), ...signed]);
  const others = note.signatures.filter((other) => other.name !== name || other.keyId !== keyId);
  return writeNote({ text: note.text, signatures: [...others, { name, keyId, signature }] });
}

/**
 * The text, and which of the known keys signed it. Null when the note is malformed, a known key's signature is wrong, or no
 * known key signed; signatures of unknown keys are passed over, as the format demands.
 */
export function verifyNote(
  note: string,
  keys: readonly NoteKey[],
): { readonly note: SignedNote; readonly signedBy: readonly NoteKey[] } | null {
  const parsed = readNote(note);
  if (parsed === null) return null;
  const signedBy: NoteKey[] = [];
  for (const { name, keyId, signature } of parsed.signatures) {
    const key = keys.find((known) => known.name === name && known.keyId === keyId);
    if (key === undefined) continue;
    if (!isRight(parsed.text, key, signature)) return null;
    signedBy.push(key);
  }
  return signedBy.length === 0 ? null : { note: parsed, signedBy };
}

function isRight(text: string, key: NoteKey, signature: Uint8Array): boolean {
  const publicKey = Buffer.from(key.publicKey).toString('base64url');
  if (key.type === noteSignatureTypes.ed25519)
    return verifyEd25519Bytes(utf8.encode(text), Buffer.from(signature).toString('base64url'), publicKey);
  if (signature.length !== 72) return false;
  const message = utf8.encode(cosignatureText(text, timeOf(signature)));
  return verifyEd25519Bytes(message, Buffer.from(signature.subarray(8)).toString('base64url'), publicKey);
}
