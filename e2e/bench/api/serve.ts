/** Child of the bench: the API and the bare server on one seeded database, and signed bundles on request. */
import { buildApi } from '../../../src/api/build-api.ts';
import { captureKtp } from '../../../src/services/capture-ktp.ts';
import { createCustomer } from '../../../src/services/create-customer.ts';
import { issueChallenge } from '../../../src/services/issue-challenge.ts';
import { systemActor } from '../../../src/services/context.ts';
import { picture } from '../../../src/services/testing/fake-vision.ts';
import { addOrganisation, asInput, openTestHouse, signedBundle } from '../../../src/services/testing/test-house.ts';
import { startBare } from './bare.ts';
import { seed } from './seed.ts';

const rows = Number(process.argv[2] ?? '10000');
const house = await openTestHouse();
house.now = new Date('2026-02-20T03:00:00.000Z');
const bank = await addOrganisation(house, 'Bank');
const { key } = await bank.key();
const seeded = await seed(house.ctx, bank.orgId, rows);
const noLimits = {
  take: (_bucket: string, _key: string, limit: number) => ({ allowed: true, limit, remaining: limit, resetAt: 0 }),
};
const app = await buildApi({ context: house.ctx, rateLimiter: noLimits });
await app.listen({ port: 0, host: '127.0.0.1' });
const address = app.server.address();
if (address === null || typeof address === 'string') throw new Error('not listening');
const bare = await startBare(house.ctx.store.path, house.ctx.vault.databaseKeyHex(), bank.orgId);

/** Customers with a key of their own and a captured card: what captures and step-ups need. */
async function writers(count: number): Promise<readonly string[]> {
  const actor = systemActor(bank.orgId);
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const made = await createCustomer(house.ctx, actor, { fullName: `WRITER ${n}` });
    if (!made.ok) throw new Error(made.error.code);
    const challenge = await issueChallenge(house.ctx, actor, { customerId: made.value.id, purpose: 'ktp' });
    if (!challenge.ok) throw new Error(challenge.error.code);
    const bundle = signedBundle(house, challenge.value, [picture('card', `first ${n}`)]);
    const captured = await captureKtp(house.ctx, actor, { customerId: made.value.id, bundle });
    if (!captured.ok) throw new Error(captured.error.code);
    ids.push(made.value.id);
  }
  return ids;
}
const writing = await writers(30);

/** A frame as large as a camera's: what base64, hashing and sealing cost depends on it. */
const frameBytes = 60_000;
async function bundles(kind: 'ktp' | 'face', count: number): Promise<object[]> {
  const made: object[] = [];
  for (let n = 0; n < count; n += 1) {
    const customerId = writing[n % writing.length] ?? '';
    const challenge = await issueChallenge(house.ctx, systemActor(bank.orgId), {
      customerId,
      purpose: kind,
      ttlMs: 300_000,
    });
    if (!challenge.ok) throw new Error(challenge.error.code);
    const frame = picture(kind === 'ktp' ? 'still-card' : 'still', `${n}`.padEnd(frameBytes, 'x'));
    const bundle = asInput(signedBundle(house, challenge.value, [frame]));
    made.push({ customerId, bundle, hmacKey: challenge.value.hmacSecret });
  }
  return made;
}

process.on('message', (message: { ask: 'bundles'; kind: 'ktp' | 'face'; count: number } | { ask: 'stop' }) => {
  if (message.ask === 'stop') {
    void (async () => {
      await app.close();
      await bare.app.close();
      await house.close();
      process.exit(0);
    })();
    return;
  }
  void bundles(message.kind, message.count).then((made) => process.send?.({ bundles: made }));
});
process.send?.({ apiPort: address.port, barePort: bare.port, key, ...seeded });
