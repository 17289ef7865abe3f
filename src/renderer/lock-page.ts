import { isForbiddenShortcut } from '../core/kiosk/forbidden-shortcut.ts';

/**
 * What a counter's page must not do whichever shell shows it: offer the browser's own menu, take in files that somebody
 * drops on it (a dropped file would replace the page), or obey shortcuts for printing, saving, finding, zooming, reloading
 * and developer tools. Electron's main process refuses the same once more; in the browser shell this is the only
 * place. Fields keep cut, copy and paste.
 */
export function lockPage(page: Window): void {
  const stop = (event: Event): void => event.preventDefault();
  for (const kind of ['contextmenu', 'dragover', 'drop', 'dragstart'] as const) page.addEventListener(kind, stop, true);
  page.addEventListener(
    'auxclick',
    (event) => {
      // The middle button opens links in a new window.
      if (event.button === 1) event.preventDefault();
    },
    true,
  );
  page.addEventListener(
    'keydown',
    (event) => {
      const { key, altKey: alt, ctrlKey: control, metaKey: meta, shiftKey: shift } = event;
      if (isForbiddenShortcut({ key, alt, control, meta, shift })) event.preventDefault();
    },
    true,
  );
  page.addEventListener(
    'wheel',
    (event) => {
      if (event.ctrlKey) event.preventDefault();
    },
    { capture: true, passive: false },
  );
}
