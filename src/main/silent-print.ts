/** Prints the desk's own PDF templates on the default printer: no dialog, fixed options, nothing of the page's choosing. */
import type { BrowserWindow, BrowserWindowConstructorOptions, WebContentsPrintOptions } from 'electron';
import { fail, ok, type Result } from '../contract/result.ts';

/** `silent` is what keeps the dialog, and with it the file system, away from a counter. */
export const printOptions: WebContentsPrintOptions = {
  silent: true,
  printBackground: true,
  margins: { marginType: 'none' },
  copies: 1,
};

const hidden: BrowserWindowConstructorOptions = {
  show: false,
  webPreferences: {
    // Chromium's own PDF viewer counts as a plug-in.
    plugins: true,
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    webSecurity: true,
    devTools: false,
  },
};

/** A hidden window per print, gone afterwards with the customer's page in it. Error: `unavailable` (no printer, refused). */
export function createPrinter(
  open: (options: BrowserWindowConstructorOptions) => BrowserWindow,
): (pdf: Uint8Array) => Promise<Result<Record<string, never>>> {
  return async (pdf) => {
    const window = open(hidden);
    const { webContents } = window;
    webContents.setWindowOpenHandler(() => ({ action: 'deny' }));
    try {
      await window.loadURL(`data:application/pdf;base64,${Buffer.from(pdf).toString('base64')}`);
      return await new Promise((resolve) => {
        webContents.print(printOptions, (printed) =>
          resolve(printed ? ok({}) : fail('unavailable', 'The printer did not take the page.')),
        );
      });
    } catch {
      return fail('unavailable', 'The page to print could not be shown.');
    } finally {
      if (!window.isDestroyed()) window.destroy();
    }
  };
}
