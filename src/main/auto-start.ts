/**
 * Whether Loket starts when the counter's account signs in, as the managed settings say: the login items of Windows and macOS
 * through Electron, and on Linux, where Electron offers none, an entry after the XDG Autostart specification. Without a word
 * of the bank nothing is changed: whoever set up the desk may have done it in another way (resources/docs/hardening.md).
 */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { App } from 'electron';
import { fail, ok, type Result } from '../contract/result.ts';

export interface AutoStart {
  readonly app: Pick<App, 'getLoginItemSettings' | 'setLoginItemSettings'>;
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** `process.execPath`. */
  readonly executable: string;
}

export type AutoStartChange = 'unchanged' | 'on' | 'off';

/** In an entry that we wrote; another one under the same name is somebody's own. */
const ours = 'X-Loket-Managed=true';

/**
 * Brings the system in line with the rule and says what it changed. Errors: `unavailable` when the system does not let us; the
 * station starts all the same, for a desk that does not start by itself is still a desk.
 */
export async function applyAutoStart(wanted: boolean, of: AutoStart): Promise<Result<AutoStartChange>> {
  try {
    return ok(of.platform === 'linux' ? await byEntry(wanted, of) : byLoginItem(wanted, of));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    return fail('unavailable', `Starting at sign-in cannot be set on this system (${code}).`);
  }
}

function byLoginItem(wanted: boolean, { app, platform, executable }: AutoStart): AutoStartChange {
  // Windows tells its entries apart by program and words; macOS knows one for the program itself.
  const entry = platform === 'win32' ? { path: executable, args: [] } : {};
  if (app.getLoginItemSettings(entry).openAtLogin === wanted) return 'unchanged';
  app.setLoginItemSettings({ ...entry, openAtLogin: wanted });
  return wanted ? 'on' : 'off';
}

async function byEntry(wanted: boolean, { environment, executable }: AutoStart): Promise<AutoStartChange> {
  const folder = join(configFolder(environment), 'autostart');
  const path = join(folder, 'loket.desktop');
  const there = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (!wanted) {
    if (there === null || !there.includes(ours)) return 'unchanged';
    await rm(path);
    return 'off';
  }
  // An AppImage runs from a place that is gone with it; its own file is what starts it again.
  const entry = desktopEntry(environment['APPIMAGE'] ?? executable);
  if (there === entry) return 'unchanged';
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(`${path}.part`, entry, { mode: 0o644 });
  await rename(`${path}.part`, path);
  return 'on';
}

/** XDG Base Directory: an address that is not absolute counts for nothing. */
function configFolder(environment: AutoStart['environment']): string {
  const named = environment['XDG_CONFIG_HOME'];
  return named !== undefined && isAbsolute(named) ? named : join(environment['HOME'] ?? '/', '.config');
}

/** Desktop Entry Specification, "The Exec key": in quotes, with the four signs escaped twice and percent doubled. */
function desktopEntry(executable: string): string {
  const quoted = executable
    .replaceAll(/[\\"`$]/g, '\\$&')
    .replaceAll('\\', '\\\\')
    .replaceAll('%', '%%');
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Loket',
    `Exec="${quoted}"`,
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    ours,
    '',
  ].join('\n');
}
