// The rooms of docs/architecture.md, top to bottom. A room imports only rooms on lines below its
// own; rooms on one line never import each other. Type imports count.
const LINES = [
  ['src/cli', 'src/vitest'],
  ['src/library'],
  ['src/report'],
  ['src/sizing'],
  ['src/verdict'],
  ['src/run/live', 'src/run/virtual', 'src/run/fleet'],
  ['src/run/subjects'],
  ['src/measure'],
  ['src/scenario', 'src/trail'],
  ['src/models'],
  ['src/client'],
  ['mock-sts/server'],
  ['mock-sts/core'],
  ['src/kernel'],
];

const at = (rooms) => `^(${rooms.join('|')})/`;

const layering = LINES.flatMap((rooms, line) =>
  rooms.map((room) => ({
    name: `${room.replaceAll('/', '-')}-looks-down`,
    severity: 'error',
    from: { path: at([room]) },
    to: {
      path: at([
        ...LINES.slice(0, line).flat(),
        ...rooms.filter((other) => other !== room),
        'test',
        'bench',
      ]),
    },
  })),
);

/** Pure rooms: no server, no files, no sockets, no timers, no threads. */
const PURE = ['src/kernel/sts', 'src/models', 'mock-sts/core', 'src/scenario/plan'];
const EFFECTS =
  '^(fastify|undici|piscina|(node:)?(fs|net|tls|http|https|http2|dgram|timers|worker_threads|child_process)(/|$))|node_modules/(fastify|undici|piscina)/';

module.exports = {
  forbidden: [
    ...layering,
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'client-and-mock-do-not-know-each-other',
      severity: 'error',
      from: { path: '^src/client/' },
      to: { path: '^mock-sts/' },
    },
    {
      name: 'report-renders-data',
      severity: 'error',
      from: { path: '^src/report/' },
      to: { path: '^src/run/' },
    },
    {
      name: 'cores-are-pure',
      severity: 'error',
      from: { path: `^(${PURE.join('|')})` },
      to: { path: EFFECTS },
    },
    {
      name: 'client-core-is-pure',
      severity: 'error',
      from: { path: '^src/client/(cache-core|policy|credential-cache|backoff|failure)' },
      to: { path: EFFECTS },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};
