/** The tables around the records: webhooks, ways to sign in, requests of data subjects, erasures, devices, daily work. */
import type { Instant, Json, Flag } from './schema.ts';

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
