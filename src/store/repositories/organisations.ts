import type { OrgSettings } from '../../contract/settings.ts';
import { defaultOrgSettings } from '../../contract/settings.ts';
import type { Db, Row } from './types.ts';

export interface Organisation {
  readonly id: string;
  readonly name: string;
  readonly branch: string;
  readonly settings: OrgSettings;
  readonly createdAt: string;
}

const parsed = new Map<string, OrgSettings>();
const parsedKept = 100;

/**
 * Settings written by an older version lack newer members: the documented defaults fill them. Every request asks, and
 * the text seldom changes, so the last texts are kept parsed: nobody may change what this answers.
 */
export function readSettings(json: string): OrgSettings {
  const known = parsed.get(json);
  if (known !== undefined) return known;
  if (parsed.size >= parsedKept) parsed.clear();
  const settings = parseSettings(json);
  parsed.set(json, settings);
  return settings;
}

function parseSettings(json: string): OrgSettings {
  const stored = JSON.parse(json) as Partial<OrgSettings>;
  return {
    ...defaultOrgSettings,
    ...stored,
    capabilities: { ...defaultOrgSettings.capabilities, ...stored.capabilities },
    thresholds: { ...defaultOrgSettings.thresholds, ...stored.thresholds },
    liveness: { ...defaultOrgSettings.liveness, ...stored.liveness },
    review: { ...defaultOrgSettings.review, ...stored.review },
    retention: { ...defaultOrgSettings.retention, ...stored.retention },
    legalHold: { ...defaultOrgSettings.legalHold, ...stored.legalHold },
  };
}

function toOrganisation(row: Row<'organisations'>): Organisation {
  return {
    id: row.id,
    name: row.name,
    branch: row.branch,
    settings: readSettings(row.settings),
    createdAt: row.created_at,
  };
}

export async function insertOrganisation(db: Db, organisation: Organisation): Promise<void> {
  await db
    .insertInto('organisations')
    .values({
      id: organisation.id,
      name: organisation.name,
      branch: organisation.branch,
      settings: JSON.stringify(organisation.settings),
      created_at: organisation.createdAt,
      updated_at: organisation.createdAt,
    })
    .execute();
}

export async function findOrganisation(db: Db, id: string): Promise<Organisation | null> {
  const row = await db.selectFrom('organisations').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? null : toOrganisation(row);
}

export async function listOrganisations(db: Db): Promise<readonly Organisation[]> {
  const rows = await db.selectFrom('organisations').selectAll().orderBy('created_at').orderBy('id').execute();
  return rows.map(toOrganisation);
}

export async function updateOrganisationSettings(db: Db, id: string, settings: OrgSettings, at: string): Promise<void> {
  await db
    .updateTable('organisations')
    .set({ settings: JSON.stringify(settings), updated_at: at })
    .where('id', '=', id)
    .execute();
}

export async function organisationNamed(db: Db, name: string, branch: string): Promise<boolean> {
  const row = await db
    .selectFrom('organisations')
    .select('id')
    .where('name', '=', name)
    .where('branch', '=', branch)
    .executeTakeFirst();
  return row !== undefined;
}
