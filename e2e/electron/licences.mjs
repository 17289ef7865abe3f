/** Which licences a package that Loket ships may have, and what each installed package says of itself. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Permissive licences, and libvips' LGPL, which is linked dynamically and replaceable. */
const allowed = new Set([
  ...['MIT', 'MIT-0', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'Apache-2.0', 'Apache 2.0', 'BlueOak-1.0.0'],
  ...['Unlicense', 'CC0-1.0', 'Python-2.0', 'Zlib', 'X11', 'Unicode-3.0', 'LGPL-3.0-or-later', 'WTFPL'],
]);

/** True for an SPDX expression of which one alternative (OR) consists of allowed parts (AND). */
export function allowedLicences(expression) {
  return expression
    .replace(/[()]/g, '')
    .split(' OR ')
    .some((alternative) => alternative.split(' AND ').every((part) => allowed.has(part.trim())));
}

/** Every package below a `node_modules` folder with the licence it states. */
export function licencesBelow(folder) {
  const found = [];
  for (const entry of existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : []) {
    if (!entry.isDirectory() || entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    if (entry.name.startsWith('@')) {
      found.push(...licencesBelow(path));
      continue;
    }
    const file = join(path, 'package.json');
    if (existsSync(file)) {
      const { name, license, licenses } = JSON.parse(readFileSync(file, 'utf8'));
      const stated = license ?? licenses?.map?.((one) => one.type).join(' OR ') ?? 'not stated';
      found.push({ name, licence: typeof stated === 'string' ? stated : (stated.type ?? 'not stated') });
    }
    found.push(...licencesBelow(join(path, 'node_modules')));
  }
  return found;
}
