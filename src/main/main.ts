/** Electron's entry: one verb after the other, each in its own file. */
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  protocol,
  safeStorage,
  screen,
  session,
  utilityProcess,
} from 'electron';
import { asksForCommand, runCommand } from './operator-command.ts';
import { prepareElectron, runStation, type ElectronSurface } from './run-station.ts';

const electron: ElectronSurface = {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  protocol,
  safeStorage,
  screen,
  session,
  utilityProcess,
};

const words = process.argv.slice(app.isPackaged ? 1 : 2);

if (asksForCommand(words)) {
  // Beside an open station: no window, so it does not ask for the one place a window has.
  runCommand(electron, {
    words,
    environment: process.env,
    say: (line) => process.stdout.write(`${line}\n`),
    complain: (line) => process.stderr.write(`${line}\n`),
    clock: () => new Date(),
  }).then(
    (status) => app.exit(status),
    () => app.exit(1),
  );
} else if (prepareElectron(electron)) {
  runStation(electron, {
    words,
    environment: process.env,
    outMain: import.meta.dirname,
    resources: process.resourcesPath,
  }).catch((error: unknown) => {
    dialog.showErrorBox('Loket', error instanceof Error ? error.name : 'The station could not start.');
    app.exit(1);
  });
} else {
  app.quit();
}
