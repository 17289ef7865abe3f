/** A whole installation in a temporary folder: real vault, store and rules, pictures by `fakeVision`, a clock to turn. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BundleInput } from '../../contract/api/bundle-input.ts';
import type { BundleManifest, CaptureBundle, DeskCapture, DeskChallenge, Evidence } from '../../contract/bundle.ts';
import { scopes, type CaptureKind, type Environment, type Role, type Scope } from '../../contract/vocabulary.ts';
import { bundleHash, challengeBytes, signedBytes, signHmac } from '../../vault/bundle-signing.ts';
import { fileKeyProvider } from '../../vault/key-providers/file-key-provider.ts';
import { randomToken, sha256 } from '../../vault/random.ts';
import { schemaFor } from '../../store/testing/temporary-installation.ts';
import type { TestEngine } from '../../store/testing/test-databases.ts';
import { organisationOfDesk } from '../../store/repositories/desks.ts';
import { createApiKey } from '../api-keys.ts';
import { plusMs, systemActor, type Actor, type ServiceContext } from '../context.ts';
import type { FlashChallenge } from '../issue-challenge.ts';
import { openInstallation, type InstallationOptions } from '../open-installation.ts';
import { setUpOrganisation, type PersonView } from '../set-up-organisation.ts';
import { fakeVision, type FakeVision } from './fake-vision.ts';

export const password = 'a long pass phrase';

export interface TestHouse {
  readonly ctx: ServiceContext;
  readonly vision: FakeVision;
  readonly directory: string;
  /** What opens its records once more. */
  readonly database: Pick<InstallationOptions, 'database'>;
  now: Date;
  close(): Promise<void>;
}

export interface TestOrganisation {
  readonly orgId: string;
  readonly deskId: string;
  readonly people: Readonly<Record<Role, PersonView>>;
  actor(role: Role): Actor;
  key(held?: readonly Scope[]): Promise<{ readonly key: string; readonly actor: Actor }>;
}

/** A weekday morning in Jakarta. */
export const morning = new Date('2026-11-20T03:00:00.000Z');

export async function openTestHouse(
  options: Pick<InstallationOptions, 'blobs'> & { readonly engine?: TestEngine } = {},
): Promise<TestHouse> {
  const directory = await mkdtemp(join(tmpdir(), 'loket-house-'));
  const vision = fakeVision();
  const house = { now: new Date(morning) };
  const schema = await schemaFor(directory, options.engine);
  const database = schema === null ? {} : { database: { ...schema.place, schema: schema.schema } };
  const opened = await openInstallation({
    ...options,
    ...database,
    dataDirectory: join(directory, 'data'),
    create: true,
    vision,
    keyProvider: fileKeyProvider({ directory: join(directory, 'keys') }),
    clock: () => house.now,
  });
  if (!opened.ok) throw new Error(`${opened.error.code}: ${opened.error.message}`);
  return Object.assign(house, {
    ctx: opened.value.context,
    vision,
    directory,
    database,
    close: async () => {
      await opened.value.close();
      await schema?.remove();
      await rm(directory, { recursive: true, force: true });
    },
  });
}

export async function addOrganisation(
  house: TestHouse,
  name: string,
  environment: Environment = 'sandbox',
): Promise<TestOrganisation> {
  const everyRole: readonly Role[] = ['staff', 'supervisor', 'analyst', 'compliance', 'admin'];
  const first = (await organisationOfDesk(house.ctx.store.db, house.ctx.vault.desk.id)) === null;
  const done = await setUpOrganisation(house.ctx, {
    name,
    branch: 'Jakarta',
    environment,
    ...(first ? { deskName: 'desk-1' } : {}),
    people: everyRole.map((role) => ({
      role,
      fullName: `${role} of ${name}`,
      email: `${role}@${name.toLowerCase()}.test`,
      password,
    })),
  });
  if (!done.ok) throw new Error(done.error.message);
  const { organisation, people, deskId } = done.value;
  const byRole = Object.fromEntries(people.map((person) => [person.role, person])) as Record<Role, PersonView>;
  return {
    orgId: organisation.id,
    deskId: deskId ?? '',
    people: byRole,
    actor: (role) => ({ kind: 'user', id: byRole[role].id, orgId: organisation.id, role }),
    key: async (held = scopes) => {
      const made = await createApiKey(house.ctx, systemActor(organisation.id), { name: 'test', scopes: held });
      if (!made.ok) throw new Error(made.error.message);
      return {
        key: made.value.key,
        actor: { kind: 'api_key', id: made.value.id, orgId: organisation.id, scopes: held },
      };
    },
  };
}

/** A prompt the `alive` pictures answer: the head turns in the third second. */
export const turnLeft = { kind: 'turn_left', fromMs: 2000, toMs: 2500 } as const;

/** A bundle as a web client builds and signs it. */
export function signedBundle(
  house: TestHouse,
  challenge: Pick<FlashChallenge, 'nonce' | 'hmacSecret'>,
  frames: readonly Uint8Array[],
  change: Partial<BundleManifest> = {},
): CaptureBundle {
  const manifest: BundleManifest = {
    version: '1.0',
    sdkVersion: 'test@1.0.0',
    platform: 'web',
    frames: frames.map((frame) => sha256(frame)),
    capturedAt: house.now.toISOString(),
    flashChallengeNonce: challenge.nonce,
    ...change,
  };
  return { manifest: { ...manifest, signature: signHmac(manifest, challenge.hmacSecret) }, frames };
}

/** The same over HTTP. */
export function asInput(bundle: CaptureBundle): BundleInput {
  return {
    ...bundle.manifest,
    signature: bundle.manifest.signature ?? '',
    frames: bundle.frames.map((frame) => Buffer.from(frame).toString('base64')),
  };
}

/** The camera the test desk is set to. */
export const deskCamera = {
  label: 'HD Pro Webcam C920',
  fingerprint: 'f',
  width: 640,
  height: 480,
  frameRate: 30,
  pinned: true,
  simulated: false,
} as const;

/** A capture as this installation's own desk signs it, with its own challenge and camera. */
export function deskCapture(
  house: TestHouse,
  kind: CaptureKind,
  customerId: string,
  frames: readonly Uint8Array[],
  evidence: Evidence = {},
  change: Partial<BundleManifest> = {},
): DeskCapture {
  const { desk } = house.ctx.vault;
  const at = house.now.toISOString();
  const unsigned: Omit<DeskChallenge, 'signature'> = {
    nonce: randomToken(24),
    purpose: kind === 'ktp' ? 'ktp' : 'face',
    colors: ['#FFFFFF', '#3CE66E', '#4678FF'],
    holdMs: [400, 400, 400],
    issuedAt: plusMs(at, -10_000),
    expiresAt: plusMs(at, 80_000),
    counter: 1,
    deskId: desk.id,
  };
  const challenge: DeskChallenge = { ...unsigned, signature: desk.sign(challengeBytes(unsigned)) };
  const manifest: BundleManifest = {
    version: '1.0',
    sdkVersion: 'loket@test',
    platform: 'desktop',
    frames: frames.map((frame) => sha256(frame)),
    capturedAt: at,
    signatureAlg: 'ed25519',
    deviceId: desk.id,
    flashChallengeNonce: challenge.nonce,
    evidence: { kind, challenge, camera: deskCamera, ...evidence },
    ...change,
  };
  const nonce = manifest.flashChallengeNonce ?? bundleHash(manifest);
  return {
    kind,
    customerId,
    nonce,
    bundle: { manifest: { ...manifest, signature: desk.sign(signedBytes(manifest)) }, frames },
  };
}
