/** A certificate for 127.0.0.1 from an authority nobody vouches for. */
import { issueCertificate, newAuthority, tlsKeyOf } from '../../../vault/certificates.ts';
import { newEd25519Pair } from '../../../vault/ed25519.ts';

export async function listeningCertificate(): Promise<{ readonly key: string; readonly cert: string }> {
  const period = { from: new Date('2020-01-01'), until: new Date('2040-01-01') };
  const authority = await newAuthority('nobody', period);
  const { publicKey, seed } = newEd25519Pair();
  const subject = { commonName: '127.0.0.1', publicKey, hosts: ['127.0.0.1'] };
  return { key: tlsKeyOf(seed), cert: await issueCertificate(authority, subject, period) };
}
