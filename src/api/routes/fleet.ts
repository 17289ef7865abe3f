/** Head office and its desks: heartbeats, inventory, settings, packs, revocation, wiping. */
import { Type } from 'typebox';
import { IdParams } from '../../contract/api/admin.ts';
import { closed, dataOf, listOf } from '../../contract/api/common.ts';
import {
  FleetAnswerSchema,
  FleetDeskSchema,
  HeartbeatBody,
  PackPartQuery,
  PackPartSchema,
  PackSchema,
  PlaceBody,
  PublishBody,
  PublishedSchema,
  ReceiptBody,
  RevokeDeskBody,
  WipeBody,
  WipeQuestionBody,
  WipeSchema,
} from '../../contract/api/fleet.ts';
import { ListQuery } from '../../contract/api/people.ts';
import { ok, type Result } from '../../contract/result.ts';
import { revokeDesk } from '../../services/admin/desks.ts';
import { minuteMs } from '../../services/context.ts';
import { answerWipeQuestion, receiveReport } from '../../services/fleet/directive.ts';
import { fleetDesk, fleetDesks, placeInBranch } from '../../services/fleet/fleet-desks.ts';
import { listPacks, packPart, withdrawPack } from '../../services/fleet/offer-pack.ts';
import { publishedSettings, publishSettings } from '../../services/fleet/publish-settings.ts';
import { acknowledgeWipe, cancelWipe, orderWipe } from '../../services/fleet/wipes.ts';
import { provedWithin } from '../../services/sessions.ts';
import { reauthenticate } from '../../services/sign-in.ts';
import type { ApiDeps } from '../api-deps.ts';
import type { Caller } from '../authenticate.ts';
import type { DefineRoute } from '../define-route.ts';
import { listBody, sliceOf } from '../lists.ts';
import { speaksFor } from './kiosk.ts';

const provedForMs = 5 * minuteMs;
/** Services answer read-only values; the serializer wants the same shape to write from. */
const answer = <T>(result: Result<unknown>): Result<{ readonly body: { readonly data: T } }> =>
  result.ok ? ok({ body: { data: result.value as T } }) : result;

export function fleetRoutes(define: DefineRoute, deps: ApiDeps): void {
  deskSide(define, deps);
  overview(define, deps);
  orders(define, deps);
  supplies(define, deps);
}

function deskSide(define: DefineRoute, { context }: ApiDeps): void {
  define('POST /api/kiosk/fleet/heartbeat', {
    tag: 'fleet',
    summary: 'Say how a desk is, hear what is wanted of it',
    description:
      'The report is signed by the desk. The answer holds the fleet key (signed by the hub), a directive signed by it for this desk and this nonce, valid for a quarter of an hour, and the settings it names where the desk runs others.',
    body: HeartbeatBody,
    answer: dataOf(FleetAnswerSchema),
    errors: ['forbidden', 'signature_invalid', 'payload_unreadable'],
    async handle({ actor, body }) {
      const own = speaksFor(actor, body.deskId);
      if (!own.ok) return own;
      return answer(await receiveReport(context, actor.orgId, body.deskId, body.report));
    },
  });

  define('GET /api/kiosk/fleet/packs/{id}', {
    tag: 'fleet',
    summary: 'Fetch a part of a pack on offer',
    params: IdParams,
    query: PackPartQuery,
    answer: dataOf(PackPartSchema),
    errors: ['not_found'],
    async handle({ actor, params, query }) {
      const part = await packPart(context, actor.orgId, params.id, query.part);
      if (!part.ok) return part;
      const { bytes, number, of } = part.value;
      return ok({ body: { data: { part: number, of, bytes: Buffer.from(bytes).toString('base64') } } });
    },
  });

  define('POST /api/kiosk/fleet/wipe-question', {
    tag: 'fleet',
    summary: 'Ask whether a desk that is shut out is to be wiped',
    description: 'Signed by the desk. A revoked desk learns this and nothing else.',
    body: WipeQuestionBody,
    answer: dataOf(FleetAnswerSchema),
    errors: ['signature_invalid', 'not_found', 'csrf_failed'],
    handle: async ({ body }) => answer(await answerWipeQuestion(context, body.deskId, body.question)),
  });

  define('POST /api/kiosk/fleet/receipts', {
    tag: 'fleet',
    summary: 'Hand in the receipt of a wipe',
    description: 'Signed by the desk before its key ended. The same receipt again answers the same.',
    body: ReceiptBody,
    answer: dataOf(WipeSchema),
    errors: ['signature_invalid', 'not_found', 'csrf_failed'],
    handle: async ({ body }) => answer(await acknowledgeWipe(context, body.receipt)),
  });
}

function overview(define: DefineRoute, { context }: ApiDeps): void {
  define('GET /api/admin/fleet/desks', {
    tag: 'fleet',
    summary: 'List desks with inventory and state',
    query: ListQuery,
    answer: listOf(FleetDeskSchema),
    errors: [],
    async handle({ actor, query }) {
      const slice = sliceOf(query);
      if (!slice.ok) return slice;
      return ok({ body: listBody(await fleetDesks(context, actor, slice.value), slice.value) as never });
    },
  });

  define('GET /api/admin/fleet/desks/{id}', {
    tag: 'fleet',
    summary: 'Read one desk with inventory and state',
    params: IdParams,
    answer: dataOf(FleetDeskSchema),
    errors: ['not_found'],
    handle: async ({ actor, params }) => answer(await fleetDesk(context, actor, params.id)),
  });
}

/** Errors: `reauthentication_required`, and those of `reauthenticate`. */
async function proven(
  { context }: ApiDeps,
  caller: Caller | null,
  password: string | undefined,
): Promise<Result<true>> {
  const person = caller?.person ?? null;
  const tokenHash = person?.tokenHash ?? '';
  if (password === undefined || person === null) return provedWithin(context, tokenHash, provedForMs);
  return reauthenticate(context, person.actor, password, tokenHash);
}

function orders(define: DefineRoute, deps: ApiDeps): void {
  const { context } = deps;
  define('POST /api/admin/fleet/desks/{id}/place', {
    tag: 'fleet',
    summary: 'Say in which branch a desk stands',
    params: IdParams,
    body: PlaceBody,
    answer: dataOf(FleetDeskSchema),
    errors: ['not_found'],
    handle: async ({ actor, params, body }) => answer(await placeInBranch(context, actor, params.id, body.branch)),
  });

  define('POST /api/admin/fleet/desks/{id}/revoke', {
    tag: 'fleet',
    summary: 'Revoke a desk, with the reason on record',
    description: 'From the next request on its certificate and its signatures count for nothing.',
    params: IdParams,
    body: RevokeDeskBody,
    answer: dataOf(FleetDeskSchema),
    errors: ['not_found', 'already_revoked'],
    async handle({ actor, params, body }) {
      const done = await revokeDesk(context, actor, params.id, body.reason);
      return done.ok ? answer(await fleetDesk(context, actor, params.id)) : done;
    },
  });

  define('POST /api/admin/fleet/desks/{id}/wipe', {
    tag: 'fleet',
    summary: 'Order the keys of a desk destroyed',
    description:
      'By a person who has just proven who he is. The desk delivers or seals for the hub what waits, unless `immediately`, destroys its keys, and hands in a signed receipt.',
    params: IdParams,
    body: WipeBody,
    answer: dataOf(WipeSchema),
    status: 202,
    errors: [
      'not_found',
      'wipe_pending',
      'already_wiped',
      'own_account',
      'reauthentication_required',
      'invalid_credentials',
    ],
    async handle({ actor, caller, params, body }) {
      const { password, ...request } = body;
      const proof = await proven(deps, caller, password);
      return proof.ok ? answer(await orderWipe(context, actor, params.id, request)) : proof;
    },
  });

  define('POST /api/admin/fleet/desks/{id}/cancel-wipe', {
    tag: 'fleet',
    summary: 'Take back an order to wipe a desk',
    params: IdParams,
    answer: dataOf(WipeSchema),
    errors: ['not_found', 'already_decided'],
    handle: async ({ actor, params }) => answer(await cancelWipe(context, actor, params.id)),
  });
}

function supplies(define: DefineRoute, { context }: ApiDeps): void {
  const nothing = Type.Object({}, closed);
  define('GET /api/admin/fleet/settings', {
    tag: 'fleet',
    summary: 'List the last issues of the settings',
    query: nothing,
    answer: dataOf(Type.Array(PublishedSchema)),
    errors: [],
    handle: async ({ actor }) => answer(ok(await publishedSettings(context, actor))),
  });

  define('POST /api/admin/fleet/settings', {
    tag: 'fleet',
    summary: 'Publish settings for desks',
    description: 'Numbered and signed. A desk runs the highest version that addresses it.',
    body: PublishBody,
    answer: dataOf(PublishedSchema),
    status: 201,
    errors: ['not_found'],
    handle: async ({ actor, body }) => answer(await publishSettings(context, actor, body)),
  });

  define('GET /api/admin/fleet/packs', {
    tag: 'fleet',
    summary: 'List packs offered to desks',
    query: nothing,
    answer: dataOf(Type.Array(PackSchema)),
    errors: [],
    handle: async ({ actor }) => answer(ok(await listPacks(context, actor))),
  });

  define('POST /api/admin/fleet/packs/{id}/withdraw', {
    tag: 'fleet',
    summary: 'Offer a pack no longer',
    params: IdParams,
    answer: dataOf(PackSchema),
    errors: ['not_found', 'already_decided'],
    handle: async ({ actor, params }) => answer(await withdrawPack(context, actor, params.id)),
  });
}
