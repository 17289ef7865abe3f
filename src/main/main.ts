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

if (prepareElectron(electron)) {
  const words = process.argv.slice(app.isPackaged ? 1 : 2);
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
