/**
 * Builds regions.json from the development dependency idn-area-data and from historic-codes.json.
 * Run after either changes: `node resources/regions/build-regions.mjs`.
 *
 * The result is compact: one line a regency, `[name, "01District", "02District", …]`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const data = join(dirname(createRequire(import.meta.url).resolve('idn-area-data/package.json')), 'data');

/** RFC 4180 rows without the header; the three files hold no line breaks inside quotes. */
function rows(file) {
  return readFileSync(join(data, file), 'utf8')
    .split(/\r?\n/)
    .slice(1)
    .filter((line) => line !== '')
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map((cell) =>
        (cell[1] === undefined ? cell[2] : cell[1].replaceAll('""', '"')).trim(),
      ),
    );
}

/** The source doubles some apostrophes (`Ra"as`, `Ra''as`): one typewriter apostrophe is what cards print. */
const tidy = (name) => name.replace(/''|"/g, "'").replace(/\s+/g, ' ');
const digits = (code) => code.replaceAll('.', '');

const provinces = rows('provinces.csv').map(([code, name]) => [code, tidy(name)]);
const regencies = new Map(rows('regencies.csv').map(([code, , name]) => [digits(code), [tidy(name)]]));
for (const [code, regency, name] of rows('districts.csv')) {
  const entry = regencies.get(digits(regency));
  if (entry === undefined) throw new Error(`district ${code} without its regency`);
  entry.push(digits(code).slice(4) + tidy(name));
}

const historic = JSON.parse(readFileSync(join(here, 'historic-codes.json'), 'utf8'));
const line = (key, value) => `    ${JSON.stringify(key)}: ${JSON.stringify(value)}`;
const block = (entries) => `{\n${entries.map(([key, value]) => line(key, value)).join(',\n')}\n  }`;
const list = (items) => `[\n${items.map((item) => `    ${JSON.stringify(item)}`).join(',\n')}\n  ]`;

writeFileSync(
  join(here, 'regions.json'),
  `{
  "format": 1,
  "regulation": "Kepmendagri 300.2.2-2138 Tahun 2025 tentang Pemberian dan Pemutakhiran Kode, Data Wilayah Administrasi Pemerintahan, dan Pulau",
  "source": "idn-area-data 4.0.1 (github.com/fityannugroho/idn-area-data), data under ODbL 1.0; this table is offered under the same licence",
  "provinces": ${block(provinces)},
  "regencies": ${block([...regencies])},
  "historicRegencies": ${list(historic.regencies)},
  "otherNames": ${list(historic.names)},
  "splits": ${list(historic.splits)}
}
`,
);
