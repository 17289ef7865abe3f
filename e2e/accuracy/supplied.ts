/** The supplied specimen cards: two people, nine pictures each. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KtpFieldName } from '../../src/contract/vocabulary.ts';
import { testDataFolder } from './open-vision.ts';

export interface SuppliedCard {
  readonly id: string;
  readonly bytes: Uint8Array;
  readonly fields: Readonly<Record<KtpFieldName, string>>;
}

/** Empty where the evaluation data is not installed. */
export function suppliedCards(): SuppliedCard[] {
  const folder = testDataFolder('ktp');
  if (folder === null) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jpg'))
    .sort()
    .map((name) => {
      const truth = JSON.parse(readFileSync(join(folder, `${name.split('_')[0]}.json`), 'utf8')) as Record<
        string,
        string
      >;
      return {
        id: name.replace('.jpg', ''),
        bytes: new Uint8Array(readFileSync(join(folder, name))),
        fields: fieldsOf(truth),
      };
    });
}

function fieldsOf(truth: Readonly<Record<string, string>>): Record<KtpFieldName, string> {
  const [place = '', date = ''] = (truth.ttl ?? '').split(/,\s*/);
  const iso = (text: string) => text.replace(/^(\d{2})-(\d{2})-(\d{4})$/, '$3-$2-$1');
  const of = (name: string) => truth[name] ?? '';
  return {
    province: of('provinsi'),
    regency: of('kota'),
    nik: of('nik'),
    fullName: of('nama'),
    birthPlace: place,
    birthDate: iso(date),
    sex: of('jk'),
    bloodType: of('gol'),
    address: of('alamat'),
    rtRw: of('rtrw'),
    village: of('kel'),
    district: of('kec'),
    religion: of('agama'),
    maritalStatus: of('status'),
    occupation: of('kerja'),
    nationality: of('wn'),
    validUntil: iso(of('berlaku')),
  };
}
