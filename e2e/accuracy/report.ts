/** One HTML file with the tables and sample pictures; nothing is loaded from elsewhere. */
import sharp from 'sharp';
import type { CardResult } from './read-cards.ts';
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
  const figure = async (caption: string, frame: Uint8Array, card: Uint8Array | null) =>
    `<figure>${await picture(frame, 360)}${card === null ? '' : await picture(card, 360)}<figcaption>${escape(caption)}</figcaption></figure>`;
  return {
    async addCard(result, frame) {
      const wrong = result.fields.filter(({ right }) => !right);
      const kind = `${result.truth?.degradation ?? ''} ${result.truth?.severity ?? ''}`;
      const title = `${result.id}, ${kind}`;
      if (wrong.length > 0 && failures.length < mostFailures) {
        const told =
          result.failure ?? wrong.map(({ field, truth, read }) => `${field}: ${truth} ≠ ${read ?? '–'}`).join('; ');
        failures.push(await figure(`${title}: ${told}`, frame, result.rendition));
      }
      if (seen.has(kind)) return;
      seen.add(kind);
      samples.push(await figure(title, frame, result.rendition));
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

const style =
  'body{font:14px/1.5 sans-serif;margin:2rem;color:#1c2321}table{border-collapse:collapse;margin:1rem 0 2rem}' +
  'td,th{padding:.3rem .7rem;border-bottom:1px solid #ccd;text-align:left;white-space:nowrap;font-variant-numeric:tabular-nums}' +
  '.g{display:flex;flex-wrap:wrap;gap:1rem}figure{margin:0;width:360px}figure img{max-width:100%;display:block;margin-bottom:4px}figcaption{font-size:12px;overflow-wrap:anywhere}';

function tableHtml({ title, head, rows }: Table): string {
  const cells = (row: readonly string[], tag: string) =>
    `<tr>${row.map((cell) => `<${tag}>${escape(cell)}</${tag}>`).join('')}</tr>`;
  return `<h2>${escape(title)}</h2><table>${cells(head, 'th')}${rows.map((row) => cells(row, 'td')).join('')}</table>`;
}

async function picture(bytes: Uint8Array, width: number): Promise<string> {
  const small = await sharp(bytes).resize({ width, withoutEnlargement: true }).jpeg({ quality: 70 }).toBuffer();
  return `<img alt="" src="data:image/jpeg;base64,${small.toString('base64')}">`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
