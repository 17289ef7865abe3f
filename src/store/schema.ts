/**
 * Tables as Kysely sees them; one schema for SQLite and PostgreSQL. Instants are ISO 8601 UTC text with milliseconds
 * (they sort), booleans are 0/1, JSON is text, bytes are blob/bytea. `verifications`, `tier_events`, `audit_log` and
 * `review_decisions` are append-only, by trigger.
 */
import type { Generated } from 'kysely';
import type { CounterTables } from './schema-counter.ts';
import type { FaceTables } from './schema-faces.ts';
import type { FleetTables } from './schema-fleet.ts';
import type { DeliveryTables } from './schema-delivery.ts';
import type { OperationsTables } from './schema-operations.ts';
import type { RegistryTables } from './schema-registry.ts';
import type {
  DataSubjectRequestTable,
  DeskEnrolmentTable,
  DeviceKeyTable,
  DukcapilVerdictTable,
  ErasureTable,
  JobLeaseTable,
  OidcIdentityTable,
  OidcProviderTable,
  OidcSignInTable,
  PasskeyChallengeTable,
  PasskeyTable,
  WebhookAttemptTable,
  WebhookDeliveryTable,
  WebhookEventTable,
  WebhookSecretTable,
  WebhookTable,
} from './schema-services.ts';
import type {
  BundleExportTable,
  DeskSigningKeyTable,
  ErasureJournalTable,
  HeadOfficeKeyTable,
  HeadOfficeWrapTable,
  RefusedApplicantTable,
  RetentionCheckpointTable,
} from './schema-retention.ts';

import type {
  CustomerFreezeTable,
  ScreeningChunkTable,
  ScreeningHitTable,
  ScreeningPackTable,
  ScreeningRunTable,
} from './schema-screening.ts';

export type Instant = string;
export type Json = string;
export type Flag = 0 | 1;

export interface InstallationTable {
  key: string;
  value: string;
}

export interface OrganisationTable {
  id: string;
  name: string;
  branch: string;
  /** JSON of `OrgSettings`. */
  settings: Json;
  created_at: Instant;
  updated_at: Instant;
}

export interface UserTable {
  id: string;
  org_id: string;
  /** Lower-cased; unique in the installation. */
  email: string;
  full_name: string;
  role: string;
  password_hash: string;
  failed_attempts: number;
  locked_until: Instant | null;
  disabled: Flag;
  created_at: Instant;
  updated_at: Instant;
}

export interface SessionTable {
  /** SHA-256 (hex) of the opaque token. */
  id_hash: string;
  user_id: string;
  org_id: string;
  csrf_token: string;
  channel: 'api' | 'station';
  created_at: Instant;
  last_seen_at: Instant;
  expires_at: Instant;
  reauthenticated_at: Instant | null;
  /** Step 40. */
  reauthenticated_by: 'password' | 'passkey' | null;
}

export interface ApiKeyTable {
  id: string;
  org_id: string;
  name: string;
  environment: string;
  scopes: Json;
  /** SHA-256 (hex) of the whole key. */
  key_hash: string;
  /** First characters, for people to recognise it. */
  key_hint: string;
  created_by: string | null;
  created_at: Instant;
  last_used_at: Instant | null;
  revoked_at: Instant | null;
}

export interface CustomerTable {
  id: string;
  org_id: string;
  full_name: string;
  nik: string | null;
  /** Keyed blind index of the NIK; unique per org where not null. */
  nik_index: string | null;
  nik_metadata: Json | null;
  email: string | null;
  phone: string | null;
  external_ref: string | null;
  status: 'active' | 'archived' | 'restricted';
  kyc_level: string;
  kyc_last_verified_at: Instant | null;
  kyc_expires_at: Instant | null;
  data_residency: string;
  created_at: Instant;
  updated_at: Instant;
  erased_at: Instant | null;
}

/** The crypto-shred unit: one data key per customer, wrapped by the installation key. */
export interface CustomerKeyTable {
  customer_id: string;
  org_id: string;
  wrapped_key: Uint8Array | null;
  created_at: Instant;
  destroyed_at: Instant | null;
}

export interface ConsentTable {
  id: string;
  org_id: string;
  customer_id: string;
  version: string;
  text_hash: string;
  language: string;
  purposes: Json;
  accepted_at: Instant;
  withdrawn_at: Instant | null;
}

export interface ChallengeTable {
  id: string;
  org_id: string;
  customer_id: string;
  purpose: string;
  nonce: string;
  colors: Json;
  hold_ms: Json;
  /** Sealed by the installation key. */
  secret_sealed: Uint8Array;
  issued_at: Instant;
  expires_at: Instant;
  consumed_at: Instant | null;
}

export interface VerificationTable {
  id: string;
  org_id: string;
  customer_id: string;
  method: string;
  status: string;
  score: number | null;
  reasons: Json;
  /** The judgement: voters, thresholds, similarity, model ids. No personal data. */
  detail: Json;
  capture_id: string | null;
  operator_id: string | null;
  data_residency: string;
  created_at: Instant;
}

/** One received capture bundle. (org_id, nonce) is unique for ever. */
export interface CaptureTable {
  id: string;
  org_id: string;
  customer_id: string;
  kind: string;
  nonce: string;
  /** SHA-256 of the signed bytes. */
  bundle_hash: string;
  signature_alg: string;
  desk_id: string | null;
  device_id: string | null;
  simulated: Flag;
  captured_at: Instant;
  received_at: Instant;
  /** `onboarding` or `step_up`: how long the frames live. */
  retention_class: string;
  /** Id in `sealed_blobs`, or `__retired__`. */
  frames_blob_id: string;
  frames_stored: number;
  data_residency: string;
}

export interface KtpBundleTable {
  id: string;
  org_id: string;
  customer_id: string;
  capture_id: string;
  verification_id: string;
  verdict: string;
  assurance_tier: string;
  frames_stored: number;
  /** OCR fields, confidences, corrections: JSON sealed under the customer's key. */
  reading_sealed: Uint8Array | null;
  created_at: Instant;
}

/** Sealed bytes: frames, envelopes, official photos. `bytes` never holds plain text. */
export interface SealedBlobTable {
  id: string;
  org_id: string;
  customer_id: string;
  purpose: string;
  bytes: Uint8Array;
  size: number;
  created_at: Instant;
  expires_at: Instant | null;
  /** Set: `bytes` is empty, they lie in the object of this name (`blob_objects`). */
  object_key: string | null;
}

export interface EnrolmentTable {
  id: string;
  org_id: string;
  customer_id: string;
  source: string;
  model_id: string | null;
  /** 512 little-endian float32; null for a stub. */
  template: Uint8Array | null;
  face_width_px: number | null;
  active: Flag;
  fallback_stub: Flag;
  retire_reason: string | null;
  capture_id: string | null;
  photo_blob_id: string | null;
  created_at: Instant;
  retired_at: Instant | null;
}

export interface TierEventTable {
  id: string;
  org_id: string;
  customer_id: string;
  from_tier: string;
  to_tier: string;
  actor_user_id: string | null;
  reason: string;
  created_at: Instant;
}

export interface AuditTable {
  seq: number;
  id: string;
  org_id: string;
  event: string;
  actor_kind: 'user' | 'api_key' | 'desk' | 'system' | 'public';
  actor_id: string | null;
  /** Keyed hash of the customer id: no personal data in a leaf. */
  subject: string | null;
  object_id: string | null;
  detail: Json;
  occurred_at: Instant;
  prev_hash: string;
  hash: string;
}

export interface IdempotencyTable {
  org_id: string;
  /** `nonce:<nonce>` or `key:<route>:<Idempotency-Key>`. */
  key: string;
  request_hash: string;
  status: number;
  response: Json;
  created_at: Instant;
  expires_at: Instant;
}

export interface ReviewCaseTable {
  id: string;
  org_id: string;
  customer_id: string;
  verification_id: string;
  reasons: Json;
  status: 'open' | 'escalated' | 'approved' | 'rejected';
  assignee_id: string | null;
  operator_id: string | null;
  due_at: Instant;
  created_at: Instant;
  updated_at: Instant;
}

export interface ReviewDecisionTable {
  id: string;
  org_id: string;
  case_id: string;
  verification_id: string;
  decision: 'approve' | 'reject' | 'escalate';
  from_status: string;
  to_status: string;
  reason: string;
  reason_code: string;
  reviewer_id: string;
  /** Who captured; a constraint refuses reviewer = operator (four-eyes). */
  operator_id: string | null;
  reauthentication: 'password' | 'passkey';
  created_at: Instant;
}

export interface DeskTable {
  id: string;
  org_id: string;
  name: string;
  /** base64url raw Ed25519 public key. */
  public_key: string;
  status: 'active' | 'revoked';
  last_counter: number;
  created_at: Instant;
  revoked_at: Instant | null;
  /** Step 185: where it stands, as head office sorts its desks. */
  branch: string | null;
  revoke_reason: string | null;
}

/** The desk's outbox: written in one transaction with the sealed envelope it points to. */
export interface OutboxTable {
  /** The bundle's nonce. */
  id: string;
  org_id: string;
  customer_id: string;
  kind: string;
  /** Order of one desk; deliveries of one customer keep it. */
  sequence: Generated<number>;
  blob_id: string;
  size: number;
  state: 'pending' | 'sending' | 'delivered' | 'refused';
  attempts: number;
  next_attempt_at: Instant;
  lease_owner: string | null;
  lease_until: Instant | null;
  last_error: string | null;
  /** JSON of the receiver's answer. */
  result: Json | null;
  captured_at: Instant;
  created_at: Instant;
  delivered_at: Instant | null;
  /** Step 86: a person took it out of the queue (dead letter), or put it on a disk. */
  set_aside_at: Generated<Instant | null>;
  set_aside_by: Generated<string | null>;
  set_aside_reason: Generated<string | null>;
  exported_at: Generated<Instant | null>;
}

/** An onboarding in progress, sealed, so that a restart can resume it. */
export interface DeskSessionTable {
  id: string;
  org_id: string;
  operator_id: string;
  state: string;
  draft_sealed: Uint8Array;
  created_at: Instant;
  updated_at: Instant;
}

/** Beginnings of the words of a customer's name and email address (`search-words.ts`); none of an erased customer. */
export interface CustomerSearchTable {
  org_id: string;
  token: string;
  customer_id: string;
}

/** Shared by processes; `ends_at` is when a window or a lock ends. */
export interface SharedCounterTable {
  bucket: string;
  key: string;
  used: number;
  ends_at: Instant;
}

/** Rows of a list, kept by triggers (`0062-list-counts.ts`). */
export interface ListCountTable {
  org_id: string;
  list: string;
  a: string;
  b: string;
  n: number;
}

export interface Database
  extends FaceTables, CounterTables, RegistryTables, DeliveryTables, OperationsTables, FleetTables {
  installation: InstallationTable;
  organisations: OrganisationTable;
  users: UserTable;
  sessions: SessionTable;
  api_keys: ApiKeyTable;
  customers: CustomerTable;
  customer_keys: CustomerKeyTable;
  consents: ConsentTable;
  challenges: ChallengeTable;
  verifications: VerificationTable;
  captures: CaptureTable;
  ktp_bundles: KtpBundleTable;
  sealed_blobs: SealedBlobTable;
  enrolments: EnrolmentTable;
  tier_events: TierEventTable;
  audit_log: AuditTable;
  idempotency: IdempotencyTable;
  review_cases: ReviewCaseTable;
  review_decisions: ReviewDecisionTable;
  desks: DeskTable;
  outbox: OutboxTable;
  desk_sessions: DeskSessionTable;
  erasures: ErasureTable;
  dukcapil_verdicts: DukcapilVerdictTable;
  device_keys: DeviceKeyTable;
  job_leases: JobLeaseTable;
  webhooks: WebhookTable;
  webhook_secrets: WebhookSecretTable;
  webhook_events: WebhookEventTable;
  webhook_deliveries: WebhookDeliveryTable;
  webhook_attempts: WebhookAttemptTable;
  passkeys: PasskeyTable;
  passkey_challenges: PasskeyChallengeTable;
  oidc_providers: OidcProviderTable;
  oidc_sign_ins: OidcSignInTable;
  oidc_identities: OidcIdentityTable;
  desk_enrolments: DeskEnrolmentTable;
  data_subject_requests: DataSubjectRequestTable;
  customer_search: CustomerSearchTable;
  shared_counters: SharedCounterTable;
  list_counts: ListCountTable;
  screening_packs: ScreeningPackTable;
  screening_chunks: ScreeningChunkTable;
  screening_runs: ScreeningRunTable;
  screening_hits: ScreeningHitTable;
  customer_freezes: CustomerFreezeTable;
  desk_signing_keys: DeskSigningKeyTable;
  head_office_keys: HeadOfficeKeyTable;
  head_office_wraps: HeadOfficeWrapTable;
  bundle_exports: BundleExportTable;
  refused_applicants: RefusedApplicantTable;
  erasure_journal: ErasureJournalTable;
  retention_checkpoints: RetentionCheckpointTable;
}
