import { join } from 'node:path';
import type * as Electron from 'electron';
import { fail, ok, type Result } from '../contract/result.ts';
import { composeStation, type Station, type StationOptions } from '../shell/compose-station.ts';
import { defaultDataDirectory } from '../shell/default-data-directory.ts';
import { managedSettingsPath, readManagedSettings } from '../shell/managed-settings.ts';
import { handInReceipt } from '../shell/serve-wiped.ts';
import { registerPasskeyPage } from '../shell/passkey-page.ts';
import { seedDemo } from '../shell/seed-demo.ts';
import { readStartOptions } from '../shell/start-options.ts';
import { deskWiped } from '../vault/wipe-keys.ts';
import { installedVisionOptions, openVision } from '../vision/open-vision.ts';
import { applyAutoStart } from './auto-start.ts';
import { createCustomerWindow, type CustomerWindow } from './customer-window.ts';
import { connectDesk } from './desk-ipc.ts';
import { electronKeys } from './electron-keys.ts';
import { verifyPackage } from './integrity.ts';
import { connectPasskeys } from './passkey-window.ts';
import { lockPermissions } from './permissions.ts';
import { createPrinter } from './silent-print.ts';
import { serveStation, stationOrigin, stationSchemes } from './station-protocol.ts';
import { keepAlive, lockNavigation, lockZoom, windowOptions } from './station-window.ts';
import { forkVisionUtility } from './vision-process.ts';

/** The part of Electron the shell uses. */
export type ElectronSurface = Pick<
  typeof Electron,
  | 'app'
  | 'BrowserWindow'
  | 'dialog'
  | 'ipcMain'
  | 'Menu'
  | 'protocol'
  | 'safeStorage'
  | 'screen'
  | 'session'
  | 'utilityProcess'
>;

export interface ShellEnvironment {
  /** Words behind the executable. */
  readonly words: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** Folder of the built main bundle; page and preload lie beside it. */
  readonly outMain: string;
  readonly compose?: (options: StationOptions) => Promise<Result<Station>>;
  readonly say?: (line: string) => void;
  /** Electron's `process.resourcesPath`: where a packaged program lies. */
  readonly resources?: string;
  /** Instead of `process.platform` and `process.execPath`. */
  readonly platform?: NodeJS.Platform;
  readonly executable?: string;
  /** Instead of the platform's place. */
  readonly managedSettings?: string;
}

/** Must run before Electron is ready: the scheme's privileges and the sandbox of every renderer. */
export function prepareElectron(electron: ElectronSurface): boolean {
  electron.app.enableSandbox();
  electron.protocol.registerSchemesAsPrivileged(stationSchemes);
  // One desk, one process: a second start brings the first window to the front.
  return electron.app.requestSingleInstanceLock();
}

/** Only of a packaged program: what a developer runs is no desk of the bank. */
async function startAtSignIn({ app }: ElectronSurface, shell: ShellEnvironment, wanted: boolean): Promise<void> {
  if (!app.isPackaged) return;
  const done = await applyAutoStart(wanted, {
    app,
    platform: shell.platform ?? process.platform,
    environment: shell.environment,
    executable: shell.executable ?? process.execPath,
  });
  if (!done.ok) (shell.say ?? ((line) => process.stdout.write(`${line}\n`)))(done.error.message);
}

/** Opens the station's one window. Resolves when the page is loading; failures are shown, never swallowed. */
export async function runStation(electron: ElectronSurface, shell: ShellEnvironment): Promise<Result<Station>> {
  const { app } = electron;
  const production = app.isPackaged;
  const managed = await readManagedSettings(
    shell.managedSettings ?? managedSettingsPath(shell.environment, process.platform),
  );
  const options = readStartOptions(shell.words);
  await app.whenReady();
  if (!managed.ok) return refuse(electron, managed.error.message);
  const rules = managed.value;
  if (rules.simulation === false && options.simulation.mode !== 'none')
    return refuse(electron, 'Simulated cameras are forbidden on this desk (managed settings).');
  if (production) {
    const intact = await withoutArchives(() => verifyPackage(shell.resources ?? '', rules.releaseKey ?? null));
    if (!intact.ok) return refuse(electron, intact.error.message);
  }
  if (rules.autoStart !== undefined) await startAtSignIn(electron, shell, rules.autoStart);
  const ses = electron.session.defaultSession;
  lockPermissions(ses, stationOrigin);
  serveStation(electron.protocol, join(shell.outMain, '..', 'renderer'));
  electron.Menu.setApplicationMenu(null);

  const vision = installedVisionOptions(shell.environment);
  if (!vision.ok) return refuse(electron, vision.error.message);
  const eyes = await openVision({
    ...vision.value,
    production,
    fork: forkVisionUtility(
      (entry, words, given) => electron.utilityProcess.fork(entry, words, given),
      join(shell.outMain, '..', 'vision', 'host', 'child-main.js'),
    ),
  });
  const dataDirectory =
    rules.dataDirectory ??
    options.dataDirectory ??
    defaultDataDirectory(shell.environment, options.simulation.mode !== 'none');
  let customer: CustomerWindow | null = null;
  const composed = await (shell.compose ?? composeStation)({
    dataDirectory,
    production,
    ...(rules.idleSeconds === undefined ? {} : { idleSeconds: rules.idleSeconds }),
    simulation: options.simulation,
    keyProvider: electronKeys(electron, shell.environment, production),
    // The keys are still in this program's memory: another one begins, and shows what happened.
    onWiped: () => {
      app.relaunch();
      app.exit(0);
    },
    extend: (api, parts) =>
      registerPasskeyPage(api, { folder: join(shell.outMain, '..', 'renderer'), origin: parts.address }),
    printer: createPrinter((wanted) => new electron.BrowserWindow(wanted)),
    openCustomerScreen: (stationId) => customer?.show(stationId) ?? Promise.resolve(null),
    vision: eyes,
  });
  if (!composed.ok && composed.error.code === 'desk_wiped') {
    await eyes.close();
    return showWiped(electron, shell, dataDirectory);
  }
  if (!composed.ok) return refuse(electron, composed.error.message);
  const station = composed.value;
  // The embedded API and the sign-in page with passkeys live on this address.
  const listening = await station.listen(rules.port ?? options.port);
  if (!listening.ok) return refuse(electron, listening.error.message);
  if (options.simulation.mode !== 'none')
    await tellDemo(station, shell.say ?? ((line) => process.stdout.write(`${line}\n`)));

  const mode = {
    production,
    kiosk: rules.kiosk ?? options.kiosk,
    preload: join(shell.outMain, '..', 'preload', 'preload.cjs'),
  };
  const window = new electron.BrowserWindow(windowOptions(mode));
  customer = createCustomerWindow({
    mode,
    origin: stationOrigin,
    door: station.door,
    open: (wanted) => new electron.BrowserWindow(wanted),
    secondScreen: () => secondScreen(electron),
  });
  lockNavigation(window.webContents, stationOrigin, production);
  lockZoom(window.webContents);
  keepAlive(window, () => refuse(electron, 'The station’s page keeps failing. Start Loket again; no capture is lost.'));
  const disconnect = connectDesk(
    electron.ipcMain,
    window.webContents,
    stationOrigin,
    station.door(`window-${window.webContents.id}`),
  );
  const forgetPasskeys = connectPasskeys({
    ipcMain: electron.ipcMain,
    parent: window,
    stationOrigin,
    address: station.address,
    preload: join(shell.outMain, '..', 'preload', 'passkey.cjs'),
    production,
    open: (wanted) => new electron.BrowserWindow(wanted),
  });
  window.once('ready-to-show', () => window.show());
  app.on('second-instance', () => {
    if (window.isMinimized()) window.restore();
    window.focus();
  });
  closeOnce(app, async () => {
    disconnect();
    forgetPasskeys();
    customer?.close();
    await station.close();
  });
  await window.loadURL(`${stationOrigin}/`);
  return ok(station);
}

/** Nothing is left to serve but one page; beside it the receipt goes to head office. */
async function showWiped(
  electron: ElectronSurface,
  shell: ShellEnvironment,
  dataDirectory: string,
): Promise<Result<never>> {
  const { app } = electron;
  const production = app.isPackaged;
  const preload = join(shell.outMain, '..', 'preload', 'preload.cjs');
  const receipt = handInReceipt(dataDirectory);
  const window = new electron.BrowserWindow(windowOptions({ production, kiosk: false, preload }));
  lockNavigation(window.webContents, stationOrigin, production);
  window.once('ready-to-show', () => window.show());
  closeOnce(app, () => Promise.resolve(receipt.stop()));
  await window.loadURL(`${stationOrigin}/wiped.html`);
  return deskWiped;
}

/** Any screen but the first; the station stands on that one. */
function secondScreen({ screen }: ElectronSurface): { x: number; y: number } | null {
  const first = screen.getPrimaryDisplay().id;
  const other = screen.getAllDisplays().find(({ id }) => id !== first);
  return other === undefined ? null : { x: other.bounds.x, y: other.bounds.y };
}

/** Electron shows archives as folders; the integrity check must see the file itself. */
async function withoutArchives<T>(work: () => Promise<T>): Promise<T> {
  const electronProcess = process as NodeJS.Process & { noAsar?: boolean };
  const before = electronProcess.noAsar;
  electronProcess.noAsar = true;
  try {
    return await work();
  } finally {
    electronProcess.noAsar = before ?? false;
  }
}

/** Waits for the outbox and the database before the process ends. */
function closeOnce(app: Electron.App, close: () => Promise<void>): void {
  let closing = false;
  app.on('window-all-closed', () => app.quit());
  app.on('before-quit', (event) => {
    if (closing) return;
    closing = true;
    event.preventDefault();
    void close().finally(() => app.quit());
  });
}

async function tellDemo(station: Station, say: (line: string) => void): Promise<void> {
  const seeded = await seedDemo(station);
  if (!seeded.ok || seeded.value === null) return;
  for (const person of seeded.value) say(`  ${person.role.padEnd(10)} ${person.email.padEnd(24)} ${person.password}`);
}

function refuse(electron: ElectronSurface, message: string): Result<never> {
  electron.dialog.showErrorBox('Loket', message);
  electron.app.exit(1);
  return fail('unavailable', message);
}
