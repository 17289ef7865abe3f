/** Fictional people for the registry bench: a CSV of any length, written as a stream, the same for the same seed. */
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';

const first = [
  'SITI',
  'BUDI',
  'AGUS',
  'DEWI',
  'ANI',
  'RUDI',
  'SRI',
  'EKO',
  'RINA',
  'HADI',
  'YANI',
  'JOKO',
  'LINA',
  'DIAN',
];
const last = [
  'RAHMAWATI',
  'SANTOSO',
  'WIJAYA',
  'LESTARI',
  'HIDAYAT',
  'SAPUTRA',
  'UTAMI',
  'NUGROHO',
  'PERMATA',
  'KUSUMA',
];
const towns = ['BANDUNG', 'JAKARTA', 'SURABAYA', 'MEDAN', 'SEMARANG', 'MAKASSAR', 'PADANG', 'DENPASAR'];
const streets = ['MAWAR', 'MELATI', 'ANGGREK', 'KENANGA', 'CEMARA', 'DAHLIA', 'FLAMBOYAN'];
const districts = ['327301', '317101', '357801', '127101', '337401', '737101', '137101', '517101'];

const two = (n: number): string => String(n).padStart(2, '0');
/** A fixed mixing of bits, so that neighbours on the file are strangers in the index. */
const mix = (n: number): number => Math.imul(n ^ (n >>> 15), 0x2c1b3c6d) >>> 0;

export interface Person {
  readonly nik: string;
  readonly line: string;
}

/** The nth person of all: NIK unique for every n below 70 million. */
export function personAt(n: number): Person {
  const bits = mix(n);
  const day = 1 + (n % 28);
  const month = 1 + (Math.floor(n / 28) % 12);
  const year = 40 + (Math.floor(n / 336) % 60);
  const district = districts[Math.floor(n / 20_160) % districts.length] ?? districts[0];
  const serial = 1 + Math.floor(n / 161_280);
  const woman = bits % 2 === 0;
  const nik = `${district}${two(woman ? day + 40 : day)}${two(month)}${two(year)}${String(serial).padStart(4, '0')}`;
  const pick = (list: readonly string[], shift: number): string => list[(bits >>> shift) % list.length] ?? '';
  const name = `${pick(first, 1)} ${pick(first, 5)} ${pick(last, 9)}`;
  const date = `19${two(year)}-${two(month)}-${two(day)}`;
  const address = `JL. ${pick(streets, 13)} NO ${bits % 200}, RT ${two(bits % 20)}/RW ${two(bits % 12)}`;
  return { nik, line: `${nik},${name},${date},${pick(towns, 17)},"${address}",` };
}

export async function writePopulation(path: string, people: number): Promise<void> {
  const out = createWriteStream(path, { highWaterMark: 1 << 20 });
  out.write('nik,name,birth_date,birth_place,address,photo\n');
  for (let n = 0; n < people;) {
    const chunk: string[] = [];
    for (; n < people && chunk.length < 5000; n += 1) chunk.push(personAt(n).line);
    if (!out.write(`${chunk.join('\n')}\n`)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
}
