import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import type { CustomScheme, Protocol } from 'electron';

export const stationScheme = 'app';
export const stationHost = 'loket';
export const stationOrigin = `${stationScheme}://${stationHost}`;

/** Must be registered before the app is ready. A standard, secure scheme gets a real origin, storage and getUserMedia. */
export const stationSchemes: CustomScheme[] = [
  {
    scheme: stationScheme,
    privileges: { standard: true, secure: true, supportFetchAPI: true, stream: false, bypassCSP: false },
  },
];

/** No remote content, no inline script, no frame but our own PDF preview (checklist 1, 7, 18). */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob: mediastream:",
  "font-src 'self'",
  "connect-src 'self'",
  'frame-src blob:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.json': 'application/json',
  '.png': 'image/png',
};

/** Maps a station URL to a file below `folder`, or null for anything that is not ours or climbs out. */
export function stationFile(url: string, folder: string): string | null {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    return null;
  }
  if (parsed.protocol !== `${stationScheme}:` || parsed.host !== stationHost) return null;
  let path: string;
  try {
    path = decodeURIComponent(parsed.pathname);
  } catch {
    return null;
  }
  if (path.includes('\0') || path.includes('\\')) return null;
  const file = normalize(join(folder, path === '/' ? 'index.html' : path));
  return file.startsWith(folder + sep) && extname(file) in types ? file : null;
}

/** Serves the built renderer and nothing else. */
export function serveStation(protocol: Pick<Protocol, 'handle'>, folder: string): void {
  protocol.handle(stationScheme, async (request) => {
    const file = request.method === 'GET' ? stationFile(request.url, folder) : null;
    const bytes = file === null ? null : await readFile(file).catch(() => null);
    if (file === null || bytes === null) return new Response('not found', { status: 404 });
    return new Response(new Uint8Array(bytes), {
      headers: {
        'content-type': types[extname(file)] ?? 'application/octet-stream',
        'content-security-policy': contentSecurityPolicy,
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
      },
    });
  });
}
