/**
 * Receives Loket's webhooks: checks signature and age of both header families before it looks at the body, answers at
 * once, and takes each event once however often it is sent.
 *
 *   LOKET_WEBHOOK_SECRET=whsec_… PORT=9000 node receive-webhooks.ts
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';

const secret = process.env['LOKET_WEBHOOK_SECRET'] ?? '';
if (secret === '') throw new Error('LOKET_WEBHOOK_SECRET is missing');
/** Older deliveries are refused: somebody may be playing back what he recorded. A retry carries a fresh timestamp. */
const oldestSeconds = 300;
const largestBody = 1 << 20;

/** True when one of the comma-separated `sha256=<hex>` signatures is ours; there are two during a rotation. */
function signedByUs(header: string | undefined, body: Buffer): boolean {
  const wanted = Buffer.from(`sha256=${createHmac('sha256', secret).update(body).digest('hex')}`);
  return (header ?? '').split(',').some((one) => {
    const given = Buffer.from(one.trim());
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  });
}

async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > largestBody) return null;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

/** Yours would be a unique column of a table. */
const seen = new Set<string>();

function take(event: { id: string; event: string; data: unknown }): void {
  if (seen.has(event.id)) return;
  seen.add(event.id);
  process.stdout.write(`${event.event} ${event.id}\n`);
}

const server = createServer((request, response) => {
  const refuse = (status: number): void => void response.writeHead(status).end();
  void readBody(request)
    .then((body) => {
      if (body === null) return refuse(413);
      const { headers } = request;
      const one = (name: string): string | undefined => headers[name]?.toString();
      const age = Math.abs(Date.now() / 1000 - Number(one('x-quantum-timestamp')));
      // Written so that a missing timestamp, which is not a number, is refused too.
      if (!(age <= oldestSeconds)) return refuse(401);
      if (!signedByUs(one('x-quantum-signature'), body) || !signedByUs(one('x-identity-signature'), body))
        return refuse(401);
      response.writeHead(204).end();
      take(JSON.parse(body.toString('utf8')) as Parameters<typeof take>[0]);
    })
    .catch(() => refuse(400));
});
server.listen(Number(process.env['PORT'] ?? 9000), '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`listening on ${typeof address === 'object' ? address?.port : address}\n`);
});
