/**
 * The hub's own certificate authority for its desks: Ed25519 certificates (RFC 8410) for mutual TLS, made by
 * `@peculiar/x509`. A desk's key never leaves the desk; it sends the public half and gets a certificate for it.
 */
import 'reflect-metadata';
import { createPrivateKey, webcrypto, X509Certificate as NodeCertificate } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { newEd25519Pair, privateKeyOf } from './ed25519.ts';
import { randomBytes, sha256 } from './random.ts';

const algorithm = { name: 'Ed25519' } as const;

export interface Authority {
  /** PEM. */
  readonly certificate: string;
  /** Raw 32-byte seed of the Ed25519 key. */
  readonly seed: Uint8Array;
}

export interface Period {
  readonly from: Date;
  readonly until: Date;
}

async function keysOf(seed: Uint8Array): Promise<CryptoKeyPair> {
  const key = privateKeyOf(seed);
  const pkcs8 = key.export({ format: 'der', type: 'pkcs8' });
  const x = key.export({ format: 'jwk' }).x ?? '';
  return {
    privateKey: await webcrypto.subtle.importKey('pkcs8', Uint8Array.from(pkcs8), algorithm, false, ['sign']),
    publicKey: await importPublic(x),
  } as CryptoKeyPair;
}

async function importPublic(publicKey: string): Promise<CryptoKey> {
  const raw = Uint8Array.from(Buffer.from(publicKey, 'base64url'));
  return (await webcrypto.subtle.importKey('raw', raw, algorithm, true, ['verify'])) as CryptoKey;
}

/** Positive and unpredictable (CA/B Forum: at least 64 random bits). */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0] ?? 0) & 0x7f;
  return Buffer.from(bytes).toString('hex');
}

export async function newAuthority(name: string, period: Period): Promise<Authority> {
  const { seed } = newEd25519Pair();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: [{ CN: [name] }],
    notBefore: period.from,
    notAfter: period.until,
    keys: await keysOf(seed),
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
    ],
  });
  return { certificate: certificate.toString('pem'), seed };
}

/** PEM. `hosts`: a server's certificate for these names; without, a client's. */
export async function issueCertificate(
  authority: Authority,
  subject: { readonly commonName: string; readonly publicKey: string; readonly hosts?: readonly string[] },
  period: Period,
): Promise<string> {
  const issuer = new x509.X509Certificate(authority.certificate);
  const { hosts } = subject;
  const use = hosts === undefined ? x509.ExtendedKeyUsage.clientAuth : x509.ExtendedKeyUsage.serverAuth;
  const names = (hosts ?? []).map((value) => ({
    type: /^[\d.]+$|:/.test(value) ? ('ip' as const) : ('dns' as const),
    value,
  }));
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: [{ CN: [subject.commonName] }],
    issuer: issuer.subject,
    notBefore: period.from,
    notAfter: period.until,
    publicKey: await importPublic(subject.publicKey),
    signingKey: (await keysOf(authority.seed)).privateKey,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([use]),
      ...(names.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(names)]),
    ],
  });
  return certificate.toString('pem');
}

/** SHA-256 (hex) of the certificate's DER: its name in our tables. Null for what is no certificate. */
export function certificateFingerprint(certificate: string | Uint8Array): string | null {
  try {
    return sha256(new NodeCertificate(Buffer.from(certificate as Uint8Array)).raw);
  } catch {
    return null;
  }
}

/** A key as TLS wants it. PEM, PKCS #8. */
export function tlsKeyOf(seed: Uint8Array): string {
  return createPrivateKey(privateKeyOf(seed).export({ format: 'pem', type: 'pkcs8' })).export({
    format: 'pem',
    type: 'pkcs8',
  }) as string;
}
