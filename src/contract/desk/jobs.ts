/** Work that takes longer than a call: its progress and, at the end, what came of it. */
import type { Failure } from '../result.ts';
import type { SelfTestView } from './self-test.ts';

export const jobKinds = ['health', 'backup', 'list_import', 'models_install', 'audit_verify', 'self_test'] as const;
export type JobKind = (typeof jobKinds)[number];

/** One point of an examination (`loket doctor`): `check` names it, `code` the trouble, `message` holds figures only. */
export interface HealthFinding {
  readonly check: string;
  readonly state: 'green' | 'amber' | 'red';
  readonly code: string;
  readonly message: string;
  readonly remedy: string | null;
}

export interface InstalledModelView {
  readonly id: string;
  readonly role: string;
  readonly file: string;
  readonly outcome: 'present' | 'bundled' | 'installed' | 'redundant' | 'missing' | 'refused' | 'failed';
}

export interface JobOutcomes {
  readonly health: { readonly findings: readonly HealthFinding[] };
  readonly backup: { readonly file: string; readonly size: number; readonly createdAt: string };
  readonly list_import: {
    readonly listId: string;
    readonly version: string;
    readonly entries: number;
    /** This issue was in force already. */
    readonly unchanged: boolean;
  };
  readonly models_install: { readonly models: readonly InstalledModelView[]; readonly complete: boolean };
  readonly audit_verify: {
    readonly rows: number;
    readonly intact: boolean;
    /** Number of the first row that does not fit. */
    readonly brokenAt: number | null;
    /** Signed checkpoints the log passed through. */
    readonly checkpoints: number;
  };
  readonly self_test: SelfTestView;
}

export interface JobView<K extends JobKind = JobKind> {
  readonly id: string;
  readonly kind: K;
  readonly state: 'running' | 'done' | 'failed';
  readonly startedAt: string;
  readonly finishedAt: string | null;
  /** `total` null: how much there is shows only at the end. */
  readonly progress: { readonly done: number; readonly total: number | null };
  readonly failure: Failure | null;
  readonly outcome: JobOutcomes[K] | null;
}
