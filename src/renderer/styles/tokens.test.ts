/** The steps between things are tokens, so that one hand sets the density of every screen. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const folder = fileURLToPath(new URL('.', import.meta.url));
const sheets = readdirSync(folder)
  .filter((name) => name.endsWith('.css') && name !== 'tokens.css')
  .map((name) => ({ name, text: readFileSync(`${folder}${name}`, 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '') }));
const tokens = readFileSync(`${folder}tokens.css`, 'utf8');
const steps = [...tokens.matchAll(/--space-\d: (\d+)px/g)].map((match) => match[1]);
const naming = (pattern: RegExp): readonly string[] =>
  sheets.flatMap(({ name, text }) => [...text.matchAll(pattern)].map(([found]) => `${name}: ${found.trim()}`));

it('a step of the scale of spaces is named by its token', () => {
  expect(steps).toEqual(['4', '8', '12', '16', '24', '32']);
  expect(naming(new RegExp(`(gap|padding|margin)[a-z-]*: (${steps.join('|')})px;`, 'g'))).toEqual([]);
});
