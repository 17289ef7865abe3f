/** Posts a registry's verdict to the hub's documented ingest route, as the desk that asked. */
import { fail, ok, type Result } from '../../contract/result.ts';
import type { DukcapilVerdict } from '../../services/ingest-dukcapil.ts';
import { hubAnswer, hubClient } from '../sync/hub-client.ts';
import type { HubLink } from '../sync/hub-link.ts';

/** The hub will not take it, today or tomorrow. */
const final: ReadonlySet<string> = new Set([
  'customer_archived',
  'not_found',
  'capability_disabled',
  'validation_failed',
]);

/** Errors: those of the hub and of the way there, with `details.final` where another try is of no use. */
export async function postVerdict(
  link: HubLink,
  verdict: DukcapilVerdict,
): Promise<Result<{ readonly verificationId: string }>> {
  const { customerId, valid, photo, raw, reason } = verdict;
  const client = hubClient({ url: link.url, clientTls: link.tls });
  const body = {
    customerId,
    valid,
    ...(photo === undefined ? {} : { photo: Buffer.from(photo).toString('base64') }),
    ...(raw === undefined ? {} : { raw: { ...raw } }),
    ...(reason === undefined ? {} : { reason }),
  };
  const asked = await hubAnswer(() => client.POST('/api/identity/nik/dukcapil', { body }));
  if (!asked.ok) return asked;
  const { data, error } = asked.value;
  if (data !== undefined) return ok({ verificationId: data.verification.id });
  const code = error?.code ?? 'unavailable';
  // A picture the hub cannot use says nothing against the verdict.
  if (code === 'image_unusable' && photo !== undefined) {
    const { photo: _unusable, ...rest } = verdict;
    return postVerdict(link, rest);
  }
  return fail(code, error?.error ?? 'the hub gave no usable answer', final.has(code) ? { final: true } : {});
}
