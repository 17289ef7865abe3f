/** What a card is printed on: light blue ground, waves, a rosette. */
import type { CardStyle } from './artwork.ts';
import type { Draw } from './draw.ts';

export const artworkSize = { width: 1600, height: 1009 } as const;

export function svg(inside: string): string {
  const { width, height } = artworkSize;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${inside}</svg>`;
}

/** Light blue ground, two families of waves and a rosette. */
export function paper(style: CardStyle, draw: Draw): string {
  const { width, height } = artworkSize;
  const { hue } = style;
  const lines: string[] = [];
  for (const [family, opacity] of [
    [0, 0.4],
    [1, 0.26],
  ] as const) {
    const slope = family === 0 ? draw.between(-0.06, 0.06) : draw.between(0.2, 0.45) * draw.sign();
    const phase = draw.between(0, 6);
    const long = draw.between(100, 170);
    for (let i = -8; i < style.waves + 8; i += 1) {
      const points: string[] = [];
      for (let x = -20; x <= width + 20; x += 20) {
        const y =
          (i * height) / style.waves +
          slope * (x - 800) +
          18 * Math.sin(x / long + i * 0.5 + phase) +
          8 * Math.sin(x / 43 + i * 1.3);
        points.push(`${x},${y.toFixed(1)}`);
      }
      lines.push(
        `<polyline points="${points.join(' ')}" fill="none" stroke="hsl(${hue + 4},55%,62%)" stroke-opacity="${opacity}" stroke-width="1.7"/>`,
      );
    }
  }
  const rosette = Array.from({ length: 18 }, (_, k) => {
    const turn = k * 10;
    return `<ellipse cx="640" cy="600" rx="300" ry="120" transform="rotate(${turn} 640 600)" fill="none" stroke="hsl(${hue},50%,58%)" stroke-opacity="0.16" stroke-width="2"/>`;
  });
  return svg(
    `<defs><linearGradient id="g" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="hsl(${hue - 2},62%,85%)"/>` +
      `<stop offset="0.5" stop-color="hsl(${hue},63%,79%)"/><stop offset="1" stop-color="hsl(${hue - 4},58%,86%)"/></linearGradient>` +
      `<clipPath id="c"><rect width="${width}" height="${height}" rx="59"/></clipPath></defs>` +
      `<g clip-path="url(#c)"><rect width="${width}" height="${height}" fill="url(#g)"/>${lines.join('')}${rosette.join('')}</g>`,
  );
}
