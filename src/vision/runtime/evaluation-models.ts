/** A production installation refuses evaluation-only weights unless somebody wrote down that he knows. */

/** What `LOKET_ALLOW_EVALUATION_MODELS` must say; anything shorter could be a habit. */
export const evaluationConsent = 'I accept evaluation-only models';

export function evaluationModelsAllowed(environment: Readonly<Record<string, string | undefined>>): boolean {
  return environment.LOKET_ALLOW_EVALUATION_MODELS?.trim() === evaluationConsent;
}
