/**
 * What makes an installation a hub: the authority that issues its desks' certificates and the key that captures are sealed
 * to on their way. Made when the first desk enrols; private halves are sealed by the installation.
 */
import { readInstallationValue, writeInstallationValue } from '../../store/installation-values.ts';
import type { Db } from '../../store/repositories/types.ts';
import { newAuthority, type Authority } from '../../vault/certificates.ts';
import { newHpkePair } from '../../vault/hpke.ts';
import { dayMs, type ServiceContext } from '../context.ts';

const key = 'hub.identity';
const authorityYears = 10;

interface Kept {
  readonly certificate: string;
  readonly authoritySealed: string;
  readonly transportKey: string;
  readonly transportSealed: string;
}

export interface HubIdentity {
  readonly authority: Authority;
  /** base64url X25519: desks seal to it. */
  readonly transportKey: string;
  readonly transportPrivateKey: Uint8Array;
}

type Parts = Pick<ServiceContext, 'store' | 'vault' | 'clock'>;

export async function findHubIdentity(ctx: Parts, db: Db = ctx.store.db): Promise<HubIdentity | null> {
  const kept = await readInstallationValue<Kept>(db, key);
  if (kept === null) return null;
  const open = (sealed: string, about: string): Uint8Array =>
    ctx.vault.openSecret(Buffer.from(sealed, 'base64'), about);
  return {
    authority: { certificate: kept.certificate, seed: open(kept.authoritySealed, 'hub.authority') },
    transportKey: kept.transportKey,
    transportPrivateKey: open(kept.transportSealed, 'hub.transport'),
  };
}

/** The identity, made if there is none. */
export async function hubIdentity(ctx: Parts): Promise<HubIdentity> {
  const known = await findHubIdentity(ctx);
  if (known !== null) return known;
  const from = ctx.clock();
  const until = new Date(from.getTime() + authorityYears * 365 * dayMs);
  const authority = await newAuthority(`Loket hub ${ctx.vault.installationId}`, { from, until });
  const transport = await newHpkePair();
  const seal = (plain: Uint8Array, about: string): string =>
    Buffer.from(ctx.vault.sealSecret(plain, about)).toString('base64');
  const made: Kept = {
    certificate: authority.certificate,
    authoritySealed: seal(authority.seed, 'hub.authority'),
    transportKey: transport.publicKey,
    transportSealed: seal(transport.privateKey, 'hub.transport'),
  };
  await ctx.store.transaction(async (trx) => {
    // Two desks may enrol at once: the first identity stays.
    if ((await readInstallationValue<Kept>(trx, key)) === null) await writeInstallationValue(trx, key, made);
  });
  return (
    (await findHubIdentity(ctx)) ?? {
      authority,
      transportKey: transport.publicKey,
      transportPrivateKey: transport.privateKey,
    }
  );
}
