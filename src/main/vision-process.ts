import type { UtilityProcess } from 'electron';
import type { ForkVision, FromChild } from '../vision/host/protocol.ts';

type Fork = (entry: string, words: string[], options: { serviceName: string; stdio: 'inherit' }) => UtilityProcess;

/**
 * Vision in an Electron utility process: `session.run` blocks its event loop and a native crash must not take the
 * counter down. Fuses switch `RunAsNode` off, so `child_process.fork` is no way in Electron.
 */
export function forkVisionUtility(fork: Fork, entry: string): ForkVision {
  return () => {
    const child = fork(entry, [], { serviceName: 'loket-vision', stdio: 'inherit' });
    let gone = false;
    const listeners: (() => void)[] = [];
    child.once('exit', () => {
      gone = true;
      for (const listener of listeners) listener();
    });
    return {
      // Known once the process has been spawned.
      get pid() {
        return child.pid;
      },
      post: (message) => {
        if (!gone) child.postMessage(message);
      },
      onMessage: (listener) => {
        child.on('message', (message: unknown) => listener(message as FromChild));
      },
      onExit: (listener) => {
        if (gone) listener();
        else listeners.push(listener);
      },
      kill: () => {
        // kill() asks; a hung native call must go at once.
        const pid = child.pid;
        if (pid !== undefined && process.platform !== 'win32') process.kill(pid, 'SIGKILL');
        else child.kill();
      },
    };
  };
}
