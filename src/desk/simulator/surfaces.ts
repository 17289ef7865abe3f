import { calm, headColour, headWidth, relief, type Expression } from './head.ts';
import { bell, fractalNoise, ramp } from './noise.ts';
import type { Person } from './person.ts';

/**
 * What the camera would see, before light: per pixel the linear reflectance, the surface normal and how much of the
 * screen's light arrives there (falls off with the square of the distance).
 */
export interface Surfaces {
  readonly width: number;
  readonly height: number;
  /** Linear RGB, 3 per pixel. */
  readonly colour: Float32Array;
  /** Unit normals, camera looks along −z, 3 per pixel. */
  readonly normal: Float32Array;
  /** Share of the screen's light, 1 at the face. */
  readonly reach: Float32Array;
  /** 0 matt … 1 skin sheen. */
  readonly gloss: Float32Array;
}

export interface Pose {
  /** Degrees. Positive = the person turns to his own left (image right). */
  readonly yaw: number;
  readonly pitch: number;
  readonly roll: number;
  /** Image pixels. */
  readonly centreX: number;
  readonly centreY: number;
  /** Half the face width, px. */
  readonly scale: number;
}

export function blankSurfaces(width: number, height: number): Surfaces {
  const pixels = width * height;
  return {
    width,
    height,
    colour: new Float32Array(pixels * 3),
    normal: new Float32Array(pixels * 3),
    reach: new Float32Array(pixels),
    gloss: new Float32Array(pixels),
  };
}

/** A quiet branch wall with a soft vignette, well behind the person: it gets little of the screen's light. */
export function paintWall(out: Surfaces, tint: readonly [number, number, number], seed: number, reach = 0.12): void {
  for (let y = 0; y < out.height; y += 1)
    for (let x = 0; x < out.width; x += 1) {
      const i = y * out.width + x;
      const texture =
        1 + 0.05 * fractalNoise(x / 60, y / 60, seed, 3) - 0.12 * (y / out.height) + 0.06 * (x / out.width);
      const edge = Math.abs((((x / out.width) * 3.1) % 1) - 0.5) < 0.006 ? 0.86 : 1;
      for (let c = 0; c < 3; c += 1) out.colour[i * 3 + c] = (tint[c] ?? 0) * texture * edge;
      out.normal[i * 3 + 2] = 1;
      out.reach[i] = reach;
    }
}

/** Neck and shoulders: two smooth bodies under the head, in a plain shirt with a collar. */
export function paintTorso(out: Surfaces, person: Person, pose: Pose): void {
  const { scale } = pose;
  for (let y = Math.max(0, Math.floor(pose.centreY + scale * 0.7)); y < out.height; y += 1)
    for (let x = 0; x < out.width; x += 1) {
      const i = y * out.width + x;
      const u = (x - pose.centreX) / scale;
      const v = (y - pose.centreY) / scale;
      const neck = Math.abs(u) < 0.56 + 0.12 * ramp(1.5, 1.9, v);
      const slope = 1.78 + 0.28 * Math.abs(u) + 0.5 * Math.max(0, Math.abs(u) - 1.5) ** 2;
      const opening = Math.abs(u) < Math.max(0, 0.52 - (v - 1.62) * 0.85);
      if (v > slope - 0.1 && !(opening && neck)) {
        const fold =
          1 +
          0.25 * fractalNoise(u * 3.2, v * 1.6, person.seed + 71, 4) +
          0.05 * fractalNoise(u * 90, v * 90, person.seed, 1);
        const collar = Math.abs(Math.abs(u) - Math.max(0.02, 0.58 - (v - 1.6) * 0.8)) < 0.07 ? 1.35 : 1;
        setPixel(out, i, person.shirt, fold * collar, [u * 0.35, -0.25, 0.9], 0.8, 0.05);
      } else if (neck && v > 0.7) {
        const shade = 0.42 + 0.4 * ramp(1.3, 1.95, v);
        setPixel(
          out,
          i,
          person.skin,
          shade * (1 + 0.06 * fractalNoise(u * 20, v * 20, person.seed + 3, 2)),
          [u * 1.1, 0.05, Math.sqrt(Math.max(0.1, 1 - u * u))],
          0.75,
          0.2,
        );
      }
    }
}

function setPixel(
  out: Surfaces,
  i: number,
  colour: readonly number[],
  shade: number,
  normal: readonly [number, number, number],
  reach: number,
  gloss: number,
): void {
  const length = Math.hypot(...normal);
  for (let c = 0; c < 3; c += 1) {
    out.colour[i * 3 + c] = (colour[c] ?? 0) * shade;
    out.normal[i * 3 + c] = (normal[c] ?? 0) / length;
  }
  out.reach[i] = reach;
  out.gloss[i] = gloss;
}

const columns = 170;
const rows = 190;

interface Mesh {
  /** Face coordinates of each vertex, and the unrotated point. */
  readonly u: Float32Array;
  readonly v: Float32Array;
  readonly front: Float32Array;
  readonly point: Float32Array;
  readonly normal: Float32Array;
}

/** Ears stand behind the cheeks; drawn before the head, moved with its turn. */
export function paintEars(out: Surfaces, person: Person, pose: Pose): void {
  const { scale } = pose;
  const shift = Math.sin((pose.yaw * Math.PI) / 180) * -0.12;
  for (const sign of [-1, 1]) {
    const centreX = pose.centreX + (sign * 0.99 + shift) * scale;
    const centreY = pose.centreY + 0.06 * scale;
    for (let y = Math.floor(centreY - 0.36 * scale); y < centreY + 0.36 * scale; y += 1)
      for (let x = Math.floor(centreX - 0.2 * scale); x < centreX + 0.2 * scale; x += 1) {
        if (x < 0 || y < 0 || x >= out.width || y >= out.height) continue;
        const u = (x - centreX) / (0.17 * scale);
        const v = (y - centreY) / (0.33 * scale);
        const inside = u * u + v * v;
        if (inside > 1) continue;
        const rim = 0.72 + 0.3 * ramp(0.35, 0.9, inside) - 0.25 * bell(u, v, -sign * 0.1, 0.1, 0.35, 0.3);
        setPixel(out, y * out.width + x, person.skin, rim * 0.92, [sign * 0.45 + u * 0.3, v * 0.3, 0.8], 0.9, 0.3);
      }
  }
}

/** The head as a closed body: longitude × latitude of an ellipsoid, features raised on its front. */
export function headMesh(person: Person, expression: Expression): Mesh {
  const count = columns * rows;
  const mesh: Mesh = {
    u: new Float32Array(count),
    v: new Float32Array(count),
    front: new Float32Array(count),
    point: new Float32Array(count * 3),
    normal: new Float32Array(count * 3),
  };
  for (let row = 0; row < rows; row += 1) {
    const v = -1.56 + (row / (rows - 1)) * 2.91;
    const level = v < 0 ? v / 1.57 : v / 1.36;
    const ring = Math.sqrt(Math.max(0, 1 - Math.abs(level) ** (v < 0 ? 3.4 : 2.6)));
    for (let column = 0; column < columns; column += 1) {
      const longitude = (-1 + (2 * column) / (columns - 1)) * 2.1;
      const i = row * columns + column;
      const u = Math.sin(longitude) * ring * headWidth(person, v);
      const facing = Math.cos(longitude);
      mesh.u[i] = u;
      mesh.v[i] = v;
      mesh.front[i] = facing;
      const depth =
        facing * ring * (facing > 0 ? 0.98 : 1.1) +
        (facing > 0 ? relief(person, expression, u, v) * ramp(0.05, 0.4, facing) : 0);
      mesh.point.set([u, v, depth], i * 3);
    }
  }
  fillNormals(mesh);
  return mesh;
}

function fillNormals(mesh: Mesh): void {
  const at = (row: number, column: number, axis: number): number =>
    mesh.point[
      (Math.min(rows - 1, Math.max(0, row)) * columns + Math.min(columns - 1, Math.max(0, column))) * 3 + axis
    ] ?? 0;
  for (let row = 0; row < rows; row += 1)
    for (let column = 0; column < columns; column += 1) {
      const across = [0, 1, 2].map((axis) => at(row, column + 1, axis) - at(row, column - 1, axis)) as [
        number,
        number,
        number,
      ];
      const down = [0, 1, 2].map((axis) => at(row + 1, column, axis) - at(row - 1, column, axis)) as [
        number,
        number,
        number,
      ];
      const nx = across[1] * down[2] - across[2] * down[1];
      const ny = across[2] * down[0] - across[0] * down[2];
      const nz = across[0] * down[1] - across[1] * down[0];
      const length = Math.hypot(nx, ny, nz) || 1;
      mesh.normal.set([nx / length, ny / length, nz / length], (row * columns + column) * 3);
    }
}

const textureWidth = 620;
const textureHeight = 760;

/** The head's colour, painted once per person and expression: 620 × 760 over x −1.1…1.1, y −1.7…1.45. */
export function headTexture(person: Person, expression: Expression = calm): Float32Array {
  const texture = new Float32Array(textureWidth * textureHeight * 3);
  for (let ty = 0; ty < textureHeight; ty += 1)
    for (let tx = 0; tx < textureWidth; tx += 1) {
      const colour = headColour(
        person,
        expression,
        (tx / (textureWidth - 1)) * 2.2 - 1.1,
        (ty / (textureHeight - 1)) * 3.15 - 1.7,
      );
      texture.set(colour, (ty * textureWidth + tx) * 3);
    }
  return texture;
}

function sampleTexture(texture: Float32Array, u: number, v: number, channel: number): number {
  const x = Math.min(textureWidth - 1.001, Math.max(0, ((u + 1.1) / 2.2) * (textureWidth - 1)));
  const y = Math.min(textureHeight - 1.001, Math.max(0, ((v + 1.7) / 3.15) * (textureHeight - 1)));
  const left = Math.floor(x);
  const top = Math.floor(y);
  const fx = x - left;
  const fy = y - top;
  const base = (top * textureWidth + left) * 3 + channel;
  const a = texture[base] ?? 0;
  const b = texture[base + 3] ?? 0;
  const c = texture[base + textureWidth * 3] ?? 0;
  const d = texture[base + textureWidth * 3 + 3] ?? 0;
  return (a * (1 - fx) + b * fx) * (1 - fy) + (c * (1 - fx) + d * fx) * fy;
}

/** Draws the head into the surfaces: rotate, project with mild perspective, z-buffer. */
export function paintHead(out: Surfaces, person: Person, mesh: Mesh, texture: Float32Array, pose: Pose): void {
  const count = columns * rows;
  const screen = new Float32Array(count * 3);
  const turned = new Float32Array(count * 3);
  const rotation = rotationOf(pose);
  for (let i = 0; i < count; i += 1) {
    const [x, y, z] = rotate(rotation, mesh.point[i * 3] ?? 0, mesh.point[i * 3 + 1] ?? 0, mesh.point[i * 3 + 2] ?? 0);
    const perspective = 7 / (7 - z);
    screen.set([pose.centreX + x * perspective * pose.scale, pose.centreY + y * perspective * pose.scale, z], i * 3);
    turned.set(
      rotate(rotation, mesh.normal[i * 3] ?? 0, mesh.normal[i * 3 + 1] ?? 0, mesh.normal[i * 3 + 2] ?? 0),
      i * 3,
    );
  }
  const depth = new Float32Array(out.width * out.height).fill(-10);
  const shade = (i: number, a: number, b: number, c: number, wa: number, wb: number, wc: number): void => {
    const pick = (values: Float32Array, stride: number, offset: number): number =>
      wa * (values[a * stride + offset] ?? 0) +
      wb * (values[b * stride + offset] ?? 0) +
      wc * (values[c * stride + offset] ?? 0);
    const u = pick(mesh.u, 1, 0);
    const v = pick(mesh.v, 1, 0);
    const behind = pick(mesh.front, 1, 0) < 0.02;
    const hairy = behind && v < 0.75;
    for (let channel = 0; channel < 3; channel += 1) {
      out.colour[i * 3 + channel] = hairy
        ? (person.hair[channel] ?? 0) * (1 + 0.9 * fractalNoise(u * 30, v * 6, person.seed + 61, 2))
        : sampleTexture(texture, u, v, channel);
      out.normal[i * 3 + channel] = pick(turned, 3, channel);
    }
    out.reach[i] = 1;
    out.gloss[i] = hairy ? 0.25 : 0.55;
  };
  for (let row = 0; row + 1 < rows; row += 1)
    for (let column = 0; column + 1 < columns; column += 1) {
      const i = row * columns + column;
      triangle(out, depth, screen, i, i + 1, i + columns, shade);
      triangle(out, depth, screen, i + 1, i + columns + 1, i + columns, shade);
    }
}

type Shade = (pixel: number, a: number, b: number, c: number, wa: number, wb: number, wc: number) => void;

function triangle(
  out: Surfaces,
  depth: Float32Array,
  screen: Float32Array,
  a: number,
  b: number,
  c: number,
  shade: Shade,
): void {
  const ax = screen[a * 3] ?? 0;
  const ay = screen[a * 3 + 1] ?? 0;
  const bx = screen[b * 3] ?? 0;
  const by = screen[b * 3 + 1] ?? 0;
  const cx = screen[c * 3] ?? 0;
  const cy = screen[c * 3 + 1] ?? 0;
  const area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay);
  if (area <= 0) return;
  const fromX = Math.max(0, Math.floor(Math.min(ax, bx, cx)));
  const toX = Math.min(out.width - 1, Math.ceil(Math.max(ax, bx, cx)));
  const fromY = Math.max(0, Math.floor(Math.min(ay, by, cy)));
  const toY = Math.min(out.height - 1, Math.ceil(Math.max(ay, by, cy)));
  for (let y = fromY; y <= toY; y += 1)
    for (let x = fromX; x <= toX; x += 1) {
      const wa = ((bx - x) * (cy - y) - (cx - x) * (by - y)) / area;
      const wb = ((cx - x) * (ay - y) - (ax - x) * (cy - y)) / area;
      const wc = 1 - wa - wb;
      if (wa < -1e-4 || wb < -1e-4 || wc < -1e-4) continue;
      const z = wa * (screen[a * 3 + 2] ?? 0) + wb * (screen[b * 3 + 2] ?? 0) + wc * (screen[c * 3 + 2] ?? 0);
      const i = y * out.width + x;
      if (z <= (depth[i] ?? 0)) continue;
      depth[i] = z;
      shade(i, a, b, c, wa, wb, wc);
    }
}

type Rotation = readonly [number, number, number, number, number, number, number, number, number];

function rotationOf(pose: Pose): Rotation {
  const yaw = (pose.yaw * Math.PI) / 180;
  const pitch = (pose.pitch * Math.PI) / 180;
  const roll = (pose.roll * Math.PI) / 180;
  const [cy, sy, cp, sp, cr, sr] = [
    Math.cos(yaw),
    Math.sin(yaw),
    Math.cos(pitch),
    Math.sin(pitch),
    Math.cos(roll),
    Math.sin(roll),
  ];
  // roll · pitch · yaw
  const m = [cy, 0, sy, sp * sy, cp, -sp * cy, -cp * sy, sp, cp * cy] as const;
  return [
    cr * m[0] - sr * m[3],
    cr * m[1] - sr * m[4],
    cr * m[2] - sr * m[5],
    sr * m[0] + cr * m[3],
    sr * m[1] + cr * m[4],
    sr * m[2] + cr * m[5],
    m[6],
    m[7],
    m[8],
  ];
}

function rotate(r: Rotation, x: number, y: number, z: number): [number, number, number] {
  return [r[0] * x + r[1] * y + r[2] * z, r[3] * x + r[4] * y + r[5] * z, r[6] * x + r[7] * y + r[8] * z];
}
