/** Where records and sealed frames are kept, from options or from the environment: what `openInstallation` takes. */
import { ok, type Result } from '../contract/result.ts';
import type { InstallationOptions } from '../services/open-installation.ts';
import { blobsPlace } from './blobs-option.ts';
import { databasePlace } from './database-option.ts';

export type Places = Pick<InstallationOptions, 'database' | 'blobs'>;

/** Errors: `validation_failed`. */
export function placesOf(options: { readonly database?: string; readonly blobs?: string } = {}): Result<Places> {
  const database = databasePlace(options.database);
  if (!database.ok) return database;
  const blobs = blobsPlace(options.blobs);
  return blobs.ok ? ok({ ...database.value, ...blobs.value }) : blobs;
}
