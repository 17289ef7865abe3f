/** `npm start`: composes the station and opens its window, whichever this machine has. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import closeWithGrace from 'close-with-grace';
import { customerSessionId } from '../desk/desk-session.ts';
import { randomToken } from '../vault/random.ts';
import { findInstallationRoot } from '../vision/runtime/model-manifest.ts';
import { composeStation, type Station } from './compose-station.ts';
import { defaultDataDirectory } from './default-data-directory.ts';
import { ensureElectronBuild, ensureRenderer } from './ensure-built.ts';
import { chromiumArguments, findChromium, findElectron, hasDisplay } from './find-browser.ts';
import { managedSettingsPath, readManagedSettings, type ManagedSettings } from './managed-settings.ts';
import { Pairing } from './pairing.ts';
import { seedDemo } from './seed-demo.ts';
import { readStartOptions, type StartOptions } from './start-options.ts';
import { registerStation } from './station-server.ts';
import { serveWiped } from './serve-wiped.ts';

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

function stop(line: string): never {
  process.stderr.write(`Loket: ${line}\n`);
  process.exit(1);
}

async function main(): Promise<void> {
  const options = readStartOptions(process.argv.slice(2));
  const managed = await readManagedSettings(managedSettingsPath(process.env, process.platform));
  if (!managed.ok) stop(managed.error.message);
  const rules = managed.value;
  if (rules.simulation === false && options.simulation.mode !== 'none')
    stop('Simulated cameras are forbidden on this desk (managed settings).');
  const root = findInstallationRoot();
  if (root === null) stop('models/manifest.json is missing: this is not a whole copy of Loket.');
  const electron = options.shell === 'auto' || options.shell === 'electron' ? findElectron(process.env) : null;
  if (options.shell === 'electron' && electron === null)
    stop('Electron’s binary is not here. Use --shell browser, or install it.');
  if (electron !== null && hasDisplay(process.env)) {
    await ensureElectronBuild(root, say);
    say('Loket: opening the Electron shell.');
    spawn(electron, [root, ...process.argv.slice(2)], { stdio: 'inherit' }).on('exit', (code) =>
      process.exit(code ?? 1),
    );
    return;
  }
  const managedOptions = { ...options, port: rules.port ?? options.port, kiosk: rules.kiosk ?? options.kiosk };
  await startBrowserShell(root, managedOptions, rules);
}

async function startBrowserShell(root: string, options: StartOptions, rules: ManagedSettings): Promise<void> {
  await ensureRenderer(root, say);
  const dataDirectory =
    rules.dataDirectory ??
    options.dataDirectory ??
    defaultDataDirectory(process.env, options.simulation.mode !== 'none');
  const pairing = new Pairing({ now: () => Date.now(), randomToken: () => randomToken(24) });
  let origin = () => '';
  say('Loket: opening the installation …');
  const composed = await composeStation({
    dataDirectory,
    production: false,
    simulation: options.simulation,
    ...(rules.idleSeconds === undefined ? {} : { idleSeconds: rules.idleSeconds }),
    openCustomerScreen: (stationId) =>
      Promise.resolve({ address: `${origin()}/#customer=${pairing.issue(customerSessionId(stationId))}` }),
    // The page has left for the page that says so; the program goes on only to hand in the receipt.
    onWiped: () => void showWiped(root, { ...options, shell: 'none' }, dataDirectory),
    extend: (app, parts) => {
      origin = parts.address;
      return registerStation(app, {
        folder: join(root, 'out', 'renderer'),
        pairing,
        session: parts.door,
        origin: parts.address,
      });
    },
  });
  if (!composed.ok && composed.error.code === 'desk_wiped') return showWiped(root, options, dataDirectory);
  if (!composed.ok) stop(composed.error.message);
  const station = composed.value;
  const listening = await station.listen(options.port);
  if (!listening.ok) {
    await station.close();
    stop(`${listening.error.message}. Is Loket open already? Choose another one with --port 0.`);
  }
  if (options.simulation.mode !== 'none') await tellDemo(station);
  const window = openWindow(options, dataDirectory, `${listening.value}/#pair=${pairing.issue()}`);
  closeWithGrace({ delay: 10_000, logger: false }, async () => {
    window?.kill();
    await station.close();
  });
}

/** Nothing is left to serve but one page; beside it the receipt goes to head office. */
async function showWiped(root: string, options: StartOptions, dataDirectory: string): Promise<void> {
  const served = await serveWiped({ folder: join(root, 'out', 'renderer'), port: options.port, dataDirectory });
  say('Loket: head office had the keys of this desk destroyed. Call IT.');
  const window = openWindow(options, dataDirectory, served.address);
  closeWithGrace({ delay: 10_000, logger: false }, async () => {
    window?.kill();
    await served.close();
  });
}

async function tellDemo(station: Station): Promise<void> {
  const seeded = await seedDemo(station);
  if (!seeded.ok) stop(seeded.error.message);
  say('Loket: SIMULASI. The camera, the card and the person are drawn; every bundle says so.');
  if (seeded.value === null) return;
  say('Loket: sign in as one of these (shown once):');
  for (const person of seeded.value) say(`  ${person.role.padEnd(10)} ${person.email.padEnd(24)} ${person.password}`);
}

/** Opens the counter window; without a display or a browser prints the one-time address instead. */
function openWindow(options: StartOptions, dataDirectory: string, url: string): ChildProcess | null {
  const chromium = options.shell === 'none' || !hasDisplay(process.env) ? null : findChromium(process.env);
  if (chromium === null) {
    say(`Loket: the station is at ${url}`);
    say('Loket: the link works once and for ten minutes; start again for a new one. Ctrl+C ends the station.');
    return null;
  }
  const root = process.getuid?.() === 0;
  if (root)
    say('Loket: running as root, so the browser runs without its sandbox. Use an ordinary account at a counter.');
  const profile = join(dataDirectory, 'browser');
  const child = spawn(chromium, chromiumArguments({ url, profile, kiosk: options.kiosk, root }), { stdio: 'ignore' });
  child.on('error', () => say(`Loket: the browser did not start. The station is at ${url}`));
  child.on('exit', () => {
    // A second start hands its window to the first Chromium and ends; only a closed window ends the station.
    if (existsSync(join(profile, 'SingletonLock'))) return;
    process.kill(process.pid, 'SIGTERM');
  });
  say(`Loket: the station is open at ${new URL(url).origin}`);
  return child;
}

await main();
