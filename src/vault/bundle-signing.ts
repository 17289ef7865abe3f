/**
 * Signing and hashing of capture bundles (api-decisions 9): RFC 8785 canonical JSON of the manifest without
 * `signature`, frames as SHA-256; HMAC-SHA256 (RFC 2104) or Ed25519 (RFC 8032) over exactly those bytes.
 * Pure functions of their arguments. Vectors: `testing/vectors.json`.
 */
import { createHmac } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { BundleManifest, CaptureBundle, DeskChallenge } from '../contract/bundle.ts';
import { verifyEd25519Bytes } from './ed25519.ts';
import { sha256, timingSafeEqualText } from './random.ts';

/** RFC 8785 canonical bytes of a JSON value. Throws on what JSON cannot say (NaN, lone surrogates, undefined). */
export function canonicalBytes(value: unknown): Uint8Array {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('not a JSON value');
  return new TextEncoder().encode(text);
}

export function signedBytes(manifest: BundleManifest): Uint8Array {
  const { signature: _signature, ...signed } = manifest;
  return canonicalBytes(signed);
}

export function bundleHash(manifest: BundleManifest): string {
  return sha256(signedBytes(manifest));
}

/** base64url HMAC-SHA256; the key is the secret's text as issued (UTF-8). */
export function signHmac(manifest: BundleManifest, secret: string): string {
  return createHmac('sha256', secret).update(signedBytes(manifest)).digest('base64url');
}

export function verifyHmac(manifest: BundleManifest, secret: string): boolean {
  return manifest.signature !== undefined && timingSafeEqualText(manifest.signature, signHmac(manifest, secret));
}

export function verifyEd25519(manifest: BundleManifest, publicKey: string): boolean {
  return manifest.signature !== undefined && verifyEd25519Bytes(signedBytes(manifest), manifest.signature, publicKey);
}

export function framesMatch(bundle: CaptureBundle): boolean {
  const { frames } = bundle.manifest;
  return (
    frames.length === bundle.frames.length && bundle.frames.every((frame, index) => sha256(frame) === frames[index])
  );
}

/** What a desk signs of the challenge it issued to itself (api-decisions 8a). */
export function challengeBytes(challenge: Omit<DeskChallenge, 'signature'>): Uint8Array {
  const { signature: _signature, ...signed } = challenge as DeskChallenge;
  return canonicalBytes(signed);
}

export function verifyDeskChallenge(challenge: DeskChallenge, publicKey: string): boolean {
  return verifyEd25519Bytes(challengeBytes(challenge), challenge.signature, publicKey);
}
