/** The tables of head office and its desks (step 185). */
import type { Instant, Json } from './schema.ts';

/** The last report of each desk. */
interface FleetReportTable {
  desk_id: string;
  org_id: string;
  seen_at: Instant;
  /** The desk's clock minus ours when it came in. */
  skew_ms: number;
  /** JSON of `DeskReport`. */
  report: Json;
}

interface FleetSettingsTable {
  org_id: string;
  version: number;
  branch: string | null;
  desk_id: string | null;
  valid_from: Instant;
  expires_at: Instant;
  /** Canonical JSON of `FleetSettings`, as signed. */
  text: string;
  signature: string;
  published_at: Instant;
  published_by: string | null;
}

interface FleetPackTable {
  id: string;
  org_id: string;
  kind: 'list' | 'models';
  name: string;
  sequence: number;
  version: string;
  /** Hex. */
  sha256: string;
  size: number;
  signer: string | null;
  /** `loading`: its bytes are still being written; nobody is offered it. */
  state: 'loading' | 'offered' | 'withdrawn';
  created_at: Instant;
  created_by: string | null;
}

interface FleetPackPartTable {
  pack_id: string;
  number: number;
  /** Sealed by the installation. */
  sealed: Uint8Array;
}

interface FleetWipeTable {
  id: string;
  org_id: string;
  desk_id: string;
  mode: 'deliver_first' | 'immediately';
  grace_minutes: number;
  reason: string;
  state: 'ordered' | 'cancelled' | 'acknowledged';
  requested_at: Instant;
  requested_by: string | null;
  /** First time the desk was told. */
  sent_at: Instant | null;
  ended_at: Instant | null;
  /** JSON of the signed receipt. */
  receipt: Json | null;
}

export interface FleetTables {
  fleet_reports: FleetReportTable;
  fleet_settings: FleetSettingsTable;
  fleet_packs: FleetPackTable;
  fleet_pack_parts: FleetPackPartTable;
  fleet_wipes: FleetWipeTable;
}
