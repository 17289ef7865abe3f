/** Which installed fonts the artwork is set in; where none of ours is there, whatever the machine calls sans-serif. */
import { spawnSync } from 'node:child_process';

export interface InstalledFonts {
  readonly sans: readonly {
    readonly family: string;
    /** Set width against Liberation Sans. */ readonly width: number;
  }[];
  readonly mono: readonly string[];
  /** What was found, for the report. */
  readonly note: string;
}

/** fontconfig's own; where it is missing nothing is found and the default font is used. */
const lister = 'fc-list';

const wantedSans = [
  { family: 'Liberation Sans', width: 1 },
  { family: 'Liberation Sans', width: 1 },
  { family: 'Liberation Sans Narrow', width: 0.82 },
  { family: 'DejaVu Sans Condensed', width: 1.04 },
  { family: 'DejaVu Sans', width: 1.15 },
] as const;
const wantedMono = ['Liberation Mono', 'DejaVu Sans Mono'] as const;

let cached: InstalledFonts | null = null;

export function installedFonts(): InstalledFonts {
  return (cached ??= look());
}

function look(): InstalledFonts {
  const listed = spawnSync(lister, [':', 'family'], { encoding: 'utf8' });
  const families = new Set((listed.stdout ?? '').split(/[\n,]/).map((name) => name.trim()));
  const sans = wantedSans.filter(({ family }) => families.has(family));
  const mono = wantedMono.filter((family) => families.has(family));
  const names = [...new Set([...sans.map(({ family }) => family), ...mono])];
  return {
    sans: sans.length > 0 ? sans : [{ family: 'sans-serif', width: 1.15 }],
    mono: mono.length > 0 ? mono : ['monospace'],
    note: names.length > 0 ? names.join(', ') : 'none of the named fonts; the default sans-serif of this machine',
  };
}
