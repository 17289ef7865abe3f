/** Another photograph cut out and glued over the printed one: the way it is done by hand. */
import sharp from 'sharp';
import { artworkSize, type Area } from './artwork.ts';
import type { Draw } from './draw.ts';

/**
 * The photo covers the printed window (0–4 % larger), lies off by up to 5 px of 1,600 and turned by 0.2–1.6°, shows the white of
 * its paper on some sides, throws the shadow of its thickness to one corner and has another gloss than the card.
 */
export async function gluePortrait(png: Buffer, photo: Buffer, window: Area, draw: Draw): Promise<Buffer> {
  const width = Math.round(window.width * draw.between(1, 1.04));
  const height = Math.round(window.height * draw.between(1, 1.04));
  const [gain, lift] = [draw.between(0.9, 1.08), draw.between(-8, 14)];
  const picture = await sharp(photo)
    .resize(width, height, { fit: 'cover' })
    .removeAlpha()
    .linear(gain, lift)
    .png()
    .toBuffer();
  const rims = [0, 1, 2, 3].map(() => (draw.chance(0.45) ? draw.int(1, 5) : 0)) as [number, number, number, number];
  const paper = await sharp(picture)
    .extend({ top: rims[0], right: rims[1], bottom: rims[2], left: rims[3], background: '#f1efe9' })
    .png()
    .toBuffer();
  const size = { width: width + rims[1] + rims[3], height: height + rims[0] + rims[2] };
  const middle = {
    x: window.x + window.width / 2 + draw.between(-5, 5),
    y: window.y + window.height / 2 + draw.between(-5, 5),
  };
  const turn = draw.between(0.2, 1.6) * draw.sign();
  const [sx, sy] = [draw.between(1, 4) * draw.sign(), draw.between(1, 4) * draw.sign()];
  const strength = draw.between(0.15, 0.45);
  const place = `transform="translate(${middle.x} ${middle.y}) rotate(${turn})"`;
  const rectangle = `x="${-size.width / 2}" y="${-size.height / 2}" width="${size.width}" height="${size.height}"`;
  const overlay =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${artworkSize.width}" height="${artworkSize.height}">` +
    `<defs><filter id="b"><feGaussianBlur stdDeviation="${draw.between(1, 2.4)}"/></filter></defs>` +
    `<g transform="translate(${sx} ${sy})"><rect ${place} ${rectangle} fill="#000" fill-opacity="${strength}" filter="url(#b)"/></g>` +
    `<image ${place} ${rectangle} href="data:image/png;base64,${paper.toString('base64')}"/></svg>`;
  return sharp(png)
    .composite([{ input: Buffer.from(overlay), left: 0, top: 0 }])
    .png({ compressionLevel: 1 })
    .toBuffer();
}
