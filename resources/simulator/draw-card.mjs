/**
 * Draws `card.png`, the simulated person's KTP: our own artwork of the standard layout, with a portrait of the drawn
 * person and the word SIMULASI across it. Run with `node resources/simulator/draw-card.mjs`; needs the Liberation fonts.
 * The result is committed, so that no desk needs a font for it.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { calm } from '../../src/desk/simulator/head.ts';
import { officeLight, photograph } from '../../src/desk/simulator/light.ts';
import { grainTable } from '../../src/desk/simulator/noise.ts';
import { demoPerson } from '../../src/desk/simulator/person.ts';
import {
  blankSurfaces,
  headMesh,
  headTexture,
  paintEars,
  paintHead,
  paintTorso,
  paintWall,
} from '../../src/desk/simulator/surfaces.ts';

const width = 1600;
const height = 1009;

const card = {
  province: 'PROVINSI JAWA BARAT',
  regency: 'KOTA BANDUNG',
  nik: '3273021709900001',
  rows: [
    ['Nama', 'BAYU CONTOH PRATAMA'],
    ['Tempat/Tgl Lahir', 'BANDUNG, 17-09-1990'],
    ['Jenis kelamin', 'LAKI-LAKI'],
    ['Alamat', 'JL. ANGGREK NO. 21'],
    ['   RT/RW', '004/009'],
    ['   Kel/Desa', 'DAGO'],
    ['   Kecamatan', 'COBLONG'],
    ['Agama', 'ISLAM'],
    ['Status Perkawinan', 'KAWIN'],
    ['Pekerjaan', 'KARYAWAN SWASTA'],
    ['Kewarganegaraan', 'WNI'],
    ['Berlaku Hingga', 'SEUMUR HIDUP'],
  ],
  bloodType: 'B',
  issued: ['KOTA BANDUNG', '12-03-2018'],
};

async function portrait(w, h) {
  const surfaces = blankSurfaces(w, h);
  const pose = { yaw: 0, pitch: 0, roll: 0, centreX: w / 2, centreY: h * 0.44, scale: w * 0.29 };
  paintWall(surfaces, [0.42, 0.03, 0.04], 11, 0.1);
  paintTorso(surfaces, { ...demoPerson, shirt: [0.62, 0.62, 0.6] }, pose);
  paintEars(surfaces, demoPerson, pose);
  paintHead(surfaces, demoPerson, headMesh(demoPerson, calm), headTexture(demoPerson, calm), pose);
  const image = photograph(surfaces, { ...officeLight, screen: [160, 160, 160] }, grainTable(1 << 16, 3), 0);
  return sharp(image.data, { raw: { width: w, height: h, channels: 3 } })
    .png()
    .toBuffer();
}

function guilloche() {
  const lines = [];
  for (let i = 0; i < 34; i += 1) {
    const points = [];
    for (let x = -20; x <= width + 20; x += 16) {
      const y = (i - 2) * 34 + 20 * Math.sin(x / 130 + i * 0.55) + 9 * Math.sin(x / 41 + i * 1.3);
      points.push(`${x},${y.toFixed(1)}`);
    }
    lines.push(
      `<polyline points="${points.join(' ')}" fill="none" stroke="#6fb3d6" stroke-opacity="0.42" stroke-width="1.6"/>`,
    );
  }
  return lines.join('');
}

function artwork() {
  const text = (x, y, size, weight, value, anchor = 'start', family = 'Liberation Sans') =>
    `<text x="${x}" y="${y}" font-family="${family}" font-size="${size}" font-weight="${weight}" text-anchor="${anchor}" fill="#14181a" xml:space="preserve">${value}</text>`;
  const rows = card.rows.map(([label, value], index) => {
    const y = 306 + index * 53.4;
    const indent = label.startsWith(' ') ? 100 : 44;
    return text(indent, y, 36, 400, label.trim()) + text(412, y, 36, 400, ':') + text(434, y, 36, 700, value);
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <defs><linearGradient id="g" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#bfe0f1"/><stop offset="0.5" stop-color="#a9d3ec"/><stop offset="1" stop-color="#c9e7f3"/></linearGradient>
    <clipPath id="c"><rect width="${width}" height="${height}" rx="56"/></clipPath></defs>
    <g clip-path="url(#c)"><rect width="${width}" height="${height}" fill="url(#g)"/>${guilloche()}
    <text x="640" y="660" transform="rotate(-24 640 660)" text-anchor="middle" font-family="Liberation Sans" font-size="190" font-weight="700" fill="#5b98b8" fill-opacity="0.14">SIMULASI</text>
    ${text(800, 74, 46, 700, card.province, 'middle')}${text(800, 134, 46, 700, card.regency, 'middle')}
    ${text(44, 222, 52, 700, 'NIK')}${text(344, 222, 52, 700, ':')}
    <text x="424" y="222" font-family="Liberation Mono" font-size="62" font-weight="700" letter-spacing="6" fill="#14181a">${card.nik}</text>
    ${rows.join('')}
    ${text(884, 306 + 2 * 53.4, 36, 400, `Gol. Darah : <tspan font-weight="700">${card.bloodType}</tspan>`)}
    ${text(1372, 792, 32, 400, card.issued[0], 'middle')}${text(1372, 834, 32, 400, card.issued[1], 'middle')}
    <path d="M1290 920 q36 -70 62 -20 t64 -8 q22 -34 44 8 t-30 34" fill="none" stroke="#1b2022" stroke-width="5"/></g></svg>`;
}

const photo = await portrait(330, 430);
const bytes = await sharp({ create: { width, height, channels: 3, background: '#b4d9ee' } })
  .composite([
    { input: Buffer.from(artwork()), left: 0, top: 0 },
    { input: photo, left: 1207, top: 300 },
  ])
  .png({ palette: true, quality: 92, colours: 256, effort: 10 })
  .toBuffer();
writeFileSync(fileURLToPath(new URL('./card.png', import.meta.url)), bytes);
process.stdout.write(`card.png: ${bytes.length} bytes, NIK ${card.nik}\n`);
