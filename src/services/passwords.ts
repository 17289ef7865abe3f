/** Password hashing: argon2id, 19 MiB, t = 2, p = 1 (OWASP Password Storage Cheat Sheet; RFC 9106). */
import { hash, verify } from '@node-rs/argon2';

const cost = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

export async function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFKC'), cost);
}

export async function verifyPassword(stored: string, password: string): Promise<boolean> {
  return verify(stored, password.normalize('NFKC'), cost);
}

let decoy: Promise<string> | undefined;

/** Spends the time of a real verification where there is no account, so that time does not tell whether there is one. */
export async function spendVerification(password: string): Promise<void> {
  decoy ??= hashPassword('no account has this password');
  await verifyPassword(await decoy, password);
}
