/** The lines of a pack, within limits. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { ListProblem } from '../../connectors/watchlists/list-problem.ts';

/** A pack is unpacked to at most this much, bytes. */
const mostLine = 8 * 1024 * 1024;
const mostUnpacked = 8 * 1024 * 1024 * 1024;

/** Throws `ListProblem`. */
export async function* packFile(path: string): AsyncGenerator<string> {
  const source = createReadStream(path);
  const gunzip = createGunzip();
  let unpacked = 0;
  let failure: unknown = null;
  const failed = (error: Error): void => {
    failure = error;
    gunzip.destroy(error);
  };
  source.on('error', failed);
  gunzip.on('error', failed);
  source.pipe(gunzip);
  const lines = createInterface({ input: gunzip, crlfDelay: Number.POSITIVE_INFINITY });
  try {
    for await (const line of lines) {
      unpacked += line.length;
      if (line.length > mostLine || unpacked > mostUnpacked)
        throw new ListProblem('list_too_large', 'the pack is too large');
      yield line;
    }
  } catch (error) {
    // Whether the reader of lines throws what broke the stream, or just ends, depends on when it broke.
    throw packProblem(error);
  } finally {
    lines.close();
    source.destroy();
    gunzip.destroy();
  }
  if (failure !== null) throw packProblem(failure);
}

function packProblem(error: unknown): unknown {
  const { code } = error as { code?: string };
  if (code === 'ENOENT' || code === 'EISDIR') return new ListProblem('list_not_found', 'there is no such file');
  if (code === 'Z_BUF_ERROR') return new ListProblem('list_truncated', 'the pack ends in the middle');
  return code?.startsWith('Z_') === true ? new ListProblem('list_wrong_format', 'this is no list pack') : error;
}
