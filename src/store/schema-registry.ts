/** Tables of the civil registry (steps 95, 97) and of the provider-compatible routes (step 96). */
import type { Generated } from 'kysely';
import type { Flag, Instant, Json } from './schema.ts';

/** One person of the imported population table. Nothing of it is readable without the vault. */
export interface RegistryPersonTable {
  seq: Generated<number>;
  org_id: string;
  /** Keyed hash of the NIK. */
  nik_index: string;
  /** Name, birth date and place, address; sealed by the installation key. */
  row_sealed: Uint8Array;
  /** Keyed hash of the plain row: tells whether a repeat changes anything. */
  row_hash: string;
  /** The import that saw it last, and where in its file. */
  import_id: string;
  line: number;
  updated_at: Instant;
}

/** Beside the row, so that looking up a name never reads pixels. */
export interface RegistryPhotoTable {
  org_id: string;
  nik_index: string;
  photo_sealed: Uint8Array;
  /** Keyed hash of the plain photo. */
  photo_hash: string;
  /** Face template, sealed; null until somebody asks for it, or where no face was found. */
  template_sealed: Uint8Array | null;
  /** Model that made the template, or looked for one; null: not looked at yet. */
  template_model: string | null;
  updated_at: Instant;
}

/** One run over a file: where it stands, so that a broken one goes on. */
export interface RegistryImportTable {
  id: string;
  org_id: string;
  /** SHA-256 (hex) of the whole file. */
  digest: string;
  state: 'running' | 'finished';
  /** Lines done, header included. */
  lines: number;
  added: number;
  changed: number;
  unchanged: number;
  refused: number;
  photos: number;
  started_at: Instant;
  updated_at: Instant;
  finished_at: Instant | null;
}

/** Who asked a registry about whom, what for, and what came of it (Permendagri 102/2019). Append-only. */
export interface RegistryAccessTable {
  id: string;
  org_id: string;
  occurred_at: Instant;
  /** `desk:<id>` or `client:<id>`: what a quota counts by. */
  asker: string;
  actor_kind: string;
  actor_id: string | null;
  purpose: string;
  source: string;
  /** Keyed hash of the NIK. */
  subject: string;
  outcome: string;
  charged: Flag;
  ms: number;
}

/** Where this organisation asks, in order of `position`. */
export interface RegistrySourceTable {
  id: string;
  org_id: string;
  kind: string;
  position: number;
  base_url: string | null;
  /** Sealed by the installation key. */
  credentials_sealed: Uint8Array | null;
  /** `SourceOptions`: expiry, permission, quotas, time limits. */
  options: Json;
  created_at: Instant;
  updated_at: Instant;
}

/** A customer the registry is still to be asked about, or was. */
export interface RegistryCheckTable {
  org_id: string;
  customer_id: string;
  state: 'waiting' | 'confirmed' | 'declined';
  /** The desk whose quota it counts against. */
  desk_id: string | null;
  attempts: number;
  next_attempt_at: Instant;
  last_reason: string | null;
  verification_id: string | null;
  created_at: Instant;
  updated_at: Instant;
}

/** A customer of the hub this desk still asks a registry about; settled, the row keeps nothing of the person. */
export interface DeskRegistryQuestionTable {
  org_id: string;
  /** As the hub knows him. */
  customer_id: string;
  state: 'waiting' | 'confirmed' | 'declined';
  /** NIK, name and what else the card told; sealed by the installation key, like the next two. */
  subject_sealed: Uint8Array | null;
  selfie_sealed: Uint8Array | null;
  /** What the registry answered, while the hub does not have it yet. */
  verdict_sealed: Uint8Array | null;
  /** As the hub said it last. */
  kyc_level: string;
  attempts: number;
  next_attempt_at: Instant;
  last_reason: string | null;
  verification_id: string | null;
  created_at: Instant;
  updated_at: Instant;
}

/** A program of somebody else that speaks a provider's dialect to us. Secrets are stored as SHA-256. */
export interface ProviderClientTable {
  id: string;
  org_id: string;
  provider: 'glair' | 'accuauth' | 'iluma';
  name: string;
  status: 'active' | 'disabled';
  /** User name (GLAIR), API id (AccuAuth), business id (Iluma). */
  login: string;
  /** Password (GLAIR), API secret (AccuAuth), development key (Iluma). */
  secret_hash: string;
  /** API key (GLAIR), production key (Iluma). */
  second_hash: string | null;
  /** Iluma: the single-use token, and what it hands out. */
  token_hash: string | null;
  keys_sealed: Uint8Array | null;
  callback_token_sealed: Uint8Array | null;
  /** `ClientSettings`. */
  settings: Json;
  created_at: Instant;
  updated_at: Instant;
}

/** How often a client got which answer on which day (UTC). */
export interface ProviderChargeTable {
  client_id: string;
  /** `YYYY-MM-DD`. */
  day: string;
  code: string;
  charged: Flag;
  count: number;
}

/** An answer that can be fetched again by its id. */
export interface ProviderAnswerTable {
  client_id: string;
  id: string;
  org_id: string;
  kind: string;
  body_sealed: Uint8Array;
  created_at: Instant;
}

export interface ProviderCallbackUrlTable {
  client_id: string;
  service: string;
  url: string;
  updated_at: Instant;
}

/** An answer on its way to a client's callback address. */
export interface ProviderCallbackTable {
  id: string;
  org_id: string;
  client_id: string;
  service: string;
  url: string;
  body_sealed: Uint8Array;
  state: 'pending' | 'sending' | 'delivered' | 'failed';
  attempts: number;
  next_attempt_at: Instant;
  lease_owner: string | null;
  last_status: number | null;
  last_error: string | null;
  created_at: Instant;
  finished_at: Instant | null;
}

export interface RegistryTables {
  registry_people: RegistryPersonTable;
  registry_photos: RegistryPhotoTable;
  registry_imports: RegistryImportTable;
  registry_access: RegistryAccessTable;
  registry_sources: RegistrySourceTable;
  registry_checks: RegistryCheckTable;
  desk_registry_questions: DeskRegistryQuestionTable;
  provider_clients: ProviderClientTable;
  provider_charges: ProviderChargeTable;
  provider_answers: ProviderAnswerTable;
  provider_callback_urls: ProviderCallbackUrlTable;
  provider_callbacks: ProviderCallbackTable;
}
