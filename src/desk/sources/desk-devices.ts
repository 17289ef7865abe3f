/** Everything that is plugged into this counter, behind one door: its settings, the scanner's folder, USB scanners. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  defaultDeskSettings,
  type DeskSettings,
  type DevicesView,
  type HotFolderView,
  type PinnedCamera,
} from '../../contract/desk/devices.ts';
import type { ReasonCode } from '../../contract/reasons.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import type { ServiceContext } from '../../services/context.ts';
import type { LoadHid } from '../scanner/hid-library.ts';
import type { Scan } from '../scanner/scanner-driver.ts';
import { createScannerHub } from '../scanner/scanner-hub.ts';
import { loadProfiles } from '../scanner/scanner-profile.ts';
import { openDeskSettings } from './desk-settings.ts';
import { openHashLedger } from './hash-ledger.ts';
import { checkHotFolder } from './hot-folder-path.ts';
import type { ScannedPicture } from './hot-folder.ts';
import { watchHotFolder, type WatchedFolder } from './watch-hot-folder.ts';

export interface DeskDevices {
  start(): Promise<void>;
  settings(): DeskSettings;
  view(): DevicesView;
  /** Saves and applies. Errors: those of `checkHotFolder`. */
  configure(settings: DeskSettings): Promise<Result<DevicesView>>;
  /** Sets a desk without a selfie camera to this one; false where it has one already. */
  pinFaceCamera(camera: PinnedCamera): Promise<boolean>;
  /** False where no simulated scanner is switched on. */
  simulateScan(text: string): boolean;
  /** The picture that waits in the folder under this id. Errors: `not_found`. */
  scannedPicture(id: string): Promise<Result<ScannedPicture>>;
  /** These pictures are evidence now, or their customer left. */
  release(hashes: readonly string[]): Promise<void>;
  knownPicture(hash: string): Promise<boolean>;
  takeReading(since: string): Scan | null;
  forgetReading(): void;
  close(): Promise<void>;
}

export interface DeskDevicesOptions {
  readonly ctx: Pick<ServiceContext, 'store' | 'vision' | 'clock' | 'logger'>;
  readonly onChange: () => void;
  /** The station runs on a simulator: its scanner is one too unless set otherwise. */
  readonly simulation: boolean;
  /** `LOKET_SCAN_ROOTS`: folders below which the scanner's folder must lie; empty = anywhere that is safe. */
  readonly allowedRoots?: readonly string[];
  readonly loadHid?: LoadHid;
}

const shippedProfiles = fileURLToPath(new URL('../../../resources/scanners', import.meta.url));
const folderOff: HotFolderView = { state: 'off', reason: null, waiting: [], rejected: [] };

export function createDeskDevices(options: DeskDevicesOptions): DeskDevices {
  const { ctx, onChange, simulation, allowedRoots = [] } = options;
  const data = dirname(ctx.store.path);
  const file = openDeskSettings(join(data, 'desk-settings.json'), {
    ...defaultDeskSettings,
    scanner: simulation ? 'simulated' : 'off',
  });
  const ledger = openHashLedger(join(data, 'scanned-pictures.json'));
  const hub = createScannerHub({
    clock: ctx.clock,
    onChange,
    loadProfiles: () => loadProfiles(shippedProfiles),
    ...(options.loadHid === undefined ? {} : { load: options.loadHid }),
  });
  let settings: DeskSettings = defaultDeskSettings;
  let watched: WatchedFolder | null = null;
  let refused: ReasonCode | null = null;

  const folderView = (): HotFolderView =>
    refused === null ? (watched?.folder.view() ?? folderOff) : { ...folderOff, state: 'unreachable', reason: refused };
  const view = (): DevicesView => ({ settings, hotFolder: folderView(), scanners: hub.view() });
  const checked = (path: string) => checkHotFolder(path, { ownFolders: [data], allowedRoots });

  async function openFolder(): Promise<void> {
    await watched?.close();
    watched = null;
    refused = null;
    const { path, afterwards, polling } = settings.hotFolder;
    if (path === null) return;
    const found = await checked(path);
    // A share that is away for the moment is watched all the same; it was checked when it was set.
    const missing = !found.ok && found.error.details?.['reason'] === 'source_folder_missing';
    if (!found.ok && !missing) {
      refused = 'source_folder_refused';
      return;
    }
    const check = async (bytes: Uint8Array) => checkPicture(ctx.vision, bytes);
    const { clock, logger } = ctx;
    const folder = found.ok ? found.value : path;
    watched = watchHotFolder({ folder, afterwards, polling, clock, ledger, check, onChange, logger });
  }

  return {
    async start() {
      settings = await file.load();
      await openFolder();
      await hub.setMode(settings.scanner);
    },
    settings: () => settings,
    view,
    async configure(wanted) {
      const { path } = wanted.hotFolder;
      const found = path === null ? ok(null) : await checked(path);
      if (!found.ok) return found;
      const before = settings;
      settings = { ...wanted, hotFolder: { ...wanted.hotFolder, path: found.value } };
      await file.save(settings);
      await openFolder();
      if (before.scanner !== settings.scanner) await hub.setMode(settings.scanner);
      onChange();
      return ok(view());
    },
    async pinFaceCamera(camera) {
      if (settings.cameras.face !== null) return false;
      settings = { ...settings, cameras: { ...settings.cameras, face: camera } };
      await file.save(settings);
      onChange();
      return true;
    },
    simulateScan: (text) => hub.present(text),
    scannedPicture: (id) =>
      watched === null ? Promise.resolve(fail('not_found', 'No scanner folder is set up.')) : watched.folder.read(id),
    async release(hashes) {
      if (hashes.length === 0) return;
      if (watched === null) await ledger.add(hashes);
      else await watched.folder.release(hashes);
    },
    knownPicture: (hash) => ledger.has(hash),
    takeReading: (since) => hub.take(since),
    forgetReading: () => hub.forget(),
    async close() {
      await watched?.close();
      await hub.close();
    },
  };
}

/** Decoded in the vision process, so that a picture made to break a decoder does not meet it here. */
async function checkPicture(vision: ServiceContext['vision'], bytes: Uint8Array): Promise<ReasonCode | 'later' | null> {
  const seen = await vision.coachCard(bytes);
  if (seen.frameWidth > 0) return null;
  if (seen.skipped === true || seen.outline.available || seen.outline.reason === 'vision_unavailable') return 'later';
  return seen.outline.reason;
}
