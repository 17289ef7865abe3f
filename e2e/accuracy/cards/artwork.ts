/**
 * The card itself, 1,600 × 1,009 px with transparent rounded corners (ISO/IEC 7810 ID-1). Layout and type are drawn by
 * chance around the common form and know nothing of what the reader expects.
 */
import sharp from 'sharp';
import { createDraw, type Draw } from './draw.ts';
import { installedFonts } from './fonts.ts';
import { strokedDigits } from './nik-digits.ts';
import { artworkSize, paper, svg } from './paper.ts';
import type { CardPerson } from './people.ts';

export { artworkSize };

export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface CardStyle {
  readonly family: string;
  readonly valueWeight: number;
  readonly labelWeight: number;
  readonly size: number;
  readonly headerSize: number;
  readonly nikKind: 'stroked' | 'mono' | 'sans';
  readonly nikFamily: string;
  readonly top: number;
  readonly pitch: number;
  readonly labelX: number;
  readonly indentX: number;
  readonly colonX: number;
  readonly valueX: number;
  readonly bloodX: number;
  readonly ink: string;
  readonly hue: number;
  readonly waves: number;
  readonly portrait: Area;
  readonly framed: boolean;
  readonly capitalLabels: boolean;
  /** Long addresses stand on two lines; the rows below then sit lower by this share of the pitch. */
  readonly wrapsAddress: boolean;
  readonly wrapPitch: number;
}

/** A style by chance. Ranges span what photographs of cards show: pitch ± 5 %, value column ± 3 % of the width. */
export function drawStyle(draw: Draw): CardStyle {
  const fonts = installedFonts();
  const face = draw.pick(fonts.sans);
  const portraitWidth = draw.between(316, 352);
  return {
    family: face.family,
    valueWeight: draw.pick([400, 700, 700]),
    labelWeight: draw.pick([400, 400, 700]),
    size: draw.between(34, 38) / (face.width > 1 ? face.width : 1),
    headerSize: draw.between(42, 50) / Math.max(1, face.width),
    nikKind: draw.weighted([
      ['stroked', 60],
      ['mono', 25],
      ['sans', 15],
    ]),
    nikFamily: draw.pick(fonts.mono),
    top: draw.between(296, 322),
    pitch: draw.between(50.5, 55.5),
    labelX: draw.between(34, 56),
    indentX: draw.between(62, 104),
    colonX: draw.between(392, 424),
    valueX: draw.between(16, 26),
    bloodX: draw.between(820, 900),
    ink: draw.pick(['#14181a', '#1d2126', '#0e1012', '#22262c']),
    hue: draw.between(196, 214),
    waves: draw.between(26, 40),
    portrait: {
      x: draw.between(1196, 1232),
      y: draw.between(262, 300),
      width: portraitWidth,
      height: portraitWidth * draw.between(1.26, 1.34),
    },
    framed: draw.chance(0.3),
    capitalLabels: draw.chance(0.5),
    wrapsAddress: draw.chance(0.4),
    wrapPitch: draw.between(0.62, 0.85),
  };
}

/** Where things ended up, for attacks that alter them. */
export interface Artwork {
  /** PNG with alpha. */
  readonly png: Buffer;
  readonly style: CardStyle;
  /** Text that belongs to a field, px of the artwork. */
  readonly areas: Readonly<Record<'nik' | 'fullName' | 'birthDate' | 'portrait', Area>>;
}

/** Draws a card with a portrait (PNG, any size) in place. */
export async function drawCard(person: CardPerson, style: CardStyle, seed: number, portrait: Buffer): Promise<Artwork> {
  const draw = createDraw(seed);
  const box = roundedArea(style.portrait);
  const photo = await sharp(portrait).resize(box.width, box.height, { fit: 'cover' }).png().toBuffer();
  const png = await sharp({ create: { ...artworkSize, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } })
    .composite([
      { input: Buffer.from(paper(style, draw)), left: 0, top: 0 },
      { input: photo, left: box.x, top: box.y },
      { input: Buffer.from(print(person, style, draw)), left: 0, top: 0 },
    ])
    .png({ compressionLevel: 1 })
    .toBuffer();
  const valueLeft = style.colonX + style.valueX;
  const line = (row: number, width: number): Area => ({
    x: valueLeft - 4,
    y: style.top + row * style.pitch - style.size,
    width,
    height: style.size * 1.3,
  });
  return {
    png,
    style,
    areas: {
      nik: { x: nikLeft(style) - 6, y: 158, width: 700, height: 72 },
      fullName: line(0, Math.min(1150 - valueLeft, person.fields.fullName.length * style.size * 0.72)),
      birthDate: line(1, Math.min(1150 - valueLeft, (person.fields.birthPlace.length + 12) * style.size * 0.68)),
      portrait: box,
    },
  };
}

function roundedArea(area: Area): Area {
  return {
    x: Math.round(area.x),
    y: Math.round(area.y),
    width: Math.round(area.width),
    height: Math.round(area.height),
  };
}

function nikLeft(style: CardStyle): number {
  return style.colonX + style.valueX - 6;
}

function print(person: CardPerson, style: CardStyle, draw: Draw): string {
  const { fields } = person;
  const parts = [
    text(style, 800, 72, style.headerSize, 700, `PROVINSI ${fields.province}`, 'middle', 1040),
    text(style, 800, 72 + style.headerSize * 1.26, style.headerSize, 700, fields.regency, 'middle', 1040),
    text(style, style.labelX, 220, 50, 700, 'NIK'),
    text(style, style.colonX - draw.between(0, 60), 220, 50, 700, ':'),
    nik(fields.nik, style),
    ...rows(person, style),
    text(
      style,
      style.portrait.x + style.portrait.width / 2,
      style.portrait.y + style.portrait.height + 44,
      30,
      400,
      person.issuedAt,
      'middle',
      370,
    ),
    text(
      style,
      style.portrait.x + style.portrait.width / 2,
      style.portrait.y + style.portrait.height + 82,
      30,
      400,
      person.issuedOn,
      'middle',
      370,
    ),
    signature(style, draw),
  ];
  if (style.framed) {
    const { x, y, width, height } = style.portrait;
    parts.push(
      `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="none" stroke="#a02030" stroke-width="6"/>`,
    );
  }
  return svg(parts.join(''));
}

function rows(person: CardPerson, style: CardStyle): string[] {
  const { fields } = person;
  const label = (name: string) => (style.capitalLabels ? name : name.replace('Kelamin', 'kelamin'));
  const printed: readonly (readonly [string, string, boolean])[] = [
    ['Nama', fields.fullName, false],
    ['Tempat/Tgl Lahir', `${fields.birthPlace}, ${printedDate(fields.birthDate)}`, false],
    [label('Jenis Kelamin'), fields.sex, false],
    ['Alamat', fields.address, false],
    ['RT/RW', fields.rtRw, true],
    ['Kel/Desa', fields.village, true],
    ['Kecamatan', fields.district, true],
    ['Agama', fields.religion, false],
    ['Status Perkawinan', fields.maritalStatus, false],
    ['Pekerjaan', fields.occupation, false],
    ['Kewarganegaraan', fields.nationality, false],
    ['Berlaku Hingga', printedDate(fields.validUntil), false],
  ];
  const widest = 1160 - style.colonX - style.valueX;
  const address = addressLines(fields.address, style);
  const lines = printed.map(([name, whole, indented], index) => {
    const wrapped = address.length > 1 && index > 3 ? style.wrapPitch * style.pitch : 0;
    const y = style.top + index * style.pitch + wrapped;
    const value = index === 3 ? address[0]! : whole;
    return (
      text(
        style,
        indented ? style.indentX : style.labelX,
        y,
        style.size,
        style.labelWeight,
        name,
        'start',
        style.colonX - style.labelX - 12,
      ) +
      text(style, style.colonX, y, style.size, style.labelWeight, ':') +
      text(style, style.colonX + style.valueX, y, style.size, style.valueWeight, value, 'start', widest)
    );
  });
  if (address.length > 1) {
    const y = style.top + (3 + style.wrapPitch) * style.pitch;
    lines.push(
      text(style, style.colonX + style.valueX, y, style.size, style.valueWeight, address[1]!, 'start', widest),
    );
  }
  const y = style.top + 2 * style.pitch;
  lines.push(
    `<text x="${style.bloodX.toFixed(1)}" y="${y.toFixed(1)}" font-family="${style.family}" font-size="${style.size.toFixed(1)}" font-weight="${style.labelWeight}" fill="${style.ink}">Gol. Darah : <tspan font-weight="${style.valueWeight}">${fields.bloodType}</tspan></text>`,
  );
  return lines;
}

/** More than a line holds is always wrapped; what is merely long, as the office pleases. */
function addressLines(address: string, style: CardStyle): readonly string[] {
  const limit = style.wrapsAddress ? 22 : 30;
  if (address.length <= limit) return [address];
  const at = address.lastIndexOf(' ', limit);
  return at < 6 ? [address] : [address.slice(0, at), address.slice(at + 1)];
}

function printedDate(value: string): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value);
  return match === null ? value : `${match[3]}-${match[2]}-${match[1]}`;
}

function nik(digits: string, style: CardStyle): string {
  const x = nikLeft(style);
  if (style.nikKind === 'stroked') return strokedDigits(digits, x + 8, 220, 48, 43, 6.2, style.ink);
  const mono = style.nikKind === 'mono';
  const family = mono ? style.nikFamily : style.family;
  return `<text x="${x}" y="220" font-family="${family}" font-size="${mono ? 64 : 56}" font-weight="700" letter-spacing="${mono ? 4 : 8}" fill="${style.ink}">${digits}</text>`;
}

function signature(style: CardStyle, draw: Draw): string {
  const x = style.portrait.x + 70;
  const y = style.portrait.y + style.portrait.height + 140;
  const points = Array.from({ length: 6 }, (_, k) => `${x + k * 38} ${y + draw.between(-34, 34)}`);
  return `<path d="M${points[0]} Q ${points.slice(1, 5).join(' ')} T ${points[5]}" fill="none" stroke="${style.ink}" stroke-width="4"/>`;
}

/** One line of text; too wide for its place it is set smaller, as the printer of the cards does. */
function text(
  style: CardStyle,
  x: number,
  y: number,
  size: number,
  weight: number,
  value: string,
  anchor: 'start' | 'middle' = 'start',
  widest = Infinity,
): string {
  const set = value.length * size * (weight >= 700 ? 0.7 : 0.655) * (style.family.includes('Narrow') ? 0.82 : 1);
  const fitted = size * Math.min(1, widest / Math.max(1, set));
  const escaped = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" font-family="${style.family}" font-size="${fitted.toFixed(1)}" font-weight="${weight}" text-anchor="${anchor}" fill="${style.ink}">${escaped}</text>`;
}
