/** Where sealed frames are kept: in the database, in a folder, or in an S3-compatible store. */
import { Option } from 'commander';
import { readS3Address, s3Blobs } from '../connectors/s3/s3-blobs.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import type { BlobPlace } from '../store/blobs.ts';
import { directoryBlobs } from '../store/directory-blobs.ts';

/** Set, it holds for every command that opens an installation: they must all find the same frames. */
export const blobsVariable = 'LOKET_BLOBS';

export function blobsOption(): Option {
  return new Option(
    '--blobs <place>',
    'keep sealed frames outside the database: s3://bucket/prefix?endpoint=https://…&region=… (credentials in AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN), or a folder; refused outside the data residency of an organisation',
  ).env(blobsVariable);
}

/** What `openInstallation` takes. Errors: `validation_failed`. */
export function blobsPlace(
  text: string | undefined = process.env[blobsVariable],
  env: NodeJS.ProcessEnv = process.env,
): Result<{ readonly blobs?: BlobPlace }> {
  if (text === undefined || text === '') return ok({});
  if (!/^[a-z0-9]+:\/\//i.test(text)) return ok({ blobs: directoryBlobs(text) });
  const place = readS3Address(text);
  if (!place.ok) return place;
  const [accessKeyId, secretAccessKey, sessionToken] = [
    env['AWS_ACCESS_KEY_ID'] ?? '',
    env['AWS_SECRET_ACCESS_KEY'] ?? '',
    env['AWS_SESSION_TOKEN'] ?? '',
  ];
  if (accessKeyId === '' || secretAccessKey === '')
    return fail('validation_failed', 'sealed frames in S3 need AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY');
  const credentials = { accessKeyId, secretAccessKey, ...(sessionToken === '' ? {} : { sessionToken }) };
  return ok({ blobs: s3Blobs(place.value, credentials) });
}
