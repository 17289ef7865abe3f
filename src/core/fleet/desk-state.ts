/**
 * How head office sees one desk: facts in, findings out, each with what was measured and its limit. A fact the desk did not
 * report is a finding, never a pass. Pure.
 */
import type { DeskReport, FleetFinding, FleetState, PackOffer } from '../../contract/fleet.ts';

export interface DeskFacts {
  readonly status: 'active' | 'revoked';
  readonly enrolledAt: string;
  /** When its last report came in; null: never. */
  readonly seenAt: string | null;
  /** Its clock minus ours when it came in, ms. */
  readonly skewMs: number | null;
  readonly report: Omit<DeskReport, 'kind' | 'layout' | 'nonce'> | null;
  readonly wipe: 'none' | 'ordered' | 'acknowledged';
}

/** What every desk ought to run. */
export interface Expected {
  readonly minimumVersion: string | null;
  /** Version of the settings that address this desk now; null: none. */
  readonly settings: number | null;
  readonly packs: readonly Pick<PackOffer, 'kind' | 'name' | 'sequence'>[];
  /** Id of a model → SHA-256 (hex), as this program's manifest has it. */
  readonly models: Readonly<Record<string, string>>;
  readonly lists: readonly string[];
}

export interface FleetLimits {
  readonly silentMs: number;
  readonly longSilentMs: number;
  readonly listAmberMs: number;
  readonly listRedMs: number;
  readonly clockMs: number;
  readonly diskRedBytes: number;
  readonly diskAmberBytes: number;
  readonly pendingAmberMs: number;
  readonly pendingRedMs: number;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const mebibyte = 1024 * 1024;

/** Red is where the desk itself stops beginning new onboardings (`freeze-rules.ts`); amber leaves days to act. */
export const defaultFleetLimits: FleetLimits = {
  silentMs: hourMs,
  longSilentMs: 3 * dayMs,
  listAmberMs: 14 * dayMs,
  listRedMs: 30 * dayMs,
  clockMs: 10 * 60_000,
  diskRedBytes: 512 * mebibyte,
  diskAmberBytes: 4_096 * mebibyte,
  pendingAmberMs: dayMs,
  pendingRedMs: 14 * dayMs,
};

export interface DeskStanding {
  readonly state: FleetState;
  readonly findings: readonly FleetFinding[];
}

export function deskStanding(
  facts: DeskFacts,
  expected: Expected,
  now: Date,
  limits: FleetLimits = defaultFleetLimits,
): DeskStanding {
  if (facts.wipe === 'acknowledged') return { state: 'wiped', findings: [] };
  if (facts.status === 'revoked') return { state: facts.wipe === 'ordered' ? 'wiping' : 'revoked', findings: [] };
  const findings = findingsOf(facts, expected, now.getTime(), limits);
  return { state: stateOf(facts, findings), findings };
}

function stateOf(facts: DeskFacts, findings: readonly FleetFinding[]): FleetState {
  if (facts.wipe === 'ordered') return 'wiping';
  if (facts.seenAt === null) return 'never_seen';
  if (findings.some(({ code }) => code === 'fleet_silent')) return 'silent';
  if (findings.some(({ level }) => level === 'red')) return 'trouble';
  return findings.length > 0 ? 'watch' : 'well';
}

function findingsOf(facts: DeskFacts, expected: Expected, now: number, limits: FleetLimits): FleetFinding[] {
  const { report, seenAt } = facts;
  if (report === null || seenAt === null) return [{ code: 'fleet_never_seen', level: 'amber' }];
  return [
    ...silence(now - Date.parse(seenAt), limits),
    ...version(report.version, expected.minimumVersion),
    ...models(report.models, expected.models),
    ...lists(report.lists, expected.lists, now, limits),
    ...clock(facts.skewMs, limits),
    ...disk(report.disk?.freeBytes ?? null, limits),
    ...outbox(report.outbox, now, limits),
    ...behind(report, expected),
    ...report.problems.map(({ code }): FleetFinding => ({ code: 'fleet_problem', level: 'red', about: code })),
  ];
}

/** A desk is switched off at night: an hour without a word is said, three days are a matter to look into. */
function silence(ms: number, { silentMs, longSilentMs }: FleetLimits): FleetFinding[] {
  if (!(ms > silentMs)) return [];
  const red = ms > longSilentMs;
  return [{ code: 'fleet_silent', level: red ? 'red' : 'amber', value: ms, limit: red ? longSilentMs : silentMs }];
}

function version(has: string, wanted: string | null): FleetFinding[] {
  return wanted !== null && !isAtLeast(has, wanted) ? [{ code: 'fleet_version_old', level: 'red', about: has }] : [];
}

/** Dotted numbers; what is no number counts as 0, so that an odd version is old rather than new. */
export function isAtLeast(has: string, wanted: string): boolean {
  const parts = (text: string): number[] => text.split('.').map((part) => Number.parseInt(part, 10) || 0);
  const [mine, theirs] = [parts(has), parts(wanted)];
  for (let at = 0; at < Math.max(mine.length, theirs.length); at += 1) {
    const difference = (mine[at] ?? 0) - (theirs[at] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

function models(has: DeskReport['models'], expected: Expected['models']): FleetFinding[] {
  const wrong = has.filter(
    ({ id, sha256, state }) => state === 'refused' || (state === 'ready' && expected[id] !== sha256),
  );
  const roles = new Set(has.map(({ role }) => role));
  const filled = new Set(has.filter(({ state }) => state === 'ready').map(({ role }) => role));
  const without = has.length === 0 ? ['models'] : [...roles].filter((role) => !filled.has(role));
  return [
    ...wrong.map(({ id }): FleetFinding => ({ code: 'fleet_models_differ', level: 'red', about: id })),
    ...without.map((about): FleetFinding => ({ code: 'fleet_models_missing', level: 'red', about })),
  ];
}

function lists(has: DeskReport['lists'], wanted: readonly string[], now: number, limits: FleetLimits): FleetFinding[] {
  const missing = wanted.filter((id) => !has.some((list) => list.id === id));
  return [
    ...missing.map((about): FleetFinding => ({ code: 'fleet_lists_missing', level: 'red', about })),
    ...has.flatMap(({ id, publishedAt }): FleetFinding[] => {
      const age = now - Date.parse(publishedAt);
      // A date that is none is no young list.
      const old = Number.isNaN(age) ? Infinity : age;
      if (old <= limits.listAmberMs) return [];
      const red = old > limits.listRedMs;
      const limit = red ? limits.listRedMs : limits.listAmberMs;
      const value = Number.isFinite(old) ? { value: old } : {};
      return [{ code: 'fleet_lists_old', level: red ? 'red' : 'amber', ...value, limit, about: id }];
    }),
  ];
}

function clock(skewMs: number | null, { clockMs }: FleetLimits): FleetFinding[] {
  if (skewMs === null || Math.abs(skewMs) <= clockMs) return [];
  return [{ code: 'fleet_clock', level: 'red', value: Math.abs(skewMs), limit: clockMs }];
}

function disk(free: number | null, { diskAmberBytes, diskRedBytes }: FleetLimits): FleetFinding[] {
  if (free === null) return [{ code: 'fleet_disk_unknown', level: 'amber' }];
  if (free >= diskAmberBytes) return [];
  const red = free < diskRedBytes;
  return [
    { code: 'fleet_disk_low', level: red ? 'red' : 'amber', value: free, limit: red ? diskRedBytes : diskAmberBytes },
  ];
}

function outbox({ oldestAt, refused }: DeskReport['outbox'], now: number, limits: FleetLimits): FleetFinding[] {
  const waited = oldestAt === null ? 0 : now - Date.parse(oldestAt);
  const red = waited > limits.pendingRedMs;
  const limit = red ? limits.pendingRedMs : limits.pendingAmberMs;
  return [
    ...(waited > limits.pendingAmberMs
      ? [{ code: 'fleet_pending_old', level: red ? 'red' : 'amber', value: waited, limit } as const]
      : []),
    ...(refused > 0 ? [{ code: 'fleet_refused', level: 'amber', value: refused } as const] : []),
  ];
}

function behind(report: Pick<DeskReport, 'settings' | 'packs'>, expected: Expected): FleetFinding[] {
  const has = report.settings?.version ?? 0;
  const wanted = expected.settings ?? 0;
  const late = expected.packs.filter(
    ({ kind, name, sequence }) =>
      (report.packs.find((one) => one.kind === kind && one.name === name)?.sequence ?? 0) < sequence,
  );
  return [
    ...(has < wanted ? [{ code: 'fleet_settings_behind', level: 'amber', value: has, limit: wanted } as const] : []),
    ...late.map(({ name }): FleetFinding => ({ code: 'fleet_packs_behind', level: 'amber', about: name })),
  ];
}
