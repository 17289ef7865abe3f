/** As `withInstallation`, for commands that look at pictures: the installed models are started. */
import type { Result } from '../contract/result.ts';
import type { ServiceContext } from '../services/context.ts';
import { openInstallation } from '../services/open-installation.ts';
import { complain } from './with-installation.ts';

export async function openVisionInstallation<T>(
  dataDirectory: string,
  work: (ctx: ServiceContext) => Promise<Result<T>>,
  show: (value: T) => void,
): Promise<void> {
  const opened = await openInstallation({ dataDirectory });
  if (!opened.ok) return complain(opened.error);
  try {
    const result = await work(opened.value.context);
    if (result.ok) show(result.value);
    else complain(result.error);
  } finally {
    await opened.value.close();
  }
}
