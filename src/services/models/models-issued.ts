/** When the installed models were issued: attacks move on, and thresholds set long ago say less each year. */
import { installedVisionOptions } from '../../vision/open-vision.ts';

let known: { readonly issued: string | null } | undefined;

/** The day (ISO) the installed manifest was issued; null without one. Read once: it changes with the program only. */
export function installedModelsIssued(): string | null {
  if (known === undefined) {
    const installed = installedVisionOptions();
    known = { issued: installed.ok ? (installed.value.manifest.issued ?? null) : null };
  }
  return known.issued;
}
