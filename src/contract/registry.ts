/** What a civil registry is asked and what it answers, whoever stands behind it (architecture.md, RegistrySource). */
import { Type, type Static } from 'typebox';
import { oneOf } from './vocabulary.ts';

export const registryKinds = ['imported', 'glair', 'accuauth', 'iluma'] as const;
export type RegistryKind = (typeof registryKinds)[number];

/** What for: written beside every access (Permendagri 102/2019). */
export const registryPurposes = ['onboarding', 'tier_upgrade', 'provider_route', 'test'] as const;
export type RegistryPurpose = (typeof registryPurposes)[number];

export interface RegistryQuery {
  /** Sixteen digits. */
  readonly nik: string;
  readonly name?: string;
  /** `YYYY-MM-DD`. */
  readonly birthDate?: string;
  readonly birthPlace?: string;
  readonly address?: string;
  /** Encoded JPEG or PNG. */
  readonly selfie?: Uint8Array;
  /** Photo of the card, for sources that compare its portrait too. */
  readonly cardImage?: Uint8Array;
  /** The official photo is wanted too, where the source gives it away. */
  readonly wantPhoto?: boolean;
}

/** Whether what was asked is what the registry holds; a member nobody asked for, or the source cannot judge, is absent. */
export interface RegistryFields {
  readonly name?: boolean;
  readonly birthDate?: boolean;
  readonly birthPlace?: boolean;
  readonly address?: boolean;
}

/** What came of comparing faces. Only `compared` has a score. */
export type FaceOutcome = 'compared' | 'not_asked' | 'no_face' | 'no_photo';

export interface RegistryFound {
  readonly found: true;
  readonly source: RegistryKind;
  readonly fields: RegistryFields;
  readonly face: FaceOutcome;
  /** 0–100 on the common scale: 75 is the matching threshold of the model (`facePercent`). */
  readonly faceScore?: number;
  /** The same for the portrait on the card. */
  readonly cardFaceScore?: number;
  /** The official photo, where the source gives it away. */
  readonly photo?: Uint8Array;
  /** The answer as it came, without pictures. Sealed wherever it is kept. */
  readonly raw: Readonly<Record<string, unknown>>;
}

export interface RegistryNotFound {
  readonly found: false;
  readonly source: RegistryKind;
  readonly raw: Readonly<Record<string, unknown>>;
}

/** Why there is no answer. Never "not found". */
export const registryProblems = [
  /** Nothing is set up to be asked. */
  'no_source',
  'timeout',
  'unreachable',
  'tls_untrusted',
  /** It failed several times in a row and is left alone for a while. */
  'circuit_open',
  /** The source limits us. */
  'rate_limited',
  /** Our own limit for this desk or client, or the contract's with the source. */
  'quota_exceeded',
  'credentials_refused',
  'credentials_expired',
  'not_permitted',
  /** It answered, and said that something is wrong on its side. */
  'source_failed',
  /** It took the question and could not carry this one out. */
  'query_failed',
  /** It answered something nobody can read. */
  'answer_unreadable',
  /** What was asked is refused as unusable: another source would say the same. */
  'query_refused',
  /** The face models are missing or restarting. */
  'vision_unavailable',
] as const;
export type RegistryProblem = (typeof registryProblems)[number];

export interface RegistryUnavailable {
  readonly unavailable: true;
  readonly reason: RegistryProblem;
  /** The source that said so last; null when none was asked. */
  readonly source: RegistryKind | null;
}

export type RegistryAnswer = RegistryFound | RegistryNotFound | RegistryUnavailable;

export interface RegistrySource {
  readonly kind: RegistryKind;
  /** Can it be asked this at all? Vendors want a name or a selfie. */
  answers(query: RegistryQuery): boolean;
  /** Never throws for what a network or a vendor does. */
  lookup(query: RegistryQuery): Promise<RegistryAnswer>;
}

export function isUnavailable(answer: RegistryAnswer): answer is RegistryUnavailable {
  return 'unavailable' in answer;
}

const closed = { additionalProperties: false } as const;
const Text = Type.String({ minLength: 1, maxLength: 400 });

export const SourceCredentialsSchema = {
  glair: Type.Object({ username: Text, password: Text, apiKey: Text }, closed),
  accuauth: Type.Object({ apiId: Text, apiSecret: Text }, closed),
  iluma: Type.Object({ apiKey: Text }, closed),
} as const;
export type GlairCredentials = Static<(typeof SourceCredentialsSchema)['glair']>;
export type AccuAuthCredentials = Static<(typeof SourceCredentialsSchema)['accuauth']>;
export type IlumaCredentials = Static<(typeof SourceCredentialsSchema)['iluma']>;

const Count = Type.Integer({ minimum: 1, maximum: 100_000_000 });
export const SourceOptionsSchema = Type.Object(
  {
    /** From the question to the end of the answer, milliseconds. */
    timeoutMs: Type.Integer({ minimum: 200, maximum: 120_000 }),
    /** ISO instant after which the credentials are not used any more. */
    expiresAt: Type.Optional(Type.String({ format: 'date-time' })),
    /** Purposes the contract with the vendor permits; absent: all. */
    purposes: Type.Optional(Type.Array(oneOf(registryPurposes), { minItems: 1 })),
    /** Questions a calendar month, by contract. */
    monthlyQuota: Type.Optional(Count),
    /** Questions a desk or client and day (WIB). */
    dailyPerAsker: Type.Optional(Count),
    enabled: Type.Boolean(),
  },
  closed,
);
export type SourceOptions = Static<typeof SourceOptionsSchema>;

export const defaultSourceOptions: SourceOptions = { timeoutMs: 8_000, dailyPerAsker: 500, enabled: true };

/** A refused row of an import: which line of the file, and why. Never what it says. */
export const importProblems = [
  'too_few_columns',
  'too_many_columns',
  'quote_broken',
  'nik_malformed',
  'nik_impossible',
  'name_missing',
  'field_too_long',
  'birth_date_invalid',
  'duplicate_nik',
  'photo_name_refused',
  'photo_missing',
  'photo_too_large',
  'photo_unreadable',
  'not_utf8',
] as const;
export type ImportProblem = (typeof importProblems)[number];

export interface ImportRefusal {
  /** Counted from 1, the header being line 1. */
  readonly line: number;
  readonly reason: ImportProblem;
  readonly column?: string;
  /** `duplicate_nik`: the line that came first. */
  readonly firstLine?: number;
}

export interface ImportReport {
  readonly importId: string;
  readonly lines: number;
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly refused: number;
  readonly photos: number;
  /** The first thousand. */
  readonly refusals: readonly ImportRefusal[];
  /** Went on where an earlier run broke off. */
  readonly resumed: boolean;
  readonly templates: number;
  readonly seconds: number;
}
