/** An Excel workbook as Office Open XML asks for it (ECMA-376): shared strings, a date style, a merged title. */
import { strToU8, zipSync } from 'fflate';

/** A date stands in the sheet as its serial number (1900 system) with a date style. */
export type SheetCell = string | number | Date | null;

const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packages = 'http://schemas.openxmlformats.org/package/2006';
const types = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

type SheetRows = readonly (readonly SheetCell[])[];

/** Rows with `null` alone are left out of the file, as Excel does. */
export function writeWorkbook(...sheets: readonly SheetRows[]): Uint8Array {
  const strings = new Map<string, number>();
  const merged = '<mergeCells count="1"><mergeCell ref="A1:C1"/></mergeCells>';
  const sheetXml = (rows: SheetRows): string =>
    `<worksheet xmlns="${main}"><sheetData>${rows.map((row, at) => rowXml(row, at + 1, strings)).join('')}</sheetData>${merged}</worksheet>`;
  const numbered = sheets.map((rows, at) => [at + 1, sheetXml(rows)] as const);
  const shared = [...strings.keys()].map((text) => `<si><t xml:space="preserve">${escaped(text)}</t></si>`).join('');
  const names = numbered.map(([n]) => `<sheet name="Daftar ${n}" sheetId="${n}" r:id="s${n}"/>`).join('');
  const ties = numbered.map(([n]) => relationship(`s${n}`, 'worksheet', `worksheets/sheet${n}.xml`)).join('');
  return zipWorkbook({
    ...Object.fromEntries(numbered.map(([n, xml]) => [`xl/worksheets/sheet${n}.xml`, xml])),
    'xl/workbook.xml': `<workbook xmlns="${main}" xmlns:r="${office}"><sheets>${names}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${packages}/relationships">${ties}${relationship('rId2', 'styles', 'styles.xml')}${relationship('rId3', 'sharedStrings', 'sharedStrings.xml')}</Relationships>`,
    'xl/sharedStrings.xml': `<sst xmlns="${main}" uniqueCount="${strings.size}">${shared}</sst>`,
  });
}

function relationship(id: string, type: string, target: string): string {
  return `<Relationship Id="${id}" Type="${office}/${type}" Target="${target}"/>`;
}

/** `parts`: what stands in place of (or beside) the parts every workbook has. */
export function zipWorkbook(parts: Readonly<Record<string, string>>): Uint8Array {
  const all: Record<string, string> = { ...frame, ...parts };
  return zipSync(Object.fromEntries(Object.entries(all).map(([name, xml]) => [name, strToU8(head + xml)])));
}

const frame: Readonly<Record<string, string>> = {
  '[Content_Types].xml': `<Types xmlns="${packages}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${types}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${types}.worksheet+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="${types}.sharedStrings+xml"/><Override PartName="/xl/styles.xml" ContentType="${types}.styles+xml"/></Types>`,
  '_rels/.rels': `<Relationships xmlns="${packages}/relationships"><Relationship Id="rId1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  'xl/workbook.xml': `<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="Daftar" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${packages}/relationships"><Relationship Id="rId1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${office}/styles" Target="styles.xml"/><Relationship Id="rId3" Type="${office}/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
  // Style 1 is number format 14, the short date of the country.
  'xl/styles.xml': `<styleSheet xmlns="${main}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf numFmtId="0"/></cellStyleXfs><cellXfs count="2"><xf numFmtId="0" xfId="0"/><xf numFmtId="14" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>`,
  'xl/sharedStrings.xml': `<sst xmlns="${main}"/>`,
};

function rowXml(row: readonly SheetCell[], number: number, strings: Map<string, number>): string {
  const cells = row.map((cell, at) => cellXml(cell, `${String.fromCharCode(65 + at)}${number}`, strings)).join('');
  return cells === '' ? '' : `<row r="${number}">${cells}</row>`;
}

function cellXml(cell: SheetCell, place: string, strings: Map<string, number>): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return `<c r="${place}"><v>${cell}</v></c>`;
  if (cell instanceof Date) {
    const serial = (cell.getTime() - Date.UTC(1899, 11, 30)) / 86_400_000;
    return `<c r="${place}" s="1"><v>${serial}</v></c>`;
  }
  const at = strings.get(cell) ?? strings.size;
  strings.set(cell, at);
  return `<c r="${place}" t="s"><v>${at}</v></c>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
