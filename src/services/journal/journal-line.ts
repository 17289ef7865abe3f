/**
 * One line of the erasure journal: RFC 8785 canonical JSON, signed by the desk, naming the line before it by SHA-256. It
 * names people by keyed pseudonyms only, so that the journal may lie anywhere and outlive them.
 */
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { IsoInstant, Sha256Hex } from '../../contract/bundle.ts';
import { oneOf } from '../../contract/vocabulary.ts';
import { canonicalBytes } from '../../vault/bundle-signing.ts';
import { verifyEd25519Bytes } from '../../vault/ed25519.ts';
import { sha256 } from '../../vault/random.ts';

const LineSchema = Type.Object(
  {
    version: Type.Literal(1),
    seq: Type.Integer({ minimum: 1 }),
    previous: Sha256Hex,
    kind: oneOf(['erased', 'key']),
    at: IsoInstant,
    installationId: Type.String({ maxLength: 64 }),
    orgId: Type.String({ maxLength: 64 }),
    erasureId: Type.Union([Type.String({ maxLength: 64 }), Type.Null()]),
    /** `Vault.subjectId` of every id the customer had. */
    subjects: Type.Array(Sha256Hex, { maxItems: 1_000 }),
    /** Captures of the customer that were handed out as files. */
    nonces: Type.Array(Type.String({ maxLength: 64 }), { maxItems: 100_000 }),
    /** Of `key`: signs the lines from here on. */
    nextKey: Type.Union([Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }), Type.Null()]),
    publicKey: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }),
    signature: Type.String({ pattern: '^[A-Za-z0-9_-]{86}$' }),
  },
  { additionalProperties: false },
);
export type JournalLine = Static<typeof LineSchema>;
export type UnsignedLine = Omit<JournalLine, 'signature' | 'publicKey'>;

/** Before the first line. */
export const noLine = '0'.repeat(64);

export function signLine(
  line: UnsignedLine,
  desk: { readonly publicKey: string; sign(bytes: Uint8Array): string },
): string {
  const signed = { ...line, publicKey: desk.publicKey };
  const signature = desk.sign(canonicalBytes(signed));
  return new TextDecoder().decode(canonicalBytes({ ...signed, signature }));
}

export function hashOfLine(line: string): string {
  return sha256(line);
}

/** Null when it is not a line of the journal as this program writes it. */
export function parseLine(text: string): JournalLine | null {
  try {
    const line: unknown = JSON.parse(text);
    return Value.Check(LineSchema, line) && new TextDecoder().decode(canonicalBytes(line)) === text ? line : null;
  } catch {
    return null;
  }
}

export function lineHolds(line: JournalLine): boolean {
  const { signature, ...signed } = line;
  return verifyEd25519Bytes(canonicalBytes(signed), signature, line.publicKey);
}
