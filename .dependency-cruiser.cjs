/** The import rules of the house (README, "How the code is laid out"): a folder may import only from folders above it. */
const rooms = {
  contract: [],
  core: ['contract'],
  vision: ['contract', 'core'],
  vault: ['contract', 'core'],
  store: ['contract', 'core', 'vault'],
  connectors: ['contract', 'core', 'vault', 'store', 'vision'],
  services: ['contract', 'core', 'vision', 'vault', 'store', 'connectors'],
  api: ['contract', 'core', 'vision', 'vault', 'store', 'connectors', 'services'],
  desk: ['contract', 'core', 'vision', 'vault', 'store', 'connectors', 'services'],
  shell: ['contract', 'core', 'vision', 'vault', 'store', 'connectors', 'services', 'api', 'desk'],
  main: ['contract', 'core', 'vision', 'vault', 'store', 'connectors', 'services', 'api', 'desk', 'shell'],
  preload: ['contract'],
  renderer: ['contract', 'core'],
  cli: [
    'contract',
    'core',
    'vision',
    'vault',
    'store',
    'connectors',
    'services',
    'api',
    'desk',
    'shell',
    'main',
    'preload',
  ],
};

const roomRules = Object.entries(rooms).map(([room, allowed]) => ({
  name: `room-${room}`,
  comment: `src/${room} may import only from: ${allowed.join(', ') || 'nothing'}`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: { path: '^src/', pathNot: `^src/(${[room, ...allowed].join('|')})/` },
}));

/** Who touches the outside world. */
const only = (name, packages, allowed) => ({
  name: `only-${name}`,
  comment: `${packages.join(', ')} only in ${allowed.join(', ')}`,
  severity: 'error',
  from: { path: '^src/', pathNot: [`^src/(${allowed.join('|')})(/|\\.)`, '\\.test\\.tsx?$'] },
  to: { path: packages.map((name) => `(^|/)node_modules/${name}(/|$)|^${name}(/|$)`).join('|') },
});

module.exports = {
  forbidden: [
    ...roomRules,
    only('vision-libraries', ['onnxruntime-node', 'onnxruntime-common', 'sharp', 'tesseract.js'], ['vision']),
    only('database-drivers', ['better-sqlite3', 'pg', 'pg-boss', '@electric-sql/pglite'], ['store']),
    only('electron', ['electron'], ['main', 'preload']),
    only('hid', ['node-hid'], ['desk/scanner']),
    only('password-hashing', ['@node-rs/argon2'], ['services', 'vault']),
    only('outgoing-http', ['undici'], ['connectors/http']),
    only('s3-signatures', ['aws4fetch'], ['connectors/s3']),
    only('foreign-functions', ['koffi'], ['vault/key-providers']),
    only('react', ['react', 'react-dom', 'react-aria-components', 'zustand', 'react-intl'], ['renderer']),
    {
      name: 'only-crypto',
      comment:
        'crypto libraries only in vault; pure hashes (@noble/hashes) also in core and wherever bytes are named by hash',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/vault/', '^src/cli/bootstrap\\.mjs$', '/testing/', '\\.test\\.ts$'] },
      to: { path: '^(node:)?crypto$|node_modules/@hpke/' },
    },
    {
      name: 'core-is-pure',
      comment: 'no I/O in core',
      severity: 'error',
      from: { path: '^src/(core|contract)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(node:)?(fs|net|http|https|child_process|worker_threads|os|process|timers)(/|$)' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['node', 'import', 'require', 'default', 'types'],
    },
  },
};
