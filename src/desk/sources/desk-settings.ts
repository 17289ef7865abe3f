/** The counter's own settings, a small file beside the database. They name devices and a folder, never a person. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { Compile } from 'typebox/compile';
import { defaultDeskSettings, DeskSettingsSchema, type DeskSettings } from '../../contract/desk/devices.ts';

const check = Compile(DeskSettingsSchema);

export interface DeskSettingsFile {
  load(): Promise<DeskSettings>;
  save(settings: DeskSettings): Promise<void>;
}

/** A file that is missing or not of this shape gives the defaults: nothing plugged in, nothing watched. */
export function openDeskSettings(path: string, defaults: DeskSettings = defaultDeskSettings): DeskSettingsFile {
  return {
    async load() {
      const value = await readFile(path, 'utf8').then(parse, () => null);
      return check.Check(value) ? value : defaults;
    },
    async save(settings) {
      await writeFile(`${path}.new`, `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600 });
      await rename(`${path}.new`, path);
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
