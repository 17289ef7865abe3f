/** What desks deliver in more than one piece, and checkpoints: of desks for the hub to cosign, of this log for auditors. */
import { Type } from 'typebox';
import { DeskDeliverySchema } from '../../contract/api/captures.ts';
import { IdParams } from '../../contract/api/admin.ts';
import { dataOf } from '../../contract/api/common.ts';
import {
  CheckpointSchema,
  ConsistencyProofSchema,
  ConsistencyQuery,
  CosignedSchema,
  DeskCheckpointBody,
  EnvelopeBody,
  InclusionProofSchema,
  InclusionQuery,
  maxPartBytes,
  UploadBody,
  UploadPartBody,
  UploadSchema,
} from '../../contract/api/kiosk.ts';
import type { ErrorCode } from '../../contract/errors.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import { makeCheckpoint, proveConsistency, proveInclusion } from '../../services/audit/checkpoints.ts';
import { cosignCheckpoint } from '../../services/audit/cosign.ts';
import type { Actor } from '../../services/context.ts';
import { receiveEnvelope } from '../../services/desk-delivery/receive-envelope.ts';
import { addPart, beginUpload, completeUpload, uploadState } from '../../services/desk-delivery/uploads.ts';
import type { ApiDeps } from '../api-deps.ts';
import type { DefineRoute, RouteAnswer } from '../define-route.ts';

/** A megabyte of bytes as base64 in JSON. */
const partBodyLimit = Math.ceil((maxPartBytes / 3) * 4) + 4096;

const deliveryErrors: readonly ErrorCode[] = [
  'forbidden',
  'payload_unreadable',
  'not_found',
  'nik_invalid',
  'customer_archived',
  'challenge_unknown',
  'challenge_expired',
  'challenge_mismatch',
  'signature_invalid',
  'simulated_refused',
  'nonce_reused',
  'desk_forked',
];

/** A desk that connected with its certificate speaks for itself only. */
export function speaksFor(actor: Actor, deskId: string): Result<true> {
  return actor.kind === 'desk' && actor.id !== deskId
    ? fail('forbidden', 'a desk delivers its own captures only')
    : ok(true);
}

const ownId = (actor: Actor): string | null => (actor.kind === 'desk' ? actor.id : null);

function delivered(result: Awaited<ReturnType<typeof receiveEnvelope>>): Result<RouteAnswer<never>> {
  return result.ok ? ok({ body: result.value as never, replayed: result.value.replayed }) : result;
}

export function kioskRoutes(define: DefineRoute, deps: ApiDeps): void {
  deliveryRoutes(define, deps);
  checkpointRoutes(define, deps);
}

function deliveryRoutes(define: DefineRoute, { context }: ApiDeps): void {
  define('POST /api/kiosk/envelopes', {
    tag: 'kiosk',
    summary: 'Deliver a sealed capture',
    description:
      'The capture of `POST /api/kiosk/bundles`, sealed to the hub’s transport key on its way. The nonce is unique for ever: a late repeat answers the original result.',
    body: EnvelopeBody,
    bodyLimit: partBodyLimit,
    answer: DeskDeliverySchema,
    errors: deliveryErrors,
    async handle({ actor, body }) {
      const own = speaksFor(actor, body.deskId);
      if (!own.ok) return own;
      const bytes = new Uint8Array(Buffer.from(body.envelope, 'base64'));
      const { deskId, nonce } = body;
      return delivered(await receiveEnvelope(context, { orgId: actor.orgId, deskId, nonce, bytes }));
    },
  });

  define('POST /api/kiosk/uploads', {
    tag: 'kiosk',
    summary: 'Begin or find an upload',
    description: 'Announces size and hash of a sealed capture. The same announcement again finds what is held already.',
    body: UploadBody,
    answer: dataOf(UploadSchema),
    errors: ['forbidden'],
    async handle({ actor, body }) {
      const own = speaksFor(actor, body.deskId);
      if (!own.ok) return own;
      const begun = await beginUpload(context, { ...body, orgId: actor.orgId });
      return begun.ok ? ok({ body: { data: begun.value } }) : begun;
    },
  });

  define('GET /api/kiosk/uploads/{id}', {
    tag: 'kiosk',
    summary: 'Ask how far an upload is',
    params: IdParams,
    answer: dataOf(UploadSchema),
    errors: ['not_found'],
    async handle({ actor, params }) {
      const state = await uploadState(context, actor.orgId, ownId(actor), params.id);
      return state.ok ? ok({ body: { data: state.value } }) : state;
    },
  });

  define('POST /api/kiosk/uploads/{id}/parts', {
    tag: 'kiosk',
    summary: 'Send the next part',
    description: 'At most 1 MiB. A part that is held already is passed over, so that a lost answer does no harm.',
    params: IdParams,
    body: UploadPartBody,
    bodyLimit: partBodyLimit,
    answer: dataOf(UploadSchema),
    errors: ['not_found', 'upload_offset'],
    async handle({ actor, params, body }) {
      const part = { start: body.start, bytes: new Uint8Array(Buffer.from(body.bytes, 'base64')) };
      const added = await addPart(context, actor.orgId, ownId(actor), params.id, part);
      return added.ok ? ok({ body: { data: added.value } }) : added;
    },
  });

  define('POST /api/kiosk/uploads/{id}/complete', {
    tag: 'kiosk',
    summary: 'Deliver what was uploaded',
    params: IdParams,
    answer: DeskDeliverySchema,
    errors: [...deliveryErrors, 'upload_incomplete', 'upload_hash_differs'],
    async handle({ actor, params }) {
      return delivered(await completeUpload(context, actor.orgId, ownId(actor), params.id));
    },
  });
}

function checkpointRoutes(define: DefineRoute, { context }: ApiDeps): void {
  define('POST /api/kiosk/checkpoints', {
    tag: 'kiosk',
    summary: 'Have a desk’s checkpoint cosigned',
    description:
      'The hub checks that the desk’s log grew out of the checkpoint it cosigned last and adds its cosignature (C2SP tlog-cosignature). `checkpoint_stale` names the size to prove from; a fork is refused and recorded.',
    body: DeskCheckpointBody,
    answer: dataOf(CosignedSchema),
    errors: ['forbidden', 'signature_invalid', 'checkpoint_stale', 'checkpoint_forked'],
    async handle({ actor, body }) {
      const own = speaksFor(actor, body.deskId);
      if (!own.ok) return own;
      const cosigned = await cosignCheckpoint(context, actor.orgId, body);
      return cosigned.ok ? ok({ body: { data: cosigned.value } }) : cosigned;
    },
  });

  define('GET /api/admin/audit/checkpoint', {
    tag: 'records',
    summary: 'Read a checkpoint of the audit log',
    description: 'Signed over all rows there are (C2SP tlog-checkpoint; RFC 9162 hashing).',
    query: Type.Object({}, { additionalProperties: false }),
    answer: dataOf(CheckpointSchema),
    errors: ['not_found'],
    async handle() {
      const made = await makeCheckpoint(context);
      if (made.ok) return ok({ body: { data: made.value } });
      return made.error.code === 'not_found' ? made : fail('internal', made.error.message);
    },
  });

  define('GET /api/admin/audit/proofs/inclusion', {
    tag: 'records',
    summary: 'Prove that a row is under a checkpoint',
    query: InclusionQuery,
    answer: dataOf(InclusionProofSchema),
    errors: ['not_found'],
    async handle({ query }) {
      const proof = await proveInclusion(context, query.seq, query.size);
      return proof.ok ? ok({ body: { data: { ...proof.value, path: [...proof.value.path] } } }) : proof;
    },
  });

  define('GET /api/admin/audit/proofs/consistency', {
    tag: 'records',
    summary: 'Prove that the log only grew between two checkpoints',
    query: ConsistencyQuery,
    answer: dataOf(ConsistencyProofSchema),
    errors: ['not_found'],
    async handle({ query }) {
      const proof = await proveConsistency(context, query.from, query.to);
      return proof.ok ? ok({ body: { data: { ...proof.value, path: [...proof.value.path] } } }) : proof;
    },
  });
}
