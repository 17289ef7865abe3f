/** The desks of an organisation as head office sees them: inventory, what is wrong with each, and what was ordered. */
import type { DeskReport, FleetFinding, FleetState } from '../../contract/fleet.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import { deskStanding, type DeskFacts, type Expected } from '../../core/fleet/desk-state.ts';
import { findDesk, listDesks, placeDesk, type DeskRow } from '../../store/repositories/desks.ts';
import {
  fleetReports,
  fleetWipes,
  settingsInForce,
  type FleetReportRow,
  type FleetWipeRow,
} from '../../store/repositories/fleet.ts';
import { findOrganisation } from '../../store/repositories/organisations.ts';
import type { Db, ListPart, Slice } from '../../store/repositories/types.ts';
import { installedVisionOptions } from '../../vision/open-vision.ts';
import { instant, type Actor, type ServiceContext } from '../context.ts';
import { recordAudit } from '../record-audit.ts';
import { undoable } from '../undoable.ts';
import type { FleetSettings } from '../../contract/fleet.ts';
import { packsOnOffer } from './offer-pack.ts';
import { wipeView, type WipeView } from './wipes.ts';

export interface FleetDesk {
  readonly id: string;
  readonly name: string;
  readonly branch: string | null;
  readonly status: DeskRow['status'];
  readonly state: FleetState;
  readonly findings: readonly FleetFinding[];
  readonly enrolledAt: string;
  readonly revokedAt: string | null;
  readonly revokeReason: string | null;
  readonly seenAt: string | null;
  /** Its clock minus ours, ms. */
  readonly skewMs: number | null;
  /** What it said last. */
  readonly report: Omit<DeskReport, 'kind' | 'layout' | 'nonce'> | null;
  /** Version of the settings it ought to run; null: none addresses it. */
  readonly settingsWanted: number | null;
  /** The last order to wipe it. */
  readonly wipe: WipeView | null;
}

export async function fleetDesks(ctx: ServiceContext, actor: Actor, slice: Slice): Promise<ListPart<FleetDesk>> {
  const { db } = ctx.store;
  const part = await listDesks(db, actor.orgId, slice);
  return { ...part, rows: await standings(ctx, actor.orgId, part.rows) };
}

const mostDesks = 2_000;
const desksAtOnce = 500;

/** All of them, the newest 2,000 where there are more: for one screen that sorts by what asks for somebody. */
export async function allFleetDesks(ctx: ServiceContext, actor: Actor): Promise<readonly FleetDesk[]> {
  const desks: FleetDesk[] = [];
  for (let page = 1; desks.length < mostDesks; page += 1) {
    const { rows } = await fleetDesks(ctx, actor, { by: 'page', page, limit: desksAtOnce });
    desks.push(...rows);
    if (rows.length < desksAtOnce) break;
  }
  return desks;
}

/** Errors: `not_found`. */
export async function fleetDesk(ctx: ServiceContext, actor: Actor, id: string): Promise<Result<FleetDesk>> {
  const row = await findDesk(ctx.store.db, actor.orgId, id);
  const [desk] = row === null ? [] : await standings(ctx, actor.orgId, [row]);
  return desk === undefined ? fail('not_found', 'desk not found') : ok(desk);
}

/** In which branch a desk stands; null: none. Errors: `not_found`. */
export async function placeInBranch(
  ctx: ServiceContext,
  actor: Actor,
  id: string,
  branch: string | null,
): Promise<Result<FleetDesk>> {
  const placed = await undoable(ctx, async (trx) => {
    if (!(await placeDesk(trx, actor.orgId, id, branch))) return fail('not_found', 'desk not found');
    await recordAudit(ctx, trx, actor, { event: 'desk.placed', objectId: id, detail: { branch } });
    return ok(true);
  });
  return placed.ok ? fleetDesk(ctx, actor, id) : placed;
}

async function standings(ctx: ServiceContext, orgId: string, rows: readonly DeskRow[]): Promise<FleetDesk[]> {
  const { db } = ctx.store;
  const ids = rows.map(({ id }) => id);
  const reports = new Map((await fleetReports(db, ids)).map((row) => [row.desk_id, row]));
  const wipes = new Map<string, FleetWipeRow>();
  for (const wipe of await fleetWipes(db, ids)) if (!wipes.has(wipe.desk_id)) wipes.set(wipe.desk_id, wipe);
  const common = await expectedOfAll(db, orgId);
  const desks: FleetDesk[] = [];
  const inForce = await settingsInForce(db, orgId, instant(ctx));
  for (const row of rows) {
    const settings = inForce.find(
      ({ branch, desk_id: deskId }) =>
        (branch === null || branch === row.branch) && (deskId === null || deskId === row.id),
    );
    desks.push(
      standing(ctx, row, reports.get(row.id) ?? null, wipes.get(row.id) ?? null, {
        ...common,
        ...wanted(settings ?? null),
      }),
    );
  }
  return desks;
}

function wanted(
  row: { readonly version: number; readonly text: string } | null,
): Pick<Expected, 'settings' | 'minimumVersion'> {
  if (row === null) return { settings: null, minimumVersion: null };
  const { rules } = JSON.parse(row.text) as FleetSettings;
  return { settings: Number(row.version), minimumVersion: rules.minimumVersion ?? null };
}

async function expectedOfAll(db: Db, orgId: string): Promise<Pick<Expected, 'packs' | 'models' | 'lists'>> {
  const organisation = await findOrganisation(db, orgId);
  return {
    packs: await packsOnOffer(db, orgId),
    models: modelHashes(),
    lists: organisation?.settings.screening?.lists ?? [],
  };
}

/** As this program's manifest has them: a desk of the same release proves its weights against the same. */
function modelHashes(): Readonly<Record<string, string>> {
  const installed = installedVisionOptions();
  if (!installed.ok) return {};
  return Object.fromEntries(installed.value.manifest.models.map(({ id, sha256 }) => [id, sha256]));
}

function standing(
  ctx: ServiceContext,
  row: DeskRow,
  report: FleetReportRow | null,
  wipe: FleetWipeRow | null,
  expected: Expected,
): FleetDesk {
  const told = report === null ? null : (JSON.parse(report.report) as NonNullable<FleetDesk['report']>);
  const facts: DeskFacts = {
    status: row.status,
    enrolledAt: row.created_at,
    seenAt: report?.seen_at ?? null,
    skewMs: report === null ? null : Number(report.skew_ms),
    report: told,
    wipe: wipe === null || wipe.state === 'cancelled' ? 'none' : wipe.state,
  };
  return {
    id: row.id,
    name: row.name,
    branch: row.branch,
    status: row.status,
    ...deskStanding(facts, expected, ctx.clock()),
    enrolledAt: row.created_at,
    revokedAt: row.revoked_at,
    revokeReason: row.revoke_reason,
    seenAt: facts.seenAt,
    skewMs: facts.skewMs,
    report: told,
    settingsWanted: expected.settings,
    wipe: wipe === null ? null : wipeView(wipe),
  };
}
