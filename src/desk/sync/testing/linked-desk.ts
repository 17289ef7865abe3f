/** A desk that is enrolled with a hub at a given address, without asking one: for tests of what a hub may answer. */
import { writeInstallationValue } from '../../../store/installation-values.ts';
import type { TemporaryInstallation } from '../../../store/testing/temporary-installation.ts';
import { issueCertificate, newAuthority } from '../../../vault/certificates.ts';
import { newEd25519Pair } from '../../../vault/ed25519.ts';
import { newHpkePair } from '../../../vault/hpke.ts';

/** Answers the hub's private transport key, to open what arrives. */
export async function linkDesk(
  place: Pick<TemporaryInstallation, 'store' | 'vault'>,
  url: string,
): Promise<{ readonly transportPrivateKey: Uint8Array }> {
  const period = { from: new Date('2026-01-01T00:00:00Z'), until: new Date('2036-01-01T00:00:00Z') };
  const authority = await newAuthority('test hub', period);
  const pair = newEd25519Pair();
  const transport = await newHpkePair();
  const deskId = place.vault.desk.id;
  const link = {
    url,
    orgId: 'org_hub',
    deskId,
    certificate: await issueCertificate(authority, { commonName: deskId, publicKey: pair.publicKey }, period),
    authority: authority.certificate,
    ca: null,
    keySealed: Buffer.from(place.vault.sealSecret(pair.seed, 'hub.link.tls')).toString('base64'),
    transportKey: transport.publicKey,
    hubKey: '',
    enrolledAt: period.from.toISOString(),
  };
  await place.store.transaction((trx) => writeInstallationValue(trx, 'hub.link', link));
  return { transportPrivateKey: transport.privateKey };
}
