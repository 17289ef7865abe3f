/** One HTML file with the tables and sample pictures; nothing is loaded from elsewhere. */
import sharp from 'sharp';
import type { CardResult } from './read-cards.ts';
import type { FieldScore } from './score.ts';
import type { Table } from './tables.ts';

export interface Report {
  /** Keeps a picture of the first card of each kind and severity, and of cards read wrong. */
  addCard(result: CardResult, frame: Uint8Array): Promise<void>;
  addPicture(caption: string, frame: Uint8Array): Promise<void>;
  html(tables: readonly Table[], note: string): string;
}

const mostFailures = 40;

const reading = { title: 'Reading KTPs', intro: 'Rates with hits, count and Wilson 95 % interval' };

export function createReport({ title: heading, intro } = reading): Report {
  const samples: string[] = [];
  const failures: string[] = [];
  const seen = new Set<string>();
  const figure = async (caption: string, frame: Uint8Array, card: Uint8Array | null, crops = '') =>
    `<figure>${await picture(frame, 360)}${card === null ? '' : await picture(card, 360)}${crops}<figcaption>${escape(caption)}</figcaption></figure>`;
  return {
    async addCard(result, frame) {
      const wrong = result.fields.filter(({ right }) => !right);
      const kind = `${result.truth?.degradation ?? ''} ${result.truth?.severity ?? ''}`;
      const title = `${result.id}, ${kind}`;
      if (wrong.length > 0 && failures.length < mostFailures) {
        const told =
          result.failure ?? wrong.map(({ field, truth, read }) => `${field}: ${truth} ≠ ${read ?? '–'}`).join('; ');
        failures.push(await figure(`${title}: ${told}`, frame, result.rendition, await cropsOf(result, wrong)));
      }
      if (seen.has(kind)) return;
      seen.add(kind);
      samples.push(await figure(title, frame, result.rendition, await cropsOf(result, shown(result))));
    },
    async addPicture(caption, frame) {
      samples.push(await figure(caption, frame, null));
    },
    html: (tables, note) =>
      `<!doctype html><html lang="en"><meta charset="utf-8"><title>Loket: ${heading}</title><style>${style}</style>` +
      `<h1>${heading}</h1><p>${escape(note)}. ${intro}.</p>${tables.map(tableHtml).join('')}` +
      `<h2>Samples</h2><div class="g">${samples.join('')}</div>${failures.length === 0 ? '' : `<h2>Read wrong (first ${mostFailures})</h2><div class="g">${failures.join('')}</div>`}</html>`,
  };
}

/** What is cut out of a card that was read right. */
const shown = ({ fields }: CardResult) => fields.filter(({ field }) => field === 'nik' || field === 'fullName');

/** The places the given fields were read at, with what was read there. */
async function cropsOf({ rendition, boxes }: CardResult, fields: readonly FieldScore[]): Promise<string> {
  if (rendition === null) return '';
  const { width = 0, height = 0 } = await sharp(rendition).metadata();
  const crops: string[] = [];
  for (const { field, read } of fields.slice(0, 4)) {
    const box = boxes[field];
    if (box === undefined) continue;
    const left = Math.max(0, Math.floor((box.x - 0.01) * width));
    const top = Math.max(0, Math.floor((box.y - 0.008) * height));
    const cut = {
      left,
      top,
      width: Math.max(1, Math.min(width - left, Math.ceil((box.width + 0.02) * width))),
      height: Math.max(1, Math.min(height - top, Math.ceil((box.height + 0.016) * height))),
    };
    const bytes = await sharp(rendition).extract(cut).jpeg({ quality: 80 }).toBuffer();
    crops.push(`<div class="c">${field}: <b>${escape(read ?? '–')}</b>${await picture(bytes, 340)}</div>`);
  }
  return crops.join('');
}

const style =
  'body{font:14px/1.5 sans-serif;margin:2rem;color:#1c2321}table{border-collapse:collapse;margin:1rem 0 2rem}' +
  'td,th{padding:.3rem .7rem;border-bottom:1px solid #ccd;text-align:left;white-space:nowrap;font-variant-numeric:tabular-nums}' +
  '.g{display:flex;flex-wrap:wrap;gap:1rem}figure{margin:0;width:360px}figure img{max-width:100%;display:block;margin-bottom:4px}figcaption,.c{font-size:12px;overflow-wrap:anywhere}.c img{margin-top:2px}.s{overflow-x:auto}h2{margin-top:2.2rem}.g figure{border:1px solid #dde;padding:8px;border-radius:6px}';

function tableHtml({ title, head, rows }: Table): string {
  const cells = (row: readonly string[], tag: string) =>
    `<tr>${row.map((cell) => `<${tag}>${escape(cell)}</${tag}>`).join('')}</tr>`;
  return `<h2>${escape(title)}</h2><div class="s"><table>${cells(head, 'th')}${rows.map((row) => cells(row, 'td')).join('')}</table></div>`;
}

async function picture(bytes: Uint8Array, width: number): Promise<string> {
  const small = await sharp(bytes).resize({ width, withoutEnlargement: true }).jpeg({ quality: 70 }).toBuffer();
  return `<img alt="" src="data:image/jpeg;base64,${small.toString('base64')}">`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
