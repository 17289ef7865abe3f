/** Drawn placeholders for tests and the gallery: a fictional card and a drawn face, lit by a colour. Browser only. */

type Draw = (context: CanvasRenderingContext2D, width: number, height: number) => void;

async function jpeg(width: number, height: number, draw: Draw): Promise<Uint8Array> {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  if (context !== null) draw(context, width, height);
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', 0.9));
  return blob === null ? new Uint8Array() : new Uint8Array(await blob.arrayBuffer());
}

function drawFace(context: CanvasRenderingContext2D, cx: number, cy: number, size: number, skin: string): void {
  context.fillStyle = '#2b2320';
  context.beginPath();
  context.ellipse(cx, cy - size * 0.1, size * 0.62, size * 0.78, 0, 0, 7);
  context.fill();
  context.fillStyle = skin;
  context.beginPath();
  context.ellipse(cx, cy, size * 0.5, size * 0.66, 0, 0, 7);
  context.fill();
  context.fillStyle = '#1f1a18';
  for (const side of [-1, 1]) {
    context.beginPath();
    context.ellipse(cx + side * size * 0.2, cy - size * 0.08, size * 0.06, size * 0.035, 0, 0, 7);
    context.fill();
  }
  context.strokeStyle = '#7a3f35';
  context.lineWidth = size * 0.03;
  context.beginPath();
  context.arc(cx, cy + size * 0.2, size * 0.16, 0.4, Math.PI - 0.4);
  context.stroke();
}

const lines = [
  'NIK            : 3173051708850004',
  'Nama           : RATNA SEKAR WIJAYANTI',
  'Tempat/Tgl Lahir: JAKARTA, 17-08-1985',
  'Alamat         : JL CONTOH NO 12',
  '   RT/RW       : 003/007',
  '   Kel/Desa    : KALIDERES',
  '   Kecamatan   : KALIDERES',
  'Agama          : ISLAM',
  'Pekerjaan      : KARYAWAN SWASTA',
];

function drawCard(context: CanvasRenderingContext2D, x: number, y: number, width: number): void {
  const height = width / 1.586;
  context.fillStyle = '#bcd8e6';
  context.beginPath();
  context.roundRect(x, y, width, height, width * 0.035);
  context.fill();
  context.fillStyle = '#14232a';
  context.textAlign = 'center';
  context.font = `700 ${width * 0.035}px sans-serif`;
  context.fillText('PROVINSI DKI JAKARTA', x + width / 2, y + height * 0.09);
  context.fillText('SPESIMEN', x + width / 2, y + height * 0.17);
  context.textAlign = 'left';
  context.font = `${width * 0.029}px monospace`;
  lines.forEach((line, index) => context.fillText(line, x + width * 0.03, y + height * (0.27 + index * 0.08)));
  context.fillStyle = '#c8574f';
  context.fillRect(x + width * 0.74, y + height * 0.24, width * 0.22, height * 0.5);
  drawFace(context, x + width * 0.85, y + height * 0.5, width * 0.13, '#c99c7c');
}

export const cardPicture = () => jpeg(856, 540, (context) => drawCard(context, 0, 0, 856));
export const portraitPicture = () =>
  jpeg(360, 360, (context) => {
    context.fillStyle = '#c8574f';
    context.fillRect(0, 0, 360, 360);
    drawFace(context, 180, 190, 190, '#c99c7c');
  });
export const selfiePicture = () =>
  jpeg(360, 360, (context) => {
    context.fillStyle = '#8b9196';
    context.fillRect(0, 0, 360, 360);
    drawFace(context, 180, 190, 190, '#c99c7c');
  });

/** A camera picture under a light `#RRGGBB`. */
export function scenePicture(scene: 'card' | 'face', light: string): Promise<Uint8Array> {
  return jpeg(960, 540, (context, width, height) => {
    context.fillStyle = '#6d7074';
    context.fillRect(0, 0, width, height);
    if (scene === 'card') drawCard(context, width * 0.2, height * 0.17, width * 0.57);
    else drawFace(context, width * 0.5, height * 0.5, height * 0.48, '#c99c7c');
    context.globalCompositeOperation = 'soft-light';
    context.globalAlpha = 0.5;
    context.fillStyle = light;
    context.fillRect(0, 0, width, height);
  });
}
