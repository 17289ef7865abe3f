/** Organisations, their people, their settings: what `loket org`, `loket users`, first set-up and the API share. */
import { Compile } from 'typebox/compile';
import { fail, ok, type Result } from '../contract/result.ts';
import { defaultOrgSettings, OrgSettingsSchema, type OrgSettings } from '../contract/settings.ts';
import type { Environment, Role } from '../contract/vocabulary.ts';
import { insertDesk, organisationOfDesk } from '../store/repositories/desks.ts';
import {
  findOrganisation,
  insertOrganisation,
  organisationNamed,
  updateOrganisationSettings,
  type Organisation,
} from '../store/repositories/organisations.ts';
import type { Db } from '../store/repositories/types.ts';
import { findUserByEmail, insertUser } from '../store/repositories/users.ts';
import { instant, systemActor, type Actor, type ServiceContext } from './context.ts';
import { managedByFleet, touches } from './fleet/held-settings.ts';
import { hashPassword } from './passwords.ts';
import { recordAudit } from './record-audit.ts';
import { undoable } from './undoable.ts';

export interface NewPerson {
  readonly fullName: string;
  readonly email: string;
  /** At least 12 characters. */
  readonly password: string;
  readonly role: Role;
}

export interface NewOrganisation {
  readonly name: string;
  readonly branch: string;
  readonly environment?: Environment;
  /** Enrols this installation as the organisation's desk, under this name. */
  readonly deskName?: string;
  readonly people?: readonly NewPerson[];
}

export interface PersonView {
  readonly id: string;
  readonly email: string;
  readonly fullName: string;
  readonly role: Role;
}

const shortestPassword = 12;
const settingsCheck = Compile(OrgSettingsSchema);

interface PreparedPerson extends NewPerson {
  readonly passwordHash: string;
}

/** Hashing takes tens of milliseconds, so it happens before the transaction opens. */
async function preparePerson(person: NewPerson): Promise<Result<PreparedPerson>> {
  if (person.password.length < shortestPassword) return invalid('password', `at least ${shortestPassword} characters`);
  if (!/^[^@\s]+@[^@\s]+$/.test(person.email) || person.email.length > 254)
    return invalid('email', 'not an email address');
  if (person.fullName.trim().length < 2 || person.fullName.length > 100)
    return invalid('fullName', '2 to 100 characters');
  return ok({ ...person, passwordHash: await hashPassword(person.password) });
}

function invalid(field: string, message: string): Result<never> {
  return fail('validation_failed', `validation failed: ${field}: ${message}`, { fieldErrors: { [field]: [message] } });
}

async function writePerson(
  ctx: ServiceContext,
  trx: Db,
  actor: Actor,
  person: PreparedPerson,
): Promise<Result<PersonView>> {
  const email = person.email.toLowerCase();
  if ((await findUserByEmail(trx, email)) !== null)
    return fail('user_exists', 'this email address has an account already');
  const id = ctx.ids.next('usr');
  const now = instant(ctx);
  await insertUser(trx, {
    id,
    org_id: actor.orgId,
    email,
    full_name: person.fullName.trim(),
    role: person.role,
    password_hash: person.passwordHash,
    failed_attempts: 0,
    locked_until: null,
    disabled: 0,
    created_at: now,
    updated_at: now,
  });
  await recordAudit(ctx, trx, actor, { event: 'user.created', objectId: id, detail: { role: person.role } });
  return ok({ id, email, fullName: person.fullName.trim(), role: person.role });
}

/** Organisation, desk and people in one transaction. Errors: `validation_failed`, `user_exists`. */
export async function setUpOrganisation(
  ctx: ServiceContext,
  input: NewOrganisation,
): Promise<
  Result<{
    readonly organisation: Organisation;
    readonly people: readonly PersonView[];
    readonly deskId: string | null;
  }>
> {
  if (input.name.trim().length < 2 || input.name.length > 100) return invalid('name', '2 to 100 characters');
  const prepared: PreparedPerson[] = [];
  for (const person of input.people ?? []) {
    const one = await preparePerson(person);
    if (!one.ok) return one;
    prepared.push(one.value);
  }
  return undoable(ctx, async (trx) => {
    const organisation: Organisation = {
      id: ctx.ids.next('org'),
      name: input.name.trim(),
      branch: input.branch.trim(),
      settings: { ...defaultOrgSettings, environment: input.environment ?? defaultOrgSettings.environment },
      createdAt: instant(ctx),
    };
    if (await organisationNamed(trx, organisation.name, organisation.branch))
      return fail('organisation_exists', 'there is an organisation of this name and branch');
    await insertOrganisation(trx, organisation);
    const actor = systemActor(organisation.id);
    await recordAudit(ctx, trx, actor, { event: 'organisation.created', objectId: organisation.id });
    const desk = input.deskName === undefined ? ok(null) : await enrolThisDesk(ctx, trx, actor, input.deskName);
    if (!desk.ok) return desk;
    const people: PersonView[] = [];
    for (const person of prepared) {
      const written = await writePerson(ctx, trx, actor, person);
      if (!written.ok) return written;
      people.push(written.value);
    }
    return ok({ organisation, people, deskId: desk.value });
  });
}

/** Registers this installation's own device key as a desk. Repeating it changes nothing. Errors: `organisation_exists`. */
export async function enrolThisDesk(ctx: ServiceContext, trx: Db, actor: Actor, name: string): Promise<Result<string>> {
  const { id, publicKey } = ctx.vault.desk;
  const holder = await organisationOfDesk(trx, id);
  if (holder === actor.orgId) return ok(id);
  if (holder !== null) return fail('organisation_exists', 'this desk belongs to another organisation already');
  await insertDesk(trx, {
    id,
    org_id: actor.orgId,
    name,
    public_key: publicKey,
    status: 'active',
    last_counter: 0,
    created_at: instant(ctx),
    revoked_at: null,
    branch: null,
    revoke_reason: null,
  });
  await recordAudit(ctx, trx, actor, { event: 'desk.enrolled', objectId: id });
  return ok(id);
}

/** Errors: `not_found`, `validation_failed`, `user_exists`. */
export async function addUser(ctx: ServiceContext, actor: Actor, person: NewPerson): Promise<Result<PersonView>> {
  if ((await findOrganisation(ctx.store.db, actor.orgId)) === null) return fail('not_found', 'organisation not found');
  const prepared = await preparePerson(person);
  if (!prepared.ok) return prepared;
  return undoable(ctx, (trx) => writePerson(ctx, trx, actor, prepared.value));
}

/**
 * Changes settings by dotted path (`thresholds.matchHigh`, `capabilities.dukcapilEnabled`). Values are JSON where they
 * parse as JSON, else text. Errors: `not_found`, `validation_failed`.
 */
export async function changeSettings(
  ctx: ServiceContext,
  actor: Actor,
  changes: Readonly<Record<string, string>>,
): Promise<Result<OrgSettings>> {
  return undoable(ctx, async (trx) => {
    const organisation = await findOrganisation(trx, actor.orgId);
    if (organisation === null) return fail('not_found', 'organisation not found');
    const managed = await managedByFleet(trx);
    const theirs = Object.keys(changes).find((path) => touches(managed, path));
    if (theirs !== undefined) return fail('settings_managed', `head office sets ${theirs} for its desks`);
    const next = structuredClone(organisation.settings) as Record<string, unknown>;
    for (const [path, text] of Object.entries(changes)) {
      const open = path.startsWith('rateLimits.');
      const placed = place(roomFor(next, path), path.split('.'), parseValue(text), open);
      if (!placed) return invalid(path, 'there is no such setting');
    }
    if (!settingsCheck.Check(next)) {
      const first = settingsCheck.Errors(next)[0];
      return invalid(
        (first?.instancePath ?? '').slice(1).replaceAll('/', '.') || 'settings',
        first?.message ?? 'not valid',
      );
    }
    await updateOrganisationSettings(trx, organisation.id, next, instant(ctx));
    await recordAudit(ctx, trx, actor, {
      event: 'settings.changed',
      objectId: organisation.id,
      detail: { keys: Object.keys(changes) },
    });
    return ok(next);
  });
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** `thresholds.matchBySource.<source>.<risk>`, `screening.<name>`, `duplicates.<name>`: one by one, also where none was set yet. */
function roomFor(settings: Record<string, unknown>, path: string): Record<string, unknown> {
  const [, group, name] = /^(screening|duplicates)\.(\w+)$/.exec(path) ?? [];
  if (group !== undefined && name !== undefined)
    settings[group] = { [name]: null, ...(settings[group] as Record<string, unknown> | undefined) };
  const [, source, risk] = /^thresholds\.matchBySource\.(\w+)\.(\w+)$/.exec(path) ?? [];
  if (source === undefined || risk === undefined) return settings;
  const thresholds = settings['thresholds'] as Record<string, Record<string, Record<string, unknown>>>;
  const sources = (thresholds['matchBySource'] ??= {});
  sources[source] = { [risk]: null, ...sources[source] };
  return settings;
}

/** `rateLimits` keys carry dots themselves and are open; every other path must exist already. */
function place(target: Record<string, unknown>, path: readonly string[], value: unknown, open: boolean): boolean {
  const [head, ...rest] = open ? [path[0] ?? '', path.slice(1).join('.')] : path;
  if (head === undefined || !Object.hasOwn(target, head)) {
    if (!open || head === undefined) return false;
  }
  if (rest.length === 0) {
    target[head] = value;
    return true;
  }
  const inner = target[head];
  if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return false;
  if (open) {
    (inner as Record<string, unknown>)[rest[0] ?? ''] = value;
    return true;
  }
  return place(inner as Record<string, unknown>, rest, value, false);
}
