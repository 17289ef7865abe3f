/**
 * Tables as Kysely sees them; one schema for SQLite and PostgreSQL. Instants are ISO 8601 UTC text with milliseconds
 * (they sort), booleans are 0/1, JSON is text, bytes are blob/bytea. `verifications`, `tier_events`, `audit_log` and
 * `review_decisions` are append-only, by trigger.
 */
import type { Generated } from 'kysely';

type Instant = string;
type Json = string;
type Flag = 0 | 1;

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

/** Who wants to be told what. A deleted one keeps its row for as long as its delivery log. */
export interface WebhookTable {
  id: string;
  org_id: string;
  url: string;
  description: string | null;
  /** JSON array of event names. */
  events: Json;
  status: 'active' | 'disabled';
  created_by: string | null;
  created_at: Instant;
  updated_at: Instant;
  deleted_at: Instant | null;
}

/** Signing secrets of a webhook; while one is replaced by the next, both sign. */
export interface WebhookSecretTable {
  id: string;
  org_id: string;
  webhook_id: string;
  /** Sealed by the installation key. */
  secret_sealed: Uint8Array;
  created_at: Instant;
  /** null: until the next rotation. */
  expires_at: Instant | null;
}

/** What happened, written in one transaction with the record it tells of; only where somebody wants to know. */
export interface WebhookEventTable {
  id: string;
  org_id: string;
  event: string;
  /** The envelope, byte for byte as it is signed and sent. */
  body: string;
  occurred_at: Instant;
}

/** One event on its way to one webhook. */
export interface WebhookDeliveryTable {
  id: string;
  org_id: string;
  webhook_id: string;
  event_id: string;
  event: string;
  state: 'pending' | 'sending' | 'delivered' | 'failed' | 'cancelled';
  /** Attempts begun so far. */
  attempts: number;
  /** When it is due; while `sending`, when the lease ends. */
  next_attempt_at: Instant;
  lease_owner: string | null;
  last_status: number | null;
  last_error: string | null;
  replay_of: string | null;
  created_at: Instant;
  finished_at: Instant | null;
}

/** One line of the delivery log. No answer and no end: the process stopped in the middle. */
export interface WebhookAttemptTable {
  delivery_id: string;
  attempt: number;
  started_at: Instant;
  finished_at: Instant | null;
  status: number | null;
  error: string | null;
}

// Step 40: sign-in and administration.

export interface PasskeyTable {
  id: string;
  org_id: string;
  user_id: string;
  /** base64url, as the authenticator made it; unique in the installation. */
  credential_id: string;
  /** COSE key. */
  public_key: Uint8Array;
  counter: number;
  transports: Json;
  device_type: string;
  backed_up: Flag;
  aaguid: string;
  name: string;
  created_at: Instant;
  last_used_at: Instant | null;
}

export interface PasskeyChallengeTable {
  id: string;
  purpose: 'register' | 'sign_in' | 'reauthenticate';
  /** Whose credentials count; null = whoever holds one (discoverable). */
  user_id: string | null;
  /** base64url. */
  challenge: string;
  rp_id: string;
  origin: string;
  created_at: Instant;
  expires_at: Instant;
  consumed_at: Instant | null;
}

export interface OidcProviderTable {
  org_id: string;
  issuer: string;
  client_id: string;
  /** Sealed by the installation key. */
  client_secret_sealed: Uint8Array;
  /** The provider is the organisation's own directory: an absent `email_verified` counts as true. */
  trust_email: Flag;
  created_at: Instant;
  updated_at: Instant;
}

export interface OidcSignInTable {
  /** SHA-256 (hex) of `state`. */
  state_hash: string;
  org_id: string;
  /** SHA-256 (hex) of the cookie of the browser that began. */
  browser_hash: string;
  verifier_sealed: Uint8Array;
  nonce: string;
  redirect_uri: string;
  created_at: Instant;
  expires_at: Instant;
  consumed_at: Instant | null;
}

/** Who a provider's subject is here, kept from the first sign-in on. */
export interface OidcIdentityTable {
  org_id: string;
  issuer: string;
  subject: string;
  user_id: string;
  created_at: Instant;
}

export interface DeskEnrolmentTable {
  /** SHA-256 (hex) of the one-time code. */
  code_hash: string;
  org_id: string;
  name: string;
  created_by: string;
  created_at: Instant;
  expires_at: Instant;
  used_at: Instant | null;
  desk_id: string | null;
}

export interface DataSubjectRequestTable {
  id: string;
  org_id: string;
  customer_id: string;
  kind: 'access' | 'correction' | 'withdrawal' | 'restriction';
  status: 'open' | 'fulfilled' | 'refused';
  /** What was asked and what was answered, sealed under the customer's key. */
  note_sealed: Uint8Array | null;
  answer_sealed: Uint8Array | null;
  received_at: Instant;
  /** received_at + 3 × 24 h. */
  due_at: Instant;
  created_by: string | null;
  answered_by: string | null;
  answered_at: Instant | null;
  created_at: Instant;
  updated_at: Instant;
}

/** One erasure of a customer: asked for, held back by law (`restricted`), done and certified (`erased`). */
export interface ErasureTable {
  id: string;
  org_id: string;
  /** Unique: nobody is erased twice. */
  customer_id: string;
  state: 'restricted' | 'erased';
  reason: string;
  requested_by: string;
  requested_at: Instant;
  hold_until: Instant | null;
  erased_at: Instant | null;
  certificate: Json | null;
  /** base64url Ed25519 of this installation over the certificate's canonical JSON. */
  signature: string | null;
}

/** What came with a verdict of Dukcapil; both texts sealed under the customer's key. */
export interface DukcapilVerdictTable {
  verification_id: string;
  org_id: string;
  customer_id: string;
  valid: Flag;
  reason_sealed: Uint8Array | null;
  /** Stored as it came, never returned by the API. */
  raw_sealed: Uint8Array | null;
  created_at: Instant;
}

/** The key of a customer's own device; not a desk. */
export interface DeviceKeyTable {
  id: string;
  org_id: string;
  customer_id: string;
  platform: string;
  name: string | null;
  /** base64url raw Ed25519 public key. */
  public_key: string | null;
  /** HMAC secret, sealed by the installation key. */
  secret_sealed: Uint8Array | null;
  active: Flag;
  created_at: Instant;
  ended_at: Instant | null;
  end_reason: string | null;
}

/** Work that exactly one process does: who has it, until when, and when it was last done. */
export interface JobLeaseTable {
  name: string;
  holder: string | null;
  lease_until: Instant | null;
  /** `YYYY-MM-DD`. */
  last_run_day: string | null;
  last_finished_at: Instant | null;
  last_report: Json | null;
}

/** Beginnings of the words of a customer's name and email address (`search-words.ts`); none of an erased customer. */
export interface CustomerSearchTable {
  org_id: string;
  token: string;
  customer_id: string;
}

export interface Database {
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
}
