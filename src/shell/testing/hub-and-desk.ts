/**
 * A desk and its hub as two installations joined by real TLS, for the tests of what passes between them. Opened before and closed
 * after each test; the bindings are those of the pair that is open.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { buildApi } from '../../api/build-api.ts';
import type { BundleManifest } from '../../contract/bundle.ts';
import { sealCapture } from '../../desk/evidence/seal-capture.ts';
import { createHttpSink } from '../../desk/sync/http-sink.ts';
import { enrolWithHub } from '../../desk/sync/hub-link.ts';
import { createOutboxPump, type OutboxPump } from '../../desk/sync/outbox-pump.ts';
import { issueDeskCode } from '../../services/admin/desks.ts';
import { dayMs, plusMs, type ServiceContext } from '../../services/context.ts';
import { hubIdentity } from '../../services/desk-delivery/hub-identity.ts';
import { picture, type Scene } from '../../services/testing/fake-vision.ts';
import {
  addOrganisation,
  openTestHouse,
  turnLeft,
  type TestHouse,
  type TestOrganisation,
} from '../../services/testing/test-house.ts';
import { challengeBytes } from '../../vault/bundle-signing.ts';
import { issueCertificate, tlsKeyOf } from '../../vault/certificates.ts';
import { newEd25519Pair } from '../../vault/ed25519.ts';
import { randomToken } from '../../vault/random.ts';

export let hub: TestHouse;
export let bank: TestOrganisation;
export let desk: TestHouse;
export let deskOrg: TestOrganisation;
export let app: FastifyInstance;
export let url: string;
export let ca: string;
export let folder: string;

/** A hub that listens with a certificate of its own authority. */
export async function listen(): Promise<void> {
  const { authority } = await hubIdentity(hub.ctx);
  const pair = newEd25519Pair();
  // Real TLS has real time, whatever the house's clock says.
  const period = { from: new Date(Date.now() - dayMs), until: new Date(Date.now() + dayMs) };
  const cert = await issueCertificate(
    authority,
    { commonName: 'localhost', publicKey: pair.publicKey, hosts: ['localhost'] },
    period,
  );
  const tls = { cert, key: tlsKeyOf(pair.seed), deskAuthority: authority.certificate };
  app = await buildApi({ context: hub.ctx, tls, loopbackOnly: true });
  await app.listen({ port: 0, host: '127.0.0.1' });
  url = `https://localhost:${(app.server.address() as { port: number }).port}`;
  ca = authority.certificate;
}

export async function openHubAndDesk(): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), 'loket-hub-'));
  hub = await openTestHouse();
  desk = await openTestHouse();
  // Certificates are checked against the real clock, so both houses live today.
  hub.now = new Date();
  desk.now = new Date();
  bank = await addOrganisation(hub, 'Bank');
  deskOrg = await addOrganisation(desk, 'Loket');
  await listen();
}
export async function closeHubAndDesk(): Promise<void> {
  await app.close();
  await desk.close();
  await hub.close();
  await rm(folder, { recursive: true, force: true });
}

export async function enrol(): Promise<void> {
  const { code } = await issueDeskCode(hub.ctx, bank.actor('admin'), 'Loket 3');
  const done = await enrolWithHub(desk.ctx, { url, code, ca });
  if (!done.ok) throw new Error(done.error.code);
}

/** A capture as the desk seals it, with its own challenge. `about` makes it one of its kind. */
export async function seal(
  about: string,
  {
    scene = 'alive',
    customerId = `cus_${about}`,
    size = 0,
    nik,
  }: { scene?: Scene; customerId?: string; size?: number; nik?: string } = {},
): Promise<string> {
  const { ctx } = desk;
  const at = ctx.clock().toISOString();
  const unsigned = {
    nonce: randomToken(24),
    purpose: 'face' as const,
    colors: ['#FFFFFF', '#3CE66E', '#4678FF'],
    holdMs: [400, 400, 400],
    issuedAt: plusMs(at, -10_000),
    expiresAt: plusMs(at, 80_000),
    counter: 1,
    deskId: ctx.vault.desk.id,
  };
  const challenge = { ...unsigned, signature: ctx.vault.desk.sign(challengeBytes(unsigned)) };
  const manifest: Omit<BundleManifest, 'frames'> = {
    version: '1.0',
    sdkVersion: 'loket@test',
    platform: 'desktop',
    capturedAt: at,
    flashChallengeNonce: challenge.nonce,
    evidence: {
      challenge,
      prompts: [turnLeft],
      subject: { fullName: 'SITI RAHMAWATI', ...(nik === undefined ? {} : { nik }) },
    },
  };
  const frame = picture(scene, about.padEnd(size, '.'));
  const sealed = await sealCapture(ctx, {
    orgId: deskOrg.orgId,
    operatorId: deskOrg.people.staff.id,
    kind: 'face',
    customerId,
    manifest,
    frames: [frame],
  });
  if (!sealed.ok) throw new Error(sealed.error.code);
  return sealed.value.nonce;
}

export function pumpOf(ctx: ServiceContext, options: Partial<Parameters<typeof createHttpSink>[0]> = {}): OutboxPump {
  const sink = createHttpSink({ ctx, ...options });
  return createOutboxPump({ store: ctx.store, vault: ctx.vault, sink, clock: ctx.clock });
}

/** Rows of the hub's audit log. */
export const hubEvents = async (event: string) =>
  hub.ctx.store.db
    .selectFrom('audit_log')
    .selectAll()
    .where('event', '=', event as never)
    .execute();
