/** HMAC-SHA256 (RFC 2104) over the raw body of a webhook; the key is the secret's text as issued (UTF-8). Hex. */
import { createHmac } from 'node:crypto';

export function webhookSignature(secret: Uint8Array, body: string): string {
  return createHmac('sha256', secret).update(body, 'utf8').digest('hex');
}
