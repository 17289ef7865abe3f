/** The desk day as one file: a process that will be killed a thousand times should not read two hundred each time. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

// Below node_modules, so that the database driver is found from there.
const folder = fileURLToPath(new URL('../../node_modules/.cache/loket-crash/', import.meta.url));
let built: Promise<string> | null = null;

/** Path of the bundled program, and the folder where Node keeps what it compiled of it. Built once in a process. */
export function deskDayProgram(): Promise<{ readonly script: string; readonly compileCache: string }> {
  built ??= bundle();
  return built.then((script) => ({ script, compileCache: join(folder, 'compiled') }));
}

async function bundle(): Promise<string> {
  const outDir = join(folder, String(process.pid));
  mkdirSync(outDir, { recursive: true });
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: fileURLToPath(new URL('./desk-day.ts', import.meta.url)),
      outDir,
      emptyOutDir: true,
      target: 'node22',
      rollupOptions: { output: { entryFileNames: 'desk-day.mjs', codeSplitting: false } },
    },
    ssr: { noExternal: true, external: ['better-sqlite3', 'pg', '@electric-sql/pglite'] },
  });
  return join(outDir, 'desk-day.mjs');
}
