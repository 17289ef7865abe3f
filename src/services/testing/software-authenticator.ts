/**
 * An authenticator in software, as WebAuthn L3 §6 describes one: its own key pairs, counter and CBOR, so that the server's
 * library is not proven with itself. Each wrong thing a real attacker could do is an option.
 */
import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

export type CoseAlgorithm = -7 | -8 | -257 | -37;

export interface Misbehaviour {
  readonly origin?: string;
  readonly rpId?: string;
  readonly userVerified?: boolean;
  readonly counter?: number;
  readonly userHandle?: string;
  readonly attestation?: { readonly fmt: string; readonly statement: Map<string, unknown> };
  readonly breakSignature?: boolean;
}

interface Options {
  readonly challenge: string;
}

const url64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
const sha = (bytes: Uint8Array | string): Buffer => createHash('sha256').update(bytes).digest();

/** CBOR (RFC 8949) of what attestations hold: integers, bytes, text, maps and arrays. */
export function cbor(value: unknown): Buffer {
  const head = (major: number, n: number): Buffer => {
    if (n < 24) return Buffer.from([(major << 5) | n]);
    if (n < 256) return Buffer.from([(major << 5) | 24, n]);
    return Buffer.from([(major << 5) | 25, n >> 8, n & 255]);
  };
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value]);
  if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map(cbor)]);
  if (value instanceof Map)
    return Buffer.concat([head(5, value.size), ...[...value].flatMap(([key, member]) => [cbor(key), cbor(member)])]);
  throw new Error('no CBOR for this');
}

function keyPair(alg: CoseAlgorithm): { key: KeyObject; cose: Map<number, number | Uint8Array> } {
  const part = (jwk: JsonWebKey, name: 'x' | 'y' | 'n' | 'e'): Uint8Array => Buffer.from(jwk[name] ?? '', 'base64url');
  if (alg === -7) {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const jwk = publicKey.export({ format: 'jwk' });
    const cose = new Map<number, number | Uint8Array>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, part(jwk, 'x')],
      [-3, part(jwk, 'y')],
    ]);
    return { key: privateKey, cose };
  }
  if (alg === -8) {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const jwk = publicKey.export({ format: 'jwk' });
    return {
      key: privateKey,
      cose: new Map<number, number | Uint8Array>([
        [1, 1],
        [3, -8],
        [-1, 6],
        [-2, part(jwk, 'x')],
      ]),
    };
  }
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = publicKey.export({ format: 'jwk' });
  return {
    key: privateKey,
    cose: new Map<number, number | Uint8Array>([
      [1, 3],
      [3, alg],
      [-1, part(jwk, 'n')],
      [-2, part(jwk, 'e')],
    ]),
  };
}

export function softwareAuthenticator(alg: CoseAlgorithm, origin: string) {
  const rpId = new URL(origin).hostname;
  const { key, cose } = keyPair(alg);
  const id = randomBytes(32);
  let counter = 0;
  let userHandle = '';

  function authData(how: Misbehaviour, withKey: boolean): Buffer {
    counter = how.counter ?? counter + 1;
    const flags = 0x01 | (how.userVerified === false ? 0 : 0x04) | (withKey ? 0x40 : 0);
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    const size = Buffer.alloc(2);
    size.writeUInt16BE(id.length);
    const attested = withKey ? [Buffer.alloc(16), size, id, cbor(cose)] : [];
    return Buffer.concat([sha(how.rpId ?? rpId), Buffer.from([flags]), count, ...attested]);
  }

  const clientData = (type: string, challenge: string, how: Misbehaviour): Buffer =>
    Buffer.from(JSON.stringify({ type, challenge, origin: how.origin ?? origin, crossOrigin: false }));

  return {
    create(options: Options & { readonly user: { readonly id: string } }, how: Misbehaviour = {}) {
      userHandle = options.user.id;
      const { fmt = 'none', statement = new Map<string, unknown>() } = how.attestation ?? {};
      const attestation = new Map<string, unknown>([
        ['fmt', fmt],
        ['attStmt', statement],
        ['authData', authData(how, true)],
      ]);
      return {
        id: url64(id),
        rawId: url64(id),
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          clientDataJSON: url64(clientData('webauthn.create', options.challenge, how)),
          attestationObject: url64(cbor(attestation)),
          transports: ['internal'],
        },
      };
    },
    get(options: Options, how: Misbehaviour = {}) {
      const data = authData(how, false);
      const client = clientData('webauthn.get', options.challenge, how);
      const digest = alg === -8 ? null : 'sha256';
      const signature = sign(digest, Buffer.concat([data, sha(client)]), key);
      if (how.breakSignature === true) signature[signature.length - 1] = (signature.at(-1) ?? 0) ^ 1;
      return {
        id: url64(id),
        rawId: url64(id),
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          clientDataJSON: url64(client),
          authenticatorData: url64(data),
          signature: url64(signature),
          userHandle: how.userHandle ?? userHandle,
        },
      };
    },
  };
}
