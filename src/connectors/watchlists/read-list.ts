/** The reader of each format. */
import type { ListFormat } from '../../contract/screening.ts';
import { assertNever } from '../../contract/result.ts';
import type { ListHeader, RawEntry } from './raw-entry.ts';
import { readEu } from './read-eu.ts';
import { readLoketCsv } from './read-loket-csv.ts';
import { readOfacCsv, readOfacXml } from './read-ofac.ts';
import { readFtm, readSimpleCsv } from './read-opensanctions.ts';
import { readPpatk } from './read-ppatk.ts';
import { readUn } from './read-un.ts';

/** Streams the entries of a file; `header` is filled on the way. Throws `ListProblem`. */
export function readList(format: ListFormat, path: string, header: ListHeader): AsyncGenerator<RawEntry> {
  switch (format) {
    case 'opensanctions-simple':
      return readSimpleCsv(path);
    case 'ftm':
      return readFtm(path);
    case 'ofac-csv':
      return readOfacCsv(path);
    case 'ofac-xml':
      return readOfacXml(path, header);
    case 'un':
      return readUn(path, header);
    case 'eu':
      return readEu(path, header);
    case 'dttot':
      return readPpatk(path, 'terrorism');
    case 'dppspm':
      return readPpatk(path, 'proliferation');
    case 'loket-csv':
      return readLoketCsv(path);
    default:
      return assertNever(format);
  }
}
