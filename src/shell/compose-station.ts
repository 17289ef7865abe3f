/**
 * What both shells share: one installation, its desk, its embedded API and its outbox, composed into a station. The
 * shells add only their window and the way calls travel.
 */
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { buildApi } from '../api/build-api.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import type { Vision } from '../contract/vision.ts';
import { createDeskHandlers, type Desk } from '../desk/desk-handlers.ts';
import type { DeskOptions, Simulator } from '../desk/desk-deps.ts';
import { openDeskDoor, type DeskDoor } from '../desk/desk-door.ts';
import { createEmbeddedSink } from '../desk/embedded-sink.ts';
import { runHubQuestions } from '../desk/registry/hub-questions.ts';
import { demoPerson } from '../desk/simulator/person.ts';
import { createSimulator, type FaceScene } from '../desk/simulator/simulator.ts';
import { chooseSink } from '../desk/sync/choose-sink.ts';
import { cosignAtHub } from '../desk/sync/cosigning.ts';
import { createOutboxPump } from '../desk/sync/outbox-pump.ts';
import { createFleetRunner } from '../desk/fleet/fleet-runner.ts';
import { silentLogger, type Logger } from '../services/context.ts';
import { heldRules } from '../services/fleet/held-settings.ts';
import { createLogRing } from '../services/logs/log-ring.ts';
import { exportFolderOf } from '../services/erasure/exported-files.ts';
import { hubJobs } from '../services/jobs/hub-jobs.ts';
import { inProcessRunner } from '../services/jobs/in-process-runner.ts';
import { databaseKeyJob } from '../services/keys/database-key-job.ts';
import { openInstallation, type Installation } from '../services/open-installation.ts';
import { startCallbackWorker } from '../services/providers/iluma-callbacks.ts';
import { startRegistryChecks } from '../services/registry/check-worker.ts';
import { startWebhookWorker } from '../services/webhooks/deliver.ts';
import { listOrganisations } from '../store/repositories/organisations.ts';
import { chooseKeyProvider } from '../vault/key-providers/choose-key-provider.ts';
import type { KeyProvider } from '../vault/key-providers/key-provider.ts';
import { deskWiped } from '../vault/wipe-keys.ts';
import { upkeepOf } from './upkeep-of.ts';
import { decodeImage, type RgbImage } from '../vision/image/image.ts';

export type Simulation =
  | { readonly mode: 'none' }
  | { readonly mode: 'demo' }
  | { readonly mode: 'file'; readonly face: string; readonly card: string | null };

export interface StationOptions extends Pick<DeskOptions, 'printer' | 'openCustomerScreen'> {
  readonly dataDirectory: string;
  readonly production: boolean;
  readonly simulation: Simulation;
  readonly idleSeconds?: number;
  /** Instead of `LOKET_SCAN_ROOTS`. */
  readonly scanRoots?: readonly string[];
  readonly keyProvider?: KeyProvider;
  /** Where exports are written when the page may not save them. Default: `exports` in the data directory. */
  readonly exportFolder?: string;
  /** Default true. */
  readonly selfTestAtSignIn?: boolean;
  /** Instead of the installed one, where the shell starts the process itself. */
  readonly vision?: Vision;
  readonly logger?: Logger;
  /** Head office had the keys destroyed; the station is closed by then. */
  readonly onWiped?: () => void;
  /** Adds the shell's own routes before the server listens. */
  readonly extend?: (app: FastifyInstance, station: StationParts) => Promise<void>;
}

export interface StationParts {
  readonly installation: Installation;
  readonly desk: Desk;
  /** `http://localhost:N` once listening: the desk's address, under which passkeys work. */
  readonly address: () => string;
  /** The desk as one window or paired browser sees it; the same id always reaches the same session. */
  readonly door: (sessionId: string) => DeskDoor;
}

export interface Station extends StationParts {
  readonly app: FastifyInstance;
  /** Listens on loopback only. Errors: `unavailable` when the port is taken. */
  listen(port: number): Promise<Result<string>>;
  close(): Promise<void>;
}

const defaultIdleSeconds = 300;

/** `LOKET_SCAN_ROOTS`: where a scanner's folder may lie, separated as the system's PATH is. */
function scanRoots(environment: NodeJS.ProcessEnv = process.env): string[] {
  return (environment['LOKET_SCAN_ROOTS'] ?? '').split(delimiter).filter((root) => root !== '');
}

/** Errors: those of `openInstallation`, and `image_unusable` for a simulation file that is no picture of a face or card. */
export async function composeStation(options: StationOptions): Promise<Result<Station>> {
  const logs = createLogRing(() => new Date());
  const keyProvider = options.keyProvider ?? chooseKeyProvider();
  const opened = await openInstallation({
    dataDirectory: options.dataDirectory,
    production: options.production,
    create: true,
    keyProvider,
    ...(options.vision === undefined ? {} : { vision: options.vision }),
    logger: logs.over(options.logger ?? silentLogger),
  });
  if (!opened.ok) return opened;
  const installation = opened.value;
  const { context } = installation;
  let rules = await heldRules(context.store.db);
  if (rules.simulation === false && options.simulation.mode !== 'none') {
    await installation.close();
    return fail('forbidden', 'Simulated cameras are forbidden on this desk (settings of head office).');
  }
  const simulator = await openSimulator(options.simulation, context.vision);
  if (!simulator.ok) {
    await installation.close();
    return simulator;
  }

  let address = '';
  const checks = startRegistryChecks(context, { also: () => runHubQuestions(context) });
  const sink = await chooseSink(
    context,
    { hubUrl: process.env['LOKET_API_URL'], bandwidth: process.env['LOKET_BANDWIDTH'] },
    () => createEmbeddedSink(context, { onRegistryCheck: () => checks.nudge() }),
    () => checks.nudge(),
  );
  if (!sink.ok) {
    await checks.stop();
    await installation.close();
    return sink;
  }
  const pump = createOutboxPump({
    store: context.store,
    vault: context.vault,
    sink: sink.value,
    clock: context.clock,
    logger: context.logger,
  });
  const upkeep = upkeepOf(options.dataDirectory, keyProvider, context.clock);
  const desk = createDeskHandlers({
    ctx: context,
    pump,
    simulator: simulator.value,
    logs,
    upkeep,
    ...(options.printer === undefined ? {} : { printer: options.printer }),
    ...(options.openCustomerScreen === undefined ? {} : { openCustomerScreen: options.openCustomerScreen }),
    config: {
      exportFolder: options.exportFolder ?? exportFolderOf(options.dataDirectory),
      selfTestAtSignIn: options.selfTestAtSignIn ?? true,
      address: () => address,
      // The bank's file on this machine wins over head office, head office over what is built in.
      get idleSeconds() {
        return options.idleSeconds ?? rules.idleSeconds ?? defaultIdleSeconds;
      },
      scanRoots: options.scanRoots ?? scanRoots(),
    },
  });
  let wiped = false;
  const door = (id: string): DeskDoor => {
    const opened = openDeskDoor(desk, id);
    return { ...opened, call: (name, given) => (wiped ? Promise.resolve(deskWiped) : opened.call(name, given)) };
  };
  const parts: StationParts = { installation, desk, address: () => address, door };
  const app = await buildApi({ context, extend: async (api) => options.extend?.(api, parts) });
  await desk.start();
  pump.start();
  const webhooks = startWebhookWorker(context);
  const callbacks = startCallbackWorker(context);
  const jobs = inProcessRunner(
    [...hubJobs(context, () => cosignAtHub(context)), databaseKeyJob(context, keyProvider)],
    context.logger,
  );
  await jobs.start();
  const stopWork = async (): Promise<void> => {
    await pump.stop();
    await webhooks.stop();
    await checks.stop();
    await callbacks.stop();
    await jobs.stop();
  };
  let closing: Promise<void> | null = null;
  const closeAll = async (): Promise<void> => {
    await app.close();
    await stopWork();
    desk.close();
    await installation.close();
  };
  const close = (): Promise<void> => (closing ??= closeAll());
  const fleet = createFleetRunner({
    ctx: context,
    orgId: async () => (await listOrganisations(context.store.db))[0]?.id ?? null,
    keyProvider,
    ...(upkeep.installModels === undefined ? {} : { installModels: upkeep.installModels }),
    onHeard: async () => {
      rules = await heldRules(context.store.db);
    },
    deliver: () => pump.drain(),
    async beforeWipe() {
      wiped = true;
      await stopWork();
    },
    afterWipe() {
      desk.events.emit({ name: 'station.wiped', payload: null });
      // The page's last message first, then the door.
      setTimeout(() => void close().then(() => options.onWiped?.()), 1_000).unref();
    },
  });
  fleet.start();

  return ok({
    ...parts,
    app,
    async listen(port) {
      try {
        await app.listen({ port, host: '127.0.0.1' });
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
        return fail('unavailable', `port ${port} cannot be opened (${code})`);
      }
      address = `http://localhost:${(app.server.address() as AddressInfo).port}`;
      return ok(address);
    },
    async close() {
      await fleet.stop();
      await close();
    },
  });
}

const drawnCard = fileURLToPath(new URL('../../resources/simulator/card.png', import.meta.url));

async function openSimulator(simulation: Simulation, vision: Vision): Promise<Result<Simulator | null>> {
  if (simulation.mode === 'none') return ok(null);
  const card = await readPicture(simulation.mode === 'file' && simulation.card !== null ? simulation.card : drawnCard);
  if (!card.ok) return card;
  if (simulation.mode === 'demo') return ok(createSimulator('demo', card.value, { kind: 'drawn', person: demoPerson }));
  const face = await readFaceScene(simulation.face, vision);
  return face.ok ? ok(createSimulator('file', card.value, face.value)) : face;
}

async function readPicture(path: string): Promise<Result<RgbImage>> {
  const bytes = await readFile(path).catch(() => null);
  if (bytes === null) return fail('image_unusable', 'the simulation file cannot be read');
  const decoded = await decodeImage(bytes);
  return decoded.ok
    ? ok(decoded.image)
    : fail('image_unusable', `the simulation file is not a usable picture (${decoded.reason})`);
}

async function readFaceScene(path: string, vision: Vision): Promise<Result<FaceScene>> {
  const photo = await readPicture(path);
  if (!photo.ok) return photo;
  const bytes = new Uint8Array(await readFile(path));
  const [face, ...others] = (await vision.coachFace(bytes)).faces;
  if (face === undefined || others.length > 0)
    return fail('image_unusable', 'the camera file must show exactly one face, and the face models must be installed');
  return ok({ kind: 'portrait', photo: photo.value, face });
}
