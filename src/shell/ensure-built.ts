import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Newest change below a folder, ms since the epoch; tests do not count. */
function newestChange(folder: string): number {
  let newest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || /\.test\.tsx?$/.test(entry.name)) continue;
    newest = Math.max(newest, statSync(join(entry.parentPath, entry.name)).mtimeMs);
  }
  return newest;
}

/** True when `out` is missing or older than a source it was made from. */
export function needsBuild(root: string, product: string, sources: readonly string[]): boolean {
  const file = join(root, product);
  if (!existsSync(file)) return true;
  const built = statSync(file).mtimeMs;
  return sources.some((source) => existsSync(join(root, source)) && newestChange(join(root, source)) > built);
}

/** Builds the station's page where it is missing or stale; a packaged desk has it and no builder. */
export async function ensureRenderer(root: string, say: (line: string) => void): Promise<void> {
  if (!needsBuild(root, 'out/renderer/index.html', ['src/renderer', 'src/contract', 'src/core'])) return;
  if (!existsSync(join(root, 'node_modules', 'vite'))) return;
  say('Loket: building the station …');
  const { build } = await import('vite');
  await build({ configFile: join(root, 'src', 'renderer', 'vite.config.ts'), logLevel: 'error' });
  say('Loket: station built.');
}

/** Builds main, preload and page for Electron. */
export async function ensureElectronBuild(root: string, say: (line: string) => void): Promise<void> {
  if (!needsBuild(root, 'out/main/main.js', ['src'])) return;
  say('Loket: building the Electron shell …');
  const { build } = await import('electron-vite');
  await build({ root, configFile: join(root, 'electron.vite.config.ts'), logLevel: 'error' });
}
