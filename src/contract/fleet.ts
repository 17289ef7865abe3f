/**
 * What a desk and the head office of its fleet say to each other. Everything that matters is a signed text: the canonical
 * JSON (RFC 8785) exactly as it was signed, beside its signature, so that no parser in between can change what is checked.
 */
import { Type, type Static } from 'typebox';
import { SettingsPatchBody } from './api/admin.ts';
import { oneOf } from './vocabulary.ts';

const closed = { additionalProperties: false } as const;
const Word = (maxLength: number) => Type.String({ minLength: 1, maxLength });
const Moment = Type.String({
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$',
  examples: ['2026-11-20T08:30:00.000Z'],
});
const PublicKey = Type.String({
  pattern: '^[A-Za-z0-9_-]{43}$',
  description: 'Raw Ed25519, base64url',
  examples: ['11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo'],
});
const Hash = Type.String({
  pattern: '^[0-9a-f]{64}$',
  description: 'SHA-256, hex',
  examples: ['e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
});
const Nonce = Type.String({ pattern: '^[A-Za-z0-9_-]{16,64}$', examples: ['YQ5sTn0yPp3mUe8wZk1cVb7x'] });
const nullable = <S extends Parameters<typeof Type.Union>[0][number]>(schema: S) => Type.Union([schema, Type.Null()]);

export const SignedTextSchema = Type.Object(
  {
    text: Type.String({ minLength: 2, maxLength: 200_000, description: 'Canonical JSON (RFC 8785), as signed' }),
    signature: Type.String({
      pattern: '^[A-Za-z0-9_-]{86}$',
      description: 'Ed25519 over the UTF-8 text, base64url',
      examples: ['hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg'],
    }),
  },
  { ...closed, title: 'SignedText' },
);
export type SignedText = Static<typeof SignedTextSchema>;

/** Sections of an organisation's policy that head office may set at its desks; the rest is each installation's own. */
const policySections = ['thresholds', 'liveness', 'review', 'screening', 'duplicates', 'capabilities'] as const;

function policyPatch(): Record<string, unknown> {
  const { properties = {} } = SettingsPatchBody as unknown as { properties?: Record<string, unknown> };
  const picked = Object.fromEntries(policySections.map((name) => [name, properties[name]]));
  return { type: 'object', additionalProperties: false, properties: picked };
}
export type FleetPolicy = Readonly<Record<string, unknown>>;

export const FleetRulesSchema = Type.Object(
  {
    idleSeconds: Type.Optional(
      Type.Integer({ minimum: 30, maximum: 3600, description: 'Seconds without a touch before the screen is wiped.' }),
    ),
    simulation: Type.Optional(
      Type.Boolean({ description: 'False forbids --demo and --camera-file at the next start.' }),
    ),
    bandwidth: Type.Optional(
      Type.Integer({ minimum: 1_000, maximum: 1_000_000_000, description: 'Ceiling of the line, bytes per second.' }),
    ),
    minimumVersion: Type.Optional(
      Type.String({
        pattern: '^\\d+\\.\\d+\\.\\d+$',
        examples: ['0.1.0'],
        description: 'Desks below it are reported as outdated.',
      }),
    ),
    policy: Type.Optional(Type.Unsafe<FleetPolicy>(policyPatch())),
  },
  closed,
);
export type FleetRules = Static<typeof FleetRulesSchema>;

/** Whom a document addresses: everybody, one branch, or one desk. */
const TargetSchema = Type.Object({ branch: nullable(Word(100)), deskId: nullable(Word(64)) }, closed);
export type FleetTarget = Static<typeof TargetSchema>;

/** What an administrator writes; schema for editors: resources/packaging/fleet-settings.schema.json. */
export const FleetSettingsFileSchema = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    branch: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'Only desks of this branch.' })),
    desk: Type.Optional(Type.String({ minLength: 3, maxLength: 64, description: 'Only the desk of this id.' })),
    validFrom: Type.Optional({ ...Moment, description: 'Default: at once.' }),
    expiresAt: { ...Moment, description: 'No desk takes it up after this instant.' },
    rules: FleetRulesSchema,
  },
  { ...closed, title: 'FleetSettingsFile' },
);
export type FleetSettingsFile = Static<typeof FleetSettingsFileSchema>;

/** Which key signs for the fleet; said by the hub's own key, which the desk keeps since it enrolled. */
export const FleetKeySchema = Type.Object(
  {
    kind: Type.Literal('loket-fleet-key'),
    layout: Type.Literal(1),
    generation: Type.Integer({ minimum: 1 }),
    publicKey: PublicKey,
    issuedAt: Moment,
  },
  closed,
);

/** One issue of the settings. Signed by the fleet key; versions only rise, over all targets of an organisation. */
export const FleetSettingsSchema = Type.Object(
  {
    kind: Type.Literal('loket-fleet-settings'),
    layout: Type.Literal(1),
    orgId: Word(64),
    version: Type.Integer({ minimum: 1 }),
    target: TargetSchema,
    validFrom: Moment,
    expiresAt: Moment,
    publishedAt: Moment,
    rules: FleetRulesSchema,
  },
  closed,
);
export type FleetSettings = Static<typeof FleetSettingsSchema>;

export const packKinds = ['list', 'models'] as const;
export type PackKind = (typeof packKinds)[number];
export const packPartBytes = 1024 * 1024;

export const PackOfferSchema = Type.Object(
  {
    id: Word(64),
    kind: oneOf(packKinds),
    /** Of a list: its id. Of weights: the file of the manifest. */
    name: Word(100),
    /** Rises with each offer under the same name. */
    sequence: Type.Integer({ minimum: 1 }),
    version: Word(100),
    sha256: Hash,
    size: Type.Integer({ minimum: 1 }),
    /** Of a list: who signed the pack itself. */
    signer: nullable(PublicKey),
  },
  closed,
);
export type PackOffer = Static<typeof PackOfferSchema>;

export const wipeModes = ['deliver_first', 'immediately'] as const;
export type WipeMode = (typeof wipeModes)[number];

export const WipeOrderSchema = Type.Object(
  {
    id: Word(64),
    /** The key of the very installation that is meant. */
    deskKey: PublicKey,
    mode: oneOf(wipeModes),
    graceMinutes: Type.Integer({ minimum: 0, maximum: 10_080 }),
    requestedAt: Moment,
  },
  closed,
);
export type WipeOrder = Static<typeof WipeOrderSchema>;

/**
 * What head office wants of one desk now: signed by the fleet key for this desk, for the nonce it asked with, and for a quarter
 * of an hour. It names every other document by version and hash, so that none can be held back or mixed unseen.
 */
export const DirectiveSchema = Type.Object(
  {
    kind: Type.Literal('loket-fleet-directive'),
    layout: Type.Literal(1),
    orgId: Word(64),
    deskId: Word(64),
    nonce: Nonce,
    issuedAt: Moment,
    expiresAt: Moment,
    branch: nullable(Word(100)),
    settings: nullable(Type.Object({ version: Type.Integer({ minimum: 1 }), sha256: Hash }, closed)),
    packs: Type.Array(PackOfferSchema, { maxItems: 500 }),
    wipe: nullable(WipeOrderSchema),
    everySeconds: Type.Integer({ minimum: 30, maximum: 86_400 }),
  },
  closed,
);
export type Directive = Static<typeof DirectiveSchema>;

/** Why a desk did not do what it was told; the old state stays. */
export const fleetProblems = [
  'fleet_key_untrusted',
  'fleet_key_rollback',
  'directive_invalid',
  'directive_not_ours',
  'directive_stale',
  'settings_signature_invalid',
  'settings_not_ours',
  'settings_rollback',
  'settings_expired',
  'settings_withheld',
  'settings_invalid',
  'settings_lapsed',
  'pack_rollback',
  'pack_differs',
  'pack_refused',
  'pack_unavailable',
  'wipe_not_ours',
] as const;
export type FleetProblemCode = (typeof fleetProblems)[number];

export const FleetProblemSchema = Type.Object(
  { code: oneOf(fleetProblems), about: nullable(Word(140)), since: Moment },
  closed,
);
export type FleetProblem = Static<typeof FleetProblemSchema>;

/** What a desk says of itself, signed by its own key. No personal data. */
export const DeskReportSchema = Type.Object(
  {
    kind: Type.Literal('loket-fleet-report'),
    layout: Type.Literal(1),
    deskId: Word(64),
    nonce: Nonce,
    at: Moment,
    version: Word(40),
    platform: Word(60),
    keystore: Word(60),
    models: Type.Array(
      Type.Object(
        { role: Word(60), id: Word(100), sha256: nullable(Hash), state: oneOf(['ready', 'missing', 'refused']) },
        closed,
      ),
      { maxItems: 100 },
    ),
    lists: Type.Array(
      Type.Object({ id: Word(64), version: Word(100), publishedAt: Word(40), entries: Type.Integer() }, closed),
      { maxItems: 100 },
    ),
    disk: nullable(Type.Object({ freeBytes: Type.Integer({ minimum: 0 }) }, closed)),
    outbox: Type.Object(
      { pending: Type.Integer({ minimum: 0 }), oldestAt: nullable(Moment), refused: Type.Integer({ minimum: 0 }) },
      closed,
    ),
    cameras: Type.Array(
      Type.Object(
        {
          role: oneOf(['card', 'face']),
          label: Type.String({ maxLength: 200 }),
          fingerprint: Type.String({ maxLength: 64 }),
        },
        closed,
      ),
      { maxItems: 4 },
    ),
    settings: nullable(Type.Object({ version: Type.Integer({ minimum: 1 }), appliedAt: Moment }, closed)),
    packs: Type.Array(
      Type.Object({ kind: oneOf(packKinds), name: Word(100), sequence: Type.Integer({ minimum: 1 }) }, closed),
      { maxItems: 500 },
    ),
    problems: Type.Array(FleetProblemSchema, { maxItems: 50 }),
    wipe: nullable(Word(64)),
  },
  closed,
);
export type DeskReport = Static<typeof DeskReportSchema>;

/** A revoked desk may still ask one thing: whether it is to be wiped. Signed by its key. */
export const WipeQuestionSchema = Type.Object(
  {
    kind: Type.Literal('loket-fleet-wipe-question'),
    layout: Type.Literal(1),
    deskId: Word(64),
    nonce: Nonce,
    at: Moment,
  },
  closed,
);

/** The last thing a desk's key signs. */
export const WipeReceiptSchema = Type.Object(
  {
    kind: Type.Literal('loket-wipe-receipt'),
    layout: Type.Literal(1),
    orderId: Word(64),
    orgId: Word(64),
    deskId: Word(64),
    installationId: Word(64),
    at: Moment,
    mode: oneOf(wipeModes),
    /** Captures nobody had taken in. */
    undelivered: Type.Integer({ minimum: 0 }),
    /** Of those, how many lie in files sealed to the hub, and the hashes of these files. */
    rescued: Type.Integer({ minimum: 0 }),
    files: Type.Array(Hash, { maxItems: 1_000 }),
    /** Ids of the keys that ended. */
    keys: Type.Array(Word(60), { maxItems: 10_000 }),
    /** Rows of the desk's audit log, the wipe included. */
    auditRows: Type.Integer({ minimum: 0 }),
  },
  closed,
);
export type WipeReceipt = Static<typeof WipeReceiptSchema>;

/** What is wrong with a desk, as head office sees it. `amber`: look at it. `red`: act. */
export const fleetFindings = [
  'fleet_never_seen',
  'fleet_silent',
  'fleet_version_old',
  'fleet_models_differ',
  'fleet_models_missing',
  'fleet_lists_missing',
  'fleet_lists_old',
  'fleet_clock',
  'fleet_disk_low',
  'fleet_disk_unknown',
  'fleet_pending_old',
  'fleet_refused',
  'fleet_settings_behind',
  'fleet_packs_behind',
  'fleet_problem',
] as const;
export type FleetFindingCode = (typeof fleetFindings)[number];

export interface FleetFinding {
  readonly code: FleetFindingCode;
  readonly level: 'amber' | 'red';
  /** Measured, in the unit of `limit`: ms, bytes, count or version number. */
  readonly value?: number;
  readonly limit?: number;
  /** A model, a list, or the problem the desk reported. */
  readonly about?: string;
}

export const fleetStates = ['well', 'watch', 'trouble', 'silent', 'never_seen', 'wiping', 'wiped', 'revoked'] as const;
export type FleetState = (typeof fleetStates)[number];
