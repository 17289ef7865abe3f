/** What a desk knows of its hub: where it is, who it is, and the certificate the desk connects with. Its key stays sealed. */
import { fail, ok, type Result } from '../../contract/result.ts';
import type { ClientTls } from '../../connectors/http/http-client.ts';
import { deskEnrolmentBytes } from '../../services/admin/desks.ts';
import type { ServiceContext } from '../../services/context.ts';
import { readInstallationValue, writeInstallationValue } from '../../store/installation-values.ts';
import { tlsKeyOf } from '../../vault/certificates.ts';
import { newEd25519Pair } from '../../vault/ed25519.ts';
import { hubAnswer, hubClient } from './hub-client.ts';

const key = 'hub.link';
const keyContext = 'hub.link.tls';

interface KeptLink {
  readonly url: string;
  readonly orgId: string;
  readonly deskId: string;
  readonly certificate: string;
  readonly authority: string;
  /** PEM the hub's own certificate is checked against; null: the system's authorities. */
  readonly ca: string | null;
  readonly keySealed: string;
  readonly transportKey: string;
  readonly hubKey: string;
  readonly enrolledAt: string;
}

export interface HubLink extends Omit<KeptLink, 'keySealed' | 'ca'> {
  readonly tls: ClientTls;
}

type Parts = Pick<ServiceContext, 'store' | 'vault' | 'clock'>;

/** Null: this desk is not enrolled with a hub. */
export async function hubLink(ctx: Parts): Promise<HubLink | null> {
  const kept = await readInstallationValue<KeptLink>(ctx.store.db, key);
  if (kept === null) return null;
  const { keySealed, ca, ...rest } = kept;
  const seed = ctx.vault.openSecret(Buffer.from(keySealed, 'base64'), keyContext);
  return { ...rest, tls: { cert: rest.certificate, key: tlsKeyOf(seed), ...(ca === null ? {} : { ca }) } };
}

export interface EnrolRequest {
  /** `https://hub.bank.example:8443`, no path. */
  readonly url: string;
  readonly code: string;
  /** PEM of the authority of the hub's certificate, where the system does not know it. */
  readonly ca?: string;
}

/**
 * Answers a one-time code of head office. Errors: `validation_failed`, `unavailable`, and what the hub says
 * (`enrolment_code_invalid`, `desk_exists`, `signature_invalid`).
 */
export async function enrolWithHub(ctx: Parts, { url, code, ca }: EnrolRequest): Promise<Result<HubLink>> {
  const hub = hubOrigin(url);
  if (hub === null)
    return fail('validation_failed', 'the hub is an address like https://hub.bank.id:8443, without a path');
  const { desk } = ctx.vault;
  const tlsPair = newEd25519Pair();
  const signature = desk.sign(deskEnrolmentBytes(code, desk.id, desk.publicKey, tlsPair.publicKey));
  const body = { code, deskId: desk.id, publicKey: desk.publicKey, signature, tlsPublicKey: tlsPair.publicKey };
  const client = hubClient({ url: hub, ...(ca === undefined ? {} : { trust: ca }) });
  const asked = await hubAnswer(() => client.POST('/api/kiosk/desks/enrol', { body }));
  if (!asked.ok) return asked;
  const { data, error } = asked.value;
  if (data === undefined) return fail(error?.code ?? 'unavailable', error?.error ?? 'the hub gave no usable answer');
  const enrolled = data.data;
  if (enrolled?.link === undefined) return fail('unavailable', 'the hub gave no usable answer');
  const kept: KeptLink = {
    url: hub,
    orgId: enrolled.organisation.id,
    deskId: desk.id,
    certificate: enrolled.link.certificate,
    authority: enrolled.link.authority,
    ca: ca ?? null,
    keySealed: Buffer.from(ctx.vault.sealSecret(tlsPair.seed, keyContext)).toString('base64'),
    transportKey: enrolled.link.transportKey,
    hubKey: enrolled.link.hubKey,
    enrolledAt: ctx.clock().toISOString(),
  };
  await ctx.store.transaction((trx) => writeInstallationValue(trx, key, kept));
  const link = await hubLink(ctx);
  return link === null ? fail('unavailable', 'the link was not kept') : ok(link);
}

/** An https origin, or http on this machine for trials. */
export function hubOrigin(text: string): string | null {
  const url = URL.parse(text);
  if (url === null || url.pathname !== '/' || url.search !== '' || url.hash !== '' || url.username !== '') return null;
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  return url.protocol === 'https:' || (url.protocol === 'http:' && local) ? url.origin : null;
}
