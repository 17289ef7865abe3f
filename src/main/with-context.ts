import type { Result } from '../contract/result.ts';
import { noVisionAtAll } from '../services/backup/no-vision.ts';
import type { ServiceContext } from '../services/context.ts';
import { openInstallation } from '../services/open-installation.ts';
import type { KeyChange } from '../vault/change-keys.ts';

/** Opens the installation beside whoever has it open, works, closes. Errors: those of `openInstallation` and of the work. */
export async function withContext<T>(
  change: KeyChange,
  work: (ctx: ServiceContext) => Promise<Result<T>>,
): Promise<Result<T>> {
  const opened = await openInstallation({ ...change, vision: noVisionAtAll });
  if (!opened.ok) return opened;
  try {
    return await work(opened.value.context);
  } finally {
    await opened.value.close();
  }
}
