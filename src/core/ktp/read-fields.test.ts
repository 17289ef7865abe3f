import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ktpFieldNames } from '../../contract/vocabulary.ts';
import { readFields, uncertainBelow } from './read-fields.ts';
import { composeLines, composeReading, printedNik, type Composition } from './testing/compose-reading.ts';
import { loadRegionTable } from '../nik/regions.ts';

const regions = loadRegionTable(
  JSON.parse(readFileSync(new URL('../../../resources/regions/regions.json', import.meta.url), 'utf8')),
);
const read = (...engines: Composition[]) => readFields(composeReading(engines.flatMap(composeLines)), regions).fields;

const expected = {
  province: 'JAWA BARAT',
  regency: 'KOTA BANDUNG',
  nik: printedNik,
  fullName: 'SITI RAHAYU LESTARI',
  birthPlace: 'BANDUNG',
  birthDate: '1992-11-05',
  sex: 'PEREMPUAN',
  bloodType: 'A',
  address: 'JL. CEMARA NO. 7 B',
  rtRw: '003/012',
  village: 'SUKAGALIH',
  district: 'SUKAJADI',
  religion: 'KRISTEN',
  maritalStatus: 'BELUM KAWIN',
  occupation: 'PELAJAR/MAHASISWA',
  nationality: 'WNI',
  validUntil: '2027-11-05',
};

describe('readFields', () => {
  it('reads an address on two lines, which pushes the rows below it down', () => {
    const push = 40;
    const lines = composeLines({ values: { Alamat: 'KOMP. PURI KENCANA BLOK C' } }).map((line) =>
      line.box.y > 440 ? { ...line, box: { ...line.box, y: line.box.y + push } } : line,
    );
    const [address] = lines.filter(({ text }) => text.includes('KENCANA'));
    const second = { ...address!, text: 'NO. 11 JL. MELATI', box: { ...address!.box, y: address!.box.y + push } };
    const { fields } = readFields(composeReading([...lines, second]), regions);
    expect(Object.fromEntries(ktpFieldNames.map((name) => [name, fields[name].value]))).toEqual({
      ...expected,
      address: 'KOMP. PURI KENCANA BLOK C NO. 11 JL. MELATI',
    });
  });

  it.each<[string, Composition]>([
    ['label and value apart', {}],
    ['rows in one piece', { joined: true, engine: 'tesseract' }],
    ['a card that sits lower in the picture', { shift: 24 }],
    ['four labels unseen', { withoutLabels: ['Nama', 'Alamat', 'Agama', 'Pekerjaan'] }],
  ])('reads all seventeen fields: %s', (_, composition) => {
    const fields = read(composition);
    expect(Object.fromEntries(ktpFieldNames.map((name) => [name, fields[name].value]))).toEqual(expected);
  });

  it('keeps what the engine saw beside the cleaned value', () => {
    const { religion } = read({ values: { Agama: 'KR1STEM' } });
    expect(religion).toMatchObject({ value: 'KRISTEN', raw: 'KR1STEM' });
    expect(religion.confidence).toBeLessThan(read({}).religion.confidence);
    expect(religion.box).not.toBeNull();
  });

  it('never takes issue place, issue date or signature for a field', () => {
    const fields = read({ values: { 'Berlaku Hingga': null } });
    expect(fields.validUntil).toMatchObject({ value: null, confidence: 0 });
  });

  it('leaves a long issue place alone that begins left of the photo', () => {
    const place = { text: 'KABUPATEN KULON PROGO', confidence: 0.95, box: { x: 1150, y: 756, width: 380, height: 34 } };
    const lines = [...composeLines(), { engine: 'ppocr' as const, ...place }];
    const { fields } = readFields(composeReading(lines), regions);
    expect(fields.occupation.value).toBe('PELAJAR/MAHASISWA');
  });

  it.each([
    ['0031012', '003/012'],
    ['003012', '003/012'],
    ['003/O12', '003/012'],
    ['3/12', '003/012'],
  ])('repairs RT/RW %s', (raw, value) => {
    expect(read({ values: { 'RT/RW': raw } }).rtRw.value).toBe(value);
  });

  it.each([
    ['SEUMURHIDUP', 'SEUMUR HIDUP'],
    ['SEUMUR H1DUP', 'SEUMUR HIDUP'],
    ['31-02-2020', null],
    ['O5-11-2O27', '2027-11-05'],
  ])('reads validity %s', (raw, value) => {
    expect(read({ values: { 'Berlaku Hingga': raw } }).validUntil.value).toBe(value);
  });

  it.each([
    ['BANDUNG,05-11-1992', 'BANDUNG', '1992-11-05'],
    ['KOTA BARU. 05 11 1992', 'KOTA BARU', '1992-11-05'],
    ['BANDUNG', 'BANDUNG', null],
    ['BANDUNG, 45-13-1992', 'BANDUNG', null],
  ])('splits birth place and date %s', (raw, place, date) => {
    const fields = read({ values: { 'Tempat/Tgl Lahir': raw } });
    expect([fields.birthPlace.value, fields.birthDate.value]).toEqual([place, date]);
  });

  it.each([
    ['-', '-'],
    ['0', 'O'],
    ['AB+', 'AB+'],
    ['X', null],
  ])('reads blood type %s', (raw, value) => {
    expect(read({ blood: raw }).bloodType.value).toBe(value);
  });

  it.each([
    ['PROVINSIDKIJAKARTA', 'JAKARTABARAT', 'DKI JAKARTA', 'JAKARTA BARAT'],
    ['PROVINSI JAWA TIMUR', 'KOTASURABAYA', 'JAWA TIMUR', 'KOTA SURABAYA'],
    ['PR0VINSI SUMATRA UTARA', 'KABUPATEN TAPANULI SELATAN', 'SUMATERA UTARA', 'KABUPATEN TAPANULI SELATAN'],
    ['PROVINSI DAERAH ISTIMEWA YOGYAKARTA', 'KAB. SLEMAN', 'DAERAH ISTIMEWA YOGYAKARTA', 'KABUPATEN SLEMAN'],
    ['PROVINSI KALIMANTAN SELATAN', 'KABUPATEN KOTABARU', 'KALIMANTAN SELATAN', 'KABUPATEN KOTABARU'],
    ['PROVINSI GORONTALO', 'KABU PATEN BON E BOLANGO', 'GORONTALO', 'KABUPATEN BONE BOLANGO'],
    ['PROVINSI PAPUA SELATAN', 'KA BU PAT E N BOVEN DIGOEL', 'PAPUA SELATAN', 'KABUPATEN BOVEN DIGOEL'],
    ['PROVI NSI KALI MANTAN UTARA', 'KABUPATEN BULUNGAN', 'KALIMANTAN UTARA', 'KABUPATEN BULUNGAN'],
    ['PROVINSI KEPULAUAN BANGKA BELITUNG', 'KABU PATEN B ELITUNG', 'KEPULAUAN BANGKA BELITUNG', 'KABUPATEN BELITUNG'],
  ])('snaps the header %s / %s', (province, regency, cleanProvince, cleanRegency) => {
    const fields = read({ province, regency });
    expect([fields.province.value, fields.regency.value]).toEqual([cleanProvince, cleanRegency]);
  });

  it('does not let the NIK overwrite a clearly printed region', () => {
    const fields = read({ province: 'PROVINSI BALI', regency: 'KOTA DENPASAR' });
    expect(fields.nik.value?.slice(0, 4)).toBe('3273');
    expect([fields.province.value, fields.regency.value]).toEqual(['BALI', 'KOTA DENPASAR']);
  });
});

describe('two engines', () => {
  it('trusts agreement more than either engine alone', () => {
    const alone = read({ confidence: 0.8 }).fullName.confidence;
    const both = read({ confidence: 0.8 }, { engine: 'tesseract', confidence: 0.8 }).fullName.confidence;
    expect(both).toBeGreaterThan(alone);
  });

  it('trusts a contradicted reading less, and keeps the surer one', () => {
    const values = { Nama: 'SITI RAHAYU LESTARJ' };
    const contradicted = read({}, { engine: 'tesseract', confidence: 0.7, values }).fullName;
    expect(contradicted.value).toBe('SITI RAHAYU LESTARI');
    expect(contradicted.confidence).toBeLessThan(read({}).fullName.confidence);
  });

  it('takes the spaces of the engine that saw them', () => {
    const fused = read({ values: { Nama: 'SITIRAHAYULESTARI' } }, { engine: 'tesseract', confidence: 0.8 });
    expect(fused.fullName.value).toBe('SITI RAHAYU LESTARI');
  });

  it('takes the strokes of a Roman numeral from the engine that saw more, and nothing else', () => {
    const address = (ppocr: string, tesseract: string) =>
      read({ values: { Alamat: ppocr } }, { engine: 'tesseract', confidence: 0.85, values: { Alamat: tesseract } })
        .address.value;
    expect(address('JL. MELATI NO. 91', 'JL. MELATI III NO. 91')).toBe('JL. MELATI III NO. 91');
    expect(address('JL. MELATI II NO. 91', 'JL. MELATI III NO. 91')).toBe('JL. MELATI III NO. 91');
    expect(address('JL. MELATI NO. 91', 'JL. MELATI III NO. 97')).toBe('JL. MELATI NO. 91');
    expect(address('JL. MELATI II NO. 91', 'JL. MELATI NO. 91')).toBe('JL. MELATI II NO. 91');
  });
  it('fills the gaps of one engine from the other', () => {
    const fused = read({ values: { Agama: null } }, { engine: 'tesseract', confidence: 0.85 });
    expect(fused.religion.value).toBe('KRISTEN');
  });
});

describe('the NIK', () => {
  const withReadings = (...readings: [string, number][]) =>
    readFields(composeReading(composeLines({ nik: null }), readings), regions).fields.nik;

  it('prefers what most readings say', () => {
    const nik = withReadings([printedNik, 0.6], [printedNik, 0.5], ['3273074511920008', 0.7]);
    expect(nik.value).toBe(printedNik);
    expect(nik.confidence).toBeLessThan(withReadings([printedNik, 0.6], [printedNik, 0.5]).confidence);
  });

  it('breaks a tie by what can be: date and region', () => {
    expect(withReadings(['3273077711920003', 0.6], [printedNik, 0.55]).value).toBe(printedNik);
  });

  it('does not invent digits: an impossible reading without rival stays as read', () => {
    expect(withReadings(['9973077799920003', 0.9]).value).toBe('9973077799920003');
  });

  it('marks a reading of the wrong length as uncertain', () => {
    expect(withReadings(['327307451192000', 0.95]).confidence).toBeLessThan(uncertainBelow);
  });

  it('is absent when nothing like it was read', () => {
    expect(withReadings()).toEqual({ value: null, confidence: 0, raw: null, box: null });
  });
});

it('reads nothing from nothing', () => {
  const { fields } = readFields(composeReading([], []), regions);
  expect(ktpFieldNames.every((name) => fields[name].value === null && fields[name].confidence === 0)).toBe(true);
});
