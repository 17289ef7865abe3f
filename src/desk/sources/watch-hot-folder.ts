/** Keeps looking at the folder: when the system reports a change, while a file is on its way, and now and then anyway. */
import { watch } from 'chokidar';
import { HotFolder, type HotFolderOptions } from './hot-folder.ts';

export interface WatchedFolder {
  readonly folder: HotFolder;
  close(): Promise<void>;
}

const soonMs = 500;
/** Network shares and full queues swallow notifications. */
const anywayMs = 15_000;

export function watchHotFolder(options: HotFolderOptions & { readonly polling: boolean }): WatchedFolder {
  const folder = new HotFolder(options);
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const schedule = (ms: number) => {
    if (closed) return;
    clearTimeout(timer);
    timer = setTimeout(() => void round(), ms);
    timer.unref();
  };
  const round = async () => {
    await folder.look();
    schedule(folder.unsettled() ? soonMs : anywayMs);
  };
  const watcher = watch(options.folder, {
    depth: 0,
    ignoreInitial: true,
    followSymlinks: false,
    usePolling: options.polling,
    interval: 1_000,
  });
  watcher.on('all', () => schedule(soonMs));
  // A watcher that fails (too many watches, a share that went away) leaves the regular look.
  watcher.on('error', (error) =>
    options.logger.warn({ code: (error as NodeJS.ErrnoException).code ?? 'unknown' }, 'the watcher of scans failed'),
  );
  void round();
  return {
    folder,
    async close() {
      closed = true;
      clearTimeout(timer);
      await watcher.close();
      await folder.look();
    },
  };
}
