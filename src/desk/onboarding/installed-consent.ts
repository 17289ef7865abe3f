/** The consent text shipped with the program, read once. */
import { readFileSync } from 'node:fs';
import { loadConsentText, type ConsentText } from '../../core/consent/consent.ts';

let installed: ConsentText | undefined;

export function installedConsent(): ConsentText {
  installed ??= loadConsentText(
    JSON.parse(readFileSync(new URL('../../../resources/consent/consent.json', import.meta.url), 'utf8')) as unknown,
  );
  return installed;
}
