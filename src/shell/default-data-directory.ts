import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where a desk keeps its installation unless `--data` or `LOKET_DATA` says otherwise: the platform's usual place. */
export function defaultDataDirectory(environment: NodeJS.ProcessEnv, demo: boolean): string {
  const named = environment['LOKET_DATA'];
  if (named) return named;
  const leaf = demo ? 'demo' : 'desk';
  if (process.platform === 'win32')
    return join(environment['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'Loket', leaf);
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Loket', leaf);
  return join(environment['XDG_DATA_HOME'] || join(homedir(), '.local', 'share'), 'loket', leaf);
}
