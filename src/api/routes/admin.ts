/** People, roles, organisations and policy. */
import { Type } from 'typebox';
import {
  CreatedOrganisationSchema,
  CreatedPersonSchema,
  CreateOrganisationBody,
  CreateUserBody,
  IdParams,
  OrganisationSchema,
  PersonSchema,
  RolesAnswer,
  SettingsPatchBody,
  SettingsSchema,
  UpdateUserBody,
  UsersQuery,
} from '../../contract/api/admin.ts';
import { closed, dataOf, listOf } from '../../contract/api/common.ts';
import { routeMatrix, type RoutePolicy } from '../../contract/api/route-matrix.ts';
import { ok } from '../../contract/result.ts';
import { roles, scopes } from '../../contract/vocabulary.ts';
import { createOrganisation, listOrganisations } from '../../services/admin/organisations.ts';
import { createPerson, getPerson, listPeople, unlockPerson, updatePerson } from '../../services/admin/people.ts';
import { getSettings, patchSettings } from '../../services/admin/settings.ts';
import { removePasskeysOf } from '../../services/webauthn/manage-passkeys.ts';
import type { ApiDeps } from '../api-deps.ts';
import type { DefineRoute } from '../define-route.ts';
import { filterOf, listBody, sliceOf } from '../lists.ts';

const rolesWithRoutes = roles.map((role) => ({
  role,
  routes: (routeMatrix as readonly RoutePolicy[])
    .filter((row) => Array.isArray(row.roles) && row.roles.includes(role))
    .map((row) => `${row.method} ${row.path}`),
}));

export function adminRoutes(define: DefineRoute, deps: ApiDeps): void {
  peopleRoutes(define, deps);
  policyRoutes(define, deps);
}

function peopleRoutes(define: DefineRoute, { context }: ApiDeps): void {
  define('GET /api/admin/roles', {
    tag: 'admin',
    summary: 'Roles and what each may call',
    answer: dataOf(RolesAnswer),
    errors: ['session_expired'],
    async handle() {
      return ok({ body: { data: { roles: rolesWithRoutes, scopes: [...scopes] } } });
    },
  });

  define('GET /api/admin/users', {
    tag: 'admin',
    summary: 'List the people of the organisation',
    query: UsersQuery,
    answer: listOf(PersonSchema),
    errors: [],
    async handle({ actor, query }) {
      const slice = sliceOf(query);
      if (!slice.ok) return slice;
      return ok({ body: listBody(await listPeople(context, actor, filterOf(query), slice.value), slice.value) });
    },
  });

  define('POST /api/admin/users', {
    tag: 'admin',
    summary: 'Add a person',
    body: CreateUserBody,
    answer: dataOf(CreatedPersonSchema),
    status: 201,
    errors: ['user_exists', 'csrf_failed', 'idempotency_conflict'],
    async handle({ actor, body }) {
      const made = await createPerson(context, actor, body);
      return made.ok ? ok({ body: { data: made.value } }) : made;
    },
  });

  define('GET /api/admin/users/{id}', {
    tag: 'admin',
    summary: 'Read a person',
    params: IdParams,
    answer: dataOf(PersonSchema),
    errors: ['not_found'],
    etag: true,
    async handle({ actor, params }) {
      const found = await getPerson(context, actor, params.id);
      return found.ok ? ok({ body: { data: found.value } }) : found;
    },
  });

  define('PATCH /api/admin/users/{id}', {
    tag: 'admin',
    summary: 'Change name or role, disable or enable',
    description: 'Not one’s own role, and never the last active admin’s.',
    params: IdParams,
    body: UpdateUserBody,
    answer: dataOf(PersonSchema),
    errors: ['not_found', 'own_account', 'last_admin', 'csrf_failed'],
    async handle({ actor, params, body }) {
      const done = await updatePerson(context, actor, params.id, body);
      return done.ok ? ok({ body: { data: done.value } }) : done;
    },
  });

  define('POST /api/admin/users/{id}/unlock', {
    tag: 'admin',
    summary: 'Forget failed attempts',
    params: IdParams,
    answer: dataOf(PersonSchema),
    errors: ['not_found', 'csrf_failed', 'idempotency_conflict'],
    async handle({ actor, params }) {
      const done = await unlockPerson(context, actor, params.id);
      return done.ok ? ok({ body: { data: done.value } }) : done;
    },
  });

  define('DELETE /api/admin/users/{id}/passkeys', {
    tag: 'admin',
    summary: 'Remove all passkeys of a person who lost his device',
    description: 'His sessions end; he signs in by password again and registers anew.',
    params: IdParams,
    answer: dataOf(Type.Object({ removed: Type.Integer() }, closed)),
    errors: ['not_found', 'csrf_failed'],
    async handle({ actor, params }) {
      const done = await removePasskeysOf(context, actor, params.id);
      return done.ok ? ok({ body: { data: { removed: done.value } } }) : done;
    },
  });
}

function policyRoutes(define: DefineRoute, { context }: ApiDeps): void {
  define('GET /api/admin/organisations', {
    tag: 'admin',
    summary: 'List organisations',
    description:
      'Admins of the organisation this installation was set up with see all of them, everybody else his own.',
    answer: dataOf(Type.Array(OrganisationSchema)),
    errors: ['session_expired'],
    async handle({ actor }) {
      return ok({ body: { data: [...(await listOrganisations(context, actor))] } });
    },
  });

  define('POST /api/admin/organisations', {
    tag: 'admin',
    summary: 'Add an organisation with its first admin',
    description: 'Only for admins of the organisation this installation was set up with.',
    body: CreateOrganisationBody,
    answer: dataOf(CreatedOrganisationSchema),
    status: 201,
    errors: ['forbidden', 'organisation_exists', 'user_exists', 'csrf_failed', 'idempotency_conflict'],
    async handle({ actor, body }) {
      const made = await createOrganisation(context, actor, body);
      return made.ok ? ok({ body: { data: made.value } }) : made;
    },
  });

  define('GET /api/admin/settings', {
    tag: 'admin',
    summary: 'Read the settings of the organisation',
    answer: dataOf(SettingsSchema),
    errors: ['not_found'],
    etag: true,
    async handle({ actor }) {
      const settings = await getSettings(context, actor);
      return settings.ok ? ok({ body: { data: settings.value } }) : settings;
    },
  });

  define('PATCH /api/admin/settings', {
    tag: 'admin',
    summary: 'Change settings',
    description:
      'Only the members that are sent change; a list is replaced as a whole. Thresholds, voters, capabilities, retention, legal hold, residency, SLA, rate limits, allow-lists. The audit log keeps what changed and to what.',
    body: SettingsPatchBody,
    answer: dataOf(SettingsSchema),
    errors: ['not_found', 'csrf_failed', 'settings_managed'],
    async handle({ actor, body }) {
      const done = await patchSettings(context, actor, body as Record<string, unknown>);
      return done.ok ? ok({ body: { data: done.value } }) : done;
    },
  });
}
