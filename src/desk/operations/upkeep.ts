/** What only the shell that composed the desk can do to the installation it made. */
import type { HealthFinding, JobOutcomes } from '../../contract/desk/jobs.ts';
import type { Result } from '../../contract/result.ts';

export interface Upkeep {
  /** `loket doctor`, on the running installation. */
  readonly examine?: () => Promise<readonly HealthFinding[]>;
  /** Where weights are looked for, best first. */
  readonly modelFolders?: readonly string[];
  /** Copies proven weights out of a folder into the installation's own. */
  readonly installModels?: (folder: string) => Promise<Result<JobOutcomes['models_install']>>;
}
