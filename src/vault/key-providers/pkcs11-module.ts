/**
 * The few calls of PKCS#11 (OASIS Cryptoki 2.40) that keep one AES key in a token, over the module the token's maker supplies. The
 * binding is `koffi`: its prebuilt part comes with npm, so nothing is compiled. Structures are written by hand, for
 * 64-bit Linux and macOS, where CK_ULONG is eight bytes and nothing is packed.
 */
import { fail, ok, type Result } from '../../contract/result.ts';

const rv = {
  ok: 0n,
  /** SoftHSM's word for a tag that is wrong. */
  generalError: 5n,
  alreadyInitialized: 0x191n,
  pinIncorrect: 0xa0n,
  pinInvalid: 0xa1n,
  pinLenRange: 0xa2n,
  pinLocked: 0xa4n,
  alreadyLoggedIn: 0x100n,
  encryptedDataInvalid: 0x40n,
  dataInvalid: 0x20n,
  encryptedDataLenRange: 0x41n,
} as const;

const ckoSecretKey = 4n;
const ckkAes = 0x1fn;
const ckmAesKeyGen = 0x1080n;
const ckmAesGcm = 0x1087n;
const attribute = {
  class: 0n,
  token: 1n,
  private: 2n,
  label: 3n,
  keyType: 0x100n,
  sensitive: 0x103n,
  encrypt: 0x104n,
  decrypt: 0x105n,
  wrap: 0x106n,
  unwrap: 0x107n,
  valueLen: 0x161n,
  extractable: 0x162n,
} as const;

const rwSession = 2n | 4n;
const userLogin = 1n;
const ulongBytes = 8;
const tagBits = 128n;

type Call = (...args: unknown[]) => number | bigint;

const calls = {
  C_Initialize: ['void *'],
  C_Finalize: ['void *'],
  C_GetSlotList: ['uint8_t', 'void *', 'void *'],
  C_GetTokenInfo: ['ulong', 'void *'],
  C_OpenSession: ['ulong', 'ulong', 'void *', 'void *', 'void *'],
  C_CloseSession: ['ulong'],
  C_Login: ['ulong', 'ulong', 'void *', 'ulong'],
  C_Logout: ['ulong'],
  C_FindObjectsInit: ['ulong', 'void *', 'ulong'],
  C_FindObjects: ['ulong', 'void *', 'ulong', 'void *'],
  C_FindObjectsFinal: ['ulong'],
  C_GenerateKey: ['ulong', 'void *', 'void *', 'ulong', 'void *'],
  C_EncryptInit: ['ulong', 'void *', 'ulong'],
  C_Encrypt: ['ulong', 'void *', 'ulong', 'void *', 'void *'],
  C_DecryptInit: ['ulong', 'void *', 'ulong'],
  C_Decrypt: ['ulong', 'void *', 'ulong', 'void *', 'void *'],
} as const;
type Functions = Readonly<Record<keyof typeof calls, Call>>;

interface Library {
  readonly functions: Functions;
  address(buffer: Buffer): bigint;
}

/** Answers `Result` failures from below through the call stack of one session. */
class Refused extends Error {
  override readonly name = 'Refused';
  readonly failure: Result<never>;
  constructor(code: string, message: string, details?: Readonly<Record<string, unknown>>) {
    super(message);
    this.failure = fail(code, message, details);
  }
}

export interface TokenPlace {
  /** Path of the maker's module (`.so`, `.dylib`). */
  readonly module: string;
  readonly tokenLabel: string;
  readonly pin: string;
}

export interface TokenSession {
  /** Makes the key in the token where there is none under this label; it never leaves it. */
  ensureKey(label: string): void;
  /** AES-256-GCM inside the token. `iv` of 12 bytes. Answers ciphertext and tag. */
  encrypt(label: string, plain: Uint8Array, iv: Uint8Array, aad: Uint8Array): Uint8Array;
  /** Null: not made by this key, or changed since. */
  decrypt(label: string, sealed: Uint8Array, iv: Uint8Array, aad: Uint8Array): Uint8Array | null;
}

/**
 * Opens the module, signs in once (a wrong PIN is never tried again: tokens lock), does the work, and leaves. Failures:
 * `key_store_refused` (no module, no token, wrong or locked PIN), `key_missing` (no key under that label).
 */
export async function withToken<T>(place: TokenPlace, work: (session: TokenSession) => T): Promise<Result<T>> {
  try {
    const library = await openLibrary(place.module);
    check('C_Initialize', library.functions.C_Initialize(null), [rv.alreadyInitialized]);
    try {
      return ok(inSession(library, place, work));
    } finally {
      library.functions.C_Finalize(null);
    }
  } catch (error) {
    if (error instanceof Refused) return error.failure;
    throw error;
  }
}

async function openLibrary(path: string): Promise<Library> {
  if (!['linux', 'darwin'].includes(process.platform) || !['x64', 'arm64'].includes(process.arch))
    throw new Refused('key_store_refused', 'PKCS#11 tokens are read on 64-bit Linux and macOS only.');
  try {
    // Loaded late: an installation without a token owes nothing to it.
    const { default: koffi } = await import('koffi');
    const library = koffi.load(path);
    const functions = Object.fromEntries(
      Object.entries(calls).map(([name, args]) => [name, library.func(name, 'ulong', [...args]) as Call]),
    ) as unknown as Functions;
    return { functions, address: (buffer) => BigInt(koffi.address(buffer)) };
  } catch {
    throw new Refused(
      'key_store_refused',
      'The PKCS#11 module cannot be loaded. Check LOKET_PKCS11_MODULE and that the optional package koffi is installed.',
    );
  }
}

function check(call: string, answer: number | bigint, alsoFine: readonly bigint[] = []): void {
  const value = BigInt(answer);
  if (value === rv.ok || alsoFine.includes(value)) return;
  throw new Refused('key_store_refused', `The token refused ${call} (0x${value.toString(16)}).`, {
    call,
    rv: `0x${value.toString(16)}`,
  });
}

function ulong(value = 0n): Buffer {
  const buffer = Buffer.alloc(ulongBytes);
  buffer.writeBigUInt64LE(value);
  return buffer;
}

function inSession<T>(library: Library, place: TokenPlace, work: (session: TokenSession) => T): T {
  const { functions } = library;
  const slot = slotOf(functions, place.tokenLabel);
  const handle = ulong();
  check('C_OpenSession', functions.C_OpenSession(slot, rwSession, null, null, handle));
  const session = handle.readBigUInt64LE();
  const pin = Buffer.from(place.pin, 'utf8');
  try {
    signIn(functions, session, pin);
    try {
      return work(tokenSession(library, session));
    } finally {
      functions.C_Logout(session);
    }
  } finally {
    pin.fill(0);
    functions.C_CloseSession(session);
  }
}

function slotOf(functions: Functions, label: string): bigint {
  const count = ulong();
  check('C_GetSlotList', functions.C_GetSlotList(1, null, count));
  const slots = Buffer.alloc(ulongBytes * Number(count.readBigUInt64LE()));
  check('C_GetSlotList', functions.C_GetSlotList(1, slots, count));
  for (let at = 0; at < Number(count.readBigUInt64LE()); at += 1) {
    const slot = slots.readBigUInt64LE(at * ulongBytes);
    // CK_TOKEN_INFO is 208 bytes and begins with its label, 32 bytes padded with blanks.
    const info = Buffer.alloc(256);
    check('C_GetTokenInfo', functions.C_GetTokenInfo(slot, info));
    if (info.toString('utf8', 0, 32).trimEnd() === label) return slot;
  }
  throw new Refused(
    'key_store_refused',
    'The token is not there. Check LOKET_PKCS11_TOKEN, and that the token is connected and initialised.',
  );
}

function signIn(functions: Functions, session: bigint, pin: Buffer): void {
  const answer = BigInt(functions.C_Login(session, userLogin, pin, BigInt(pin.length)));
  const remedies = new Map<bigint, string>([
    [rv.pinIncorrect, 'The PIN of the token is wrong. Check LOKET_PKCS11_PIN_FILE; it is not tried again.'],
    [rv.pinInvalid, 'The PIN of the token is wrong. Check LOKET_PKCS11_PIN_FILE; it is not tried again.'],
    [rv.pinLenRange, 'The PIN of the token has another length. Check LOKET_PKCS11_PIN_FILE.'],
    [rv.pinLocked, 'The PIN of the token is locked. Its security officer must set a new one.'],
  ]);
  const remedy = remedies.get(answer);
  if (remedy !== undefined)
    throw new Refused('key_store_refused', remedy, { pin: answer === rv.pinLocked ? 'locked' : 'wrong' });
  check('C_Login', answer, [rv.alreadyLoggedIn]);
}

type Attributes = readonly (readonly [type: bigint, value: Buffer])[];

/** An array of CK_ATTRIBUTE: type, pointer, length. The buffers it points into must outlive the call. */
function template(library: Library, attributes: Attributes): Buffer {
  const bytes = Buffer.alloc(attributes.length * 3 * ulongBytes);
  attributes.forEach(([type, value], index) => {
    const at = index * 3 * ulongBytes;
    bytes.writeBigUInt64LE(type, at);
    bytes.writeBigUInt64LE(library.address(value), at + ulongBytes);
    bytes.writeBigUInt64LE(BigInt(value.length), at + 2 * ulongBytes);
  });
  return bytes;
}

/** CK_MECHANISM: type, pointer to its parameters, their length. */
function mechanism(library: Library, type: bigint, parameters: Buffer | null): Buffer {
  return Buffer.concat([
    ulong(type),
    ulong(parameters === null ? 0n : library.address(parameters)),
    ulong(BigInt(parameters?.length ?? 0)),
  ]);
}

/** CK_GCM_PARAMS of Cryptoki 2.40: iv, its bytes, its bits, aad, its bytes, bits of the tag. */
function gcmParameters(library: Library, iv: Buffer, aad: Buffer): Buffer {
  return Buffer.concat([
    ulong(library.address(iv)),
    ulong(BigInt(iv.length)),
    ulong(BigInt(iv.length * 8)),
    ulong(library.address(aad)),
    ulong(BigInt(aad.length)),
    ulong(tagBits),
  ]);
}

/** Not of Node's shared pool: its address is its own as long as it lives. */
function own(bytes: Uint8Array | string): Buffer {
  const source = typeof bytes === 'string' ? Buffer.from(bytes, 'utf8') : bytes;
  const buffer = Buffer.alloc(source.length);
  buffer.set(source);
  return buffer;
}

function tokenSession(library: Library, session: bigint): TokenSession {
  const { functions } = library;
  const yes = own(new Uint8Array([1]));
  const no = own(new Uint8Array([0]));
  const find = (label: string): bigint | null => {
    const wanted: Attributes = [
      [attribute.class, ulong(ckoSecretKey)],
      [attribute.keyType, ulong(ckkAes)],
      [attribute.label, own(label)],
    ];
    const list = template(library, wanted);
    check('C_FindObjectsInit', functions.C_FindObjectsInit(session, list, BigInt(wanted.length)));
    const [found, count] = [ulong(), ulong()];
    check('C_FindObjects', functions.C_FindObjects(session, found, 1n, count));
    functions.C_FindObjectsFinal(session);
    return count.readBigUInt64LE() === 0n ? null : found.readBigUInt64LE();
  };
  const keyOf = (label: string): bigint => {
    const key = find(label);
    if (key !== null) return key;
    throw new Refused(
      'key_missing',
      'The token holds no key of this name. Check LOKET_PKCS11_KEY, or restore the token from its backup.',
    );
  };
  /** One GCM call; the two-step pattern asks nothing of the token but the room we give. */
  const gcm = (
    direction: 'Encrypt' | 'Decrypt',
    label: string,
    input: Uint8Array,
    ivBytes: Uint8Array,
    aadBytes: Uint8Array,
  ): Buffer | null => {
    const key = keyOf(label);
    const [iv, aad, data] = [own(ivBytes), own(aadBytes), own(input)];
    const parameters = gcmParameters(library, iv, aad);
    const used = mechanism(library, ckmAesGcm, parameters);
    check(`C_${direction}Init`, functions[`C_${direction}Init`](session, used, key));
    const out = Buffer.alloc(data.length + 64);
    const length = ulong(BigInt(out.length));
    const answer = BigInt(functions[`C_${direction}`](session, data, BigInt(data.length), out, length));
    data.fill(0);
    const notItsOwn: readonly bigint[] = [
      rv.encryptedDataInvalid,
      rv.dataInvalid,
      rv.encryptedDataLenRange,
      rv.generalError,
    ];
    if (direction === 'Decrypt' && notItsOwn.includes(answer)) return null;
    check(`C_${direction}`, answer);
    const result = Buffer.from(out.subarray(0, Number(length.readBigUInt64LE())));
    out.fill(0);
    return result;
  };
  return {
    ensureKey(label) {
      if (find(label) !== null) return;
      const wanted: Attributes = [
        [attribute.class, ulong(ckoSecretKey)],
        [attribute.keyType, ulong(ckkAes)],
        [attribute.label, own(label)],
        [attribute.token, yes],
        [attribute.private, yes],
        [attribute.sensitive, yes],
        [attribute.extractable, no],
        [attribute.encrypt, yes],
        [attribute.decrypt, yes],
        [attribute.wrap, no],
        [attribute.unwrap, no],
        [attribute.valueLen, ulong(32n)],
      ];
      const list = template(library, wanted);
      const generate = mechanism(library, ckmAesKeyGen, null);
      check('C_GenerateKey', functions.C_GenerateKey(session, generate, list, BigInt(wanted.length), ulong()));
    },
    encrypt(label, plain, iv, aad) {
      const sealed = gcm('Encrypt', label, plain, iv, aad);
      if (sealed === null) throw new Error('a token that does not encrypt');
      return sealed;
    },
    decrypt: (label, sealed, iv, aad) => gcm('Decrypt', label, sealed, iv, aad),
  };
}
