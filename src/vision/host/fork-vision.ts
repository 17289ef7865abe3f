/** A vision process through Node's child_process. Electron brings its own fork (utilityProcess). */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ForkVision, FromChild } from './protocol.ts';

/**
 * Forks `entry` (default: the vision process beside this file). Advanced serialisation keeps typed arrays typed; what
 * the child prints goes to stderr, because stdout may be a command's JSON.
 */
export function forkVisionProcess(entry = fileURLToPath(new URL('./child-main.ts', import.meta.url))): ForkVision {
  return () => {
    const child = fork(entry, [], { serialization: 'advanced', execArgv: [], stdio: ['ignore', 2, 2, 'ipc'] });
    let gone = false;
    const exitListeners: (() => void)[] = [];
    const left = () => {
      if (gone) return;
      gone = true;
      for (const listener of exitListeners) listener();
    };
    child.once('exit', left);
    // A fork that never came up ('error' without 'exit') is gone too.
    child.on('error', () => {
      if (child.pid === undefined || child.exitCode !== null) left();
    });
    return {
      pid: child.pid,
      post: (message) => {
        if (child.connected) child.send(message, () => undefined);
      },
      onMessage: (listener) => child.on('message', (message) => listener(message as FromChild)),
      onExit: (listener) => {
        if (gone) listener();
        else exitListeners.push(listener);
      },
      kill: () => child.kill('SIGKILL'),
    };
  };
}
