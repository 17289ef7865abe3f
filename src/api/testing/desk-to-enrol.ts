/** A desk that is about to enrol, as scenarios need it: its key, and the body it sends. */
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { deskEnrolmentBytes } from '../../services/admin/desks.ts';
import type { Client } from './listening-api.ts';

export interface NewDesk {
  readonly privateKey: KeyObject;
  body(code: string): { deskId: string; publicKey: string; code: string; signature: string };
}

export function newDesk(): NewDesk {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ format: 'jwk' }).x ?? '';
  const deskId = `dsk_${crypto.randomUUID()}`;
  return {
    privateKey,
    body: (code) => {
      const signature = sign(null, deskEnrolmentBytes(code, deskId, raw), privateKey).toString('base64url');
      return { deskId, publicKey: raw, code, signature };
    },
  };
}

export async function deskCode(admin: Client): Promise<string> {
  return (await admin.send('POST', '/api/kiosk/desks', { name: 'Loket 3' })).body.data.code as string;
}
