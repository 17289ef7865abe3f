/** What comes to a customer from outside, and his end: Dukcapil's verdict, his devices, erasure. */
import { dataOf } from '../../contract/api/common.ts';
import { CustomerParams } from '../../contract/api/customers.ts';
import { RegisterDeviceBody, RegisteredDeviceSchema } from '../../contract/api/devices.ts';
import { DukcapilAnswerSchema, DukcapilBody } from '../../contract/api/dukcapil.ts';
import { EraseBody, ErasureSchema } from '../../contract/api/erasure.ts';
import { fail, ok } from '../../contract/result.ts';
import { readImage } from '../../services/capture/read-bundle.ts';
import { eraseCustomer } from '../../services/erase-customer.ts';
import { ingestDukcapil, ingestFromDesk } from '../../services/ingest-dukcapil.ts';
import { registerDevice } from '../../services/register-device.ts';
import type { ApiDeps } from '../api-deps.ts';
import type { DefineRoute } from '../define-route.ts';

/** A photo of 8 MiB in base64, the raw answer, and some air. */
const dukcapilBodyLimit = 13 * 1024 * 1024;
const rawLimit = 1024 * 1024;

export function customerDataRoutes(define: DefineRoute, { context }: ApiDeps): void {
  define('POST /api/identity/customers/{id}/erase', {
    tag: 'customers',
    summary: 'Erase a customer',
    description:
      'Cannot be undone. His data keys are destroyed, so that every sealed picture, reading and answer is lost in backups too; name, NIK, contacts, templates, frames, challenges, desk drafts and undelivered captures are overwritten or deleted; his devices end; his status is `archived` and later checks answer 409. Verifications, tier events and the audit log stay: they name nobody. Answers a certificate signed by this installation (Ed25519).\n\nUnder a legal hold (setting `legalHold`, on by default: five years for whoever reached `standard`) it answers 202 and `restricted` instead: processing stops at once, and the daily job shreds the data and signs the certificate at `holdUntil`.',
    params: CustomerParams,
    body: EraseBody,
    answer: dataOf(ErasureSchema),
    alsoStatus: 202,
    errors: ['not_found', 'customer_archived'],
    async handle({ actor, params, body }) {
      const { reason, requestedBy } = body;
      const done = await eraseCustomer(context, actor, { customerId: params.id, reason, requestedBy });
      if (!done.ok) return done;
      return ok({ body: { data: structuredClone(done.value) }, status: done.value.status === 'erased' ? 200 : 202 });
    },
  });

  define('POST /api/identity/nik/dukcapil', {
    tag: 'document',
    summary: 'Post a verdict of Dukcapil',
    description:
      'For organisations with the capability `dukcapilEnabled`. You ask Dukcapil yourselves and post the final verdict here. `valid: true` is worth `standard` at once; its `photo` becomes the authoritative reference for matching. `valid: false` leaves the tier as it is, and its `photo` is not kept. `raw` is sealed and never returned.',
    body: DukcapilBody,
    answer: DukcapilAnswerSchema,
    bodyLimit: dukcapilBodyLimit,
    errors: ['not_found', 'customer_archived', 'capability_disabled', 'image_unusable', 'unavailable'],
    async handle({ actor, body }) {
      const { customerId, valid, raw, reason } = body;
      if (raw !== undefined && JSON.stringify(raw).length > rawLimit)
        return fail('validation_failed', 'validation failed', { fieldErrors: { raw: ['must be at most 1 MiB'] } });
      const photo = body.photo === undefined ? ok(undefined) : readImage(body.photo, 'photo');
      if (!photo.ok) return photo;
      const ingest = actor.kind === 'desk' ? ingestFromDesk : ingestDukcapil;
      const done = await ingest(context, actor, {
        customerId,
        valid,
        ...(photo.value === undefined ? {} : { photo: photo.value }),
        ...(raw === undefined ? {} : { raw }),
        ...(reason === undefined ? {} : { reason }),
      });
      return done.ok ? ok({ body: done.value }) : done;
    },
  });

  define('POST /api/identity/devices/register', {
    tag: 'devices',
    summary: "Register a customer's device",
    description:
      'Called by native SDKs. Bundles that name this `deviceId` are then verified with its key alone, with or without a challenge, and count as attested; erasure ends it. With `publicKey` the device signs Ed25519; without, it is given a secret once.',
    body: RegisterDeviceBody,
    answer: RegisteredDeviceSchema,
    status: 201,
    errors: ['not_found', 'customer_archived'],
    async handle({ actor, body }) {
      const done = await registerDevice(context, actor, body);
      return done.ok ? ok({ body: { device: done.value } }) : done;
    },
  });
}
