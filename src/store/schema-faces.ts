/** Faces a counter must notice. */
import type { Flag, Instant } from './schema.ts';

export interface WatchedFaceTable {
  id: string;
  org_id: string;
  kind: 'staff' | 'blocked';
  /** Whose face it is, for staff. */
  user_id: string | null;
  /** Why, in the organisation's words; no name and no NIK. */
  reason: string;
  model_id: string;
  /** 512 little-endian float32. */
  template: Uint8Array;
  active: Flag;
  created_by: string | null;
  created_at: Instant;
  retired_at: Instant | null;
}

export interface FaceTables {
  watched_faces: WatchedFaceTable;
}
