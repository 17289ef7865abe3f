/**
 * `npm run -s sbom [-- FILE]`: the CycloneDX list of what Loket ships. npm knows the production packages; what the page
 * bundles (React, fonts, icons) are development packages to npm and ships all the same, so it is added with everything
 * it depends on.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const { dependencies, devDependencies, optionalDependencies } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
);

/** Packages that the page or the preload names in an import; their code ends up in our own bundle. */
function bundledPackages() {
  const names = new Set();
  for (const folder of ['src/renderer', 'src/preload'])
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !/(?<!\.test)\.(tsx?|css)$/.test(entry.name)) continue;
      const text = readFileSync(join(entry.parentPath, entry.name), 'utf8');
      for (const [, name] of text.matchAll(/(?:from|import|@import)\s+'((?:@[\w-]+\/)?[\w.-]+)/g))
        if (name in devDependencies && name !== 'electron' && !name.startsWith('@types/')) names.add(name);
    }
  // Of Electron the program takes types at build time; its binary ships as the program itself.
  return names.add('electron');
}

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const made = spawnSync(npm, ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--include', 'dev'], {
  cwd: root,
  encoding: 'utf8',
  maxBuffer: 1 << 28,
  shell: process.platform === 'win32',
});
if (made.status !== 0) {
  process.stderr.write(made.stderr);
  process.exit(1);
}
const whole = JSON.parse(made.stdout);
const needs = new Map(whole.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn ?? []]));
const nameOf = new Map(
  whole.components.map((part) => [part['bom-ref'], part.group ? `${part.group}/${part.name}` : part.name]),
);
const shipped = new Set([
  ...Object.keys(dependencies),
  ...Object.keys(optionalDependencies ?? {}),
  ...bundledPackages(),
]);

const top = whole.metadata.component['bom-ref'];
const open = (needs.get(top) ?? []).filter((ref) => shipped.has(aliasOf(ref)));
const kept = new Set();
while (open.length > 0) {
  const ref = open.pop();
  if (kept.has(ref)) continue;
  kept.add(ref);
  // Electron's npm package depends on its downloader, which does not ship.
  if (nameOf.get(ref) !== 'electron') open.push(...(needs.get(ref) ?? []));
}

/** An aliased package is listed under its real name; package.json knows it by ours. */
function aliasOf(ref) {
  const name = nameOf.get(ref) ?? '';
  const alias = Object.entries(dependencies).find(([, spec]) => spec.startsWith(`npm:${name}@`));
  return alias?.[0] ?? name;
}

whole.metadata.component.name = 'loket';
whole.components = whole.components.filter((part) => kept.has(part['bom-ref']));
whole.dependencies = whole.dependencies
  .filter(({ ref }) => ref === top || kept.has(ref))
  .map(({ ref, dependsOn }) => ({ ref, dependsOn: (dependsOn ?? []).filter((one) => kept.has(one)) }));
const text = `${JSON.stringify(whole, null, 2)}\n`;
const file = process.argv[2];
if (file === undefined) process.stdout.write(text);
else writeFileSync(file, text);
