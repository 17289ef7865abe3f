/** A JSON value signed with Ed25519 as canonical text (RFC 8785). What is checked is the text, never a value written anew. */
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { canonicalBytes } from './bundle-signing.ts';
import { privateKeyOf, signEd25519, verifyEd25519Bytes } from './ed25519.ts';
import type { NoteSigner } from './signed-note.ts';

interface Signed {
  readonly text: string;
  readonly signature: string;
}

export function signText(signer: Pick<NoteSigner, 'sign'>, value: object): Signed {
  const bytes = canonicalBytes(value);
  return { text: new TextDecoder().decode(bytes), signature: signer.sign(bytes) };
}

/** Who signs with this seed. */
export function seedSigner(seed: Uint8Array): Pick<NoteSigner, 'sign'> {
  const key = privateKeyOf(seed);
  return { sign: (bytes) => signEd25519(key, bytes) };
}

/** Null: another key signed it, it was changed, or it is not of this shape. */
export function openSignedText<S extends TSchema>(signed: Signed, publicKey: string, schema: S): Static<S> | null {
  if (!verifyEd25519Bytes(new TextEncoder().encode(signed.text), signed.signature, publicKey)) return null;
  return readText(signed, schema);
}

/** What the text says, whoever signed it: to find out whose key to check it with. */
export function readText<S extends TSchema>({ text }: Signed, schema: S): Static<S> | null {
  try {
    const value: unknown = JSON.parse(text);
    return Value.Check(schema, value) ? value : null;
  } catch {
    return null;
  }
}
