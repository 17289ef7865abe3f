import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';

/** Electron's executable where its binary is there, else null. npm brings the package; the binary comes apart. */
export function findElectron(environment: NodeJS.ProcessEnv): string | null {
  const exe =
    process.platform === 'win32'
      ? 'electron.exe'
      : process.platform === 'darwin'
        ? 'Electron.app/Contents/MacOS/Electron'
        : 'electron';
  const candidates = [environment['ELECTRON_EXEC_PATH']];
  if (environment['ELECTRON_OVERRIDE_DIST_PATH'])
    candidates.push(join(environment['ELECTRON_OVERRIDE_DIST_PATH'], exe));
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
    const pathFile = join(folder, 'path.txt');
    candidates.push(join(folder, 'dist', existsSync(pathFile) ? readFileSync(pathFile, 'utf8').trim() : exe));
  } catch {
    // Electron is a development dependency; a packaged desk is Electron itself.
  }
  return candidates.find((path): path is string => path !== undefined && path !== '' && existsSync(path)) ?? null;
}

const chromiumNames: Readonly<Record<string, readonly string[]>> = {
  linux: [
    'chromium',
    'chromium-browser',
    'google-chrome-stable',
    'google-chrome',
    'microsoft-edge-stable',
    'microsoft-edge',
    'brave-browser',
  ],
  win32: ['chrome.exe', 'msedge.exe'],
  darwin: [],
};

/** A Chromium of the system that can open a window, else null. `LOKET_BROWSER` names one by hand. */
export function findChromium(
  environment: NodeJS.ProcessEnv,
  exists: (path: string) => boolean = existsSync,
): string | null {
  const byHand = environment['LOKET_BROWSER'];
  if (byHand) return exists(byHand) ? byHand : null;
  const folders = (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates = (chromiumNames[process.platform] ?? []).flatMap((name) =>
    folders.map((folder) => join(folder, name)),
  );
  if (process.platform === 'darwin')
    candidates.push(
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      '/Applications/Chromium.app/Contents/MacOS/Chromium',
      '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
    );
  if (process.platform === 'win32')
    for (const base of [environment['PROGRAMFILES'], environment['PROGRAMFILES(X86)'], environment['LOCALAPPDATA']])
      if (base)
        candidates.push(
          join(base, 'Google/Chrome/Application/chrome.exe'),
          join(base, 'Microsoft/Edge/Application/msedge.exe'),
        );
  return candidates.find((path) => exists(path)) ?? null;
}

/** Whether a window can be opened at all. */
export function hasDisplay(environment: NodeJS.ProcessEnv): boolean {
  if (process.platform !== 'linux') return true;
  return Boolean(environment['DISPLAY']) || Boolean(environment['WAYLAND_DISPLAY']);
}

/** Arguments that make Chromium a counter window: own profile, no first-run pages, nothing sent home. */
export function chromiumArguments(options: {
  readonly url: string;
  readonly profile: string;
  readonly kiosk: boolean;
  readonly root: boolean;
}): string[] {
  return [
    `--app=${options.url}`,
    // At a kiosk a print job goes to the desk's printer; a dialog would be a way out.
    ...(options.kiosk
      ? ['--kiosk', '--kiosk-printing']
      : ['--start-maximized', '--window-position=0,0', '--window-size=1600,900']),
    `--user-data-dir=${options.profile}`,
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-translate',
    '--disable-features=Translate,OptimizationHints,MediaRouter',
    '--password-store=basic',
    ...(options.root ? ['--no-sandbox'] : []),
  ];
}
