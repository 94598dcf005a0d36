/**
 * The import rule (ARCHITECTURE.md): data flows one way, steps never import each other, everyone may import the contract,
 * the contract imports nothing of ours. Violations fail `npm run lint`, which `npm test` runs.
 */
const domain = 'media|trust|preflight|registry|model|files|config|stack|smoke|report|upgrade';

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'contract-imports-nothing-of-ours',
      severity: 'error',
      from: { path: '^installer/contract/' },
      to: { pathNot: ['^installer/contract/', 'node_modules/(zod|@orpc)/'] },
    },
    {
      name: 'base-is-pure-of-domain',
      severity: 'error',
      from: { path: '^installer/base/' },
      to: { path: '^(installer|bundles|test|electron|renderer)/', pathNot: '^installer/(base|contract)/' },
    },
    {
      name: 'ports-know-only-the-contract',
      severity: 'error',
      from: { path: '^installer/ports/' },
      to: { path: '^(installer|bundles|test|electron|renderer)/', pathNot: '^installer/(ports|contract)/' },
    },
    {
      name: 'domain-folders-never-import-each-other',
      comment: 'The engine hands the output of one step to the next.',
      severity: 'error',
      from: { path: `^installer/(${domain})/` },
      to: {
        path: '^(installer|bundles|test|electron|renderer)/',
        pathNot: ['^installer/(contract|base|ports)/', '^installer/$1/'],
      },
    },
    {
      name: 'adapters-implement-ports',
      severity: 'error',
      from: { path: '^installer/adapters/' },
      to: {
        path: '^(installer|bundles|test|electron|renderer)/',
        pathNot: '^installer/(adapters|ports|contract|base)/',
      },
    },
    {
      name: 'native-and-engine-libraries-stay-behind-adapters',
      severity: 'error',
      from: { pathNot: ['^installer/adapters/', '^test/'] },
      to: { path: 'node_modules/(dockerode|systeminformation|better-sqlite3|node-llama-cpp)/' },
    },
    {
      name: 'engine-knows-no-face',
      severity: 'error',
      from: { path: '^installer/engine/' },
      to: { path: '^(installer/faces|bundles|test|electron|renderer)/' },
    },
    {
      name: 'faces-import-the-engine-not-the-steps',
      severity: 'error',
      from: { path: '^installer/faces/' },
      to: {
        path: '^(installer|bundles|test|electron|renderer)/',
        pathNot: '^installer/(faces|engine|contract|base)/|^bundles/[^/]+\\.ts$',
      },
    },
    {
      name: 'only-serve-chooses-the-defences',
      comment:
        'No flag, variable or caller can open the browser face with a defence missing; the suites do, to see it missed.',
      severity: 'error',
      from: { pathNot: ['^installer/faces/http/serve\\.ts$', '^test/'] },
      to: { path: '^installer/faces/http/serve-behind\\.ts$' },
    },
    {
      name: 'bundle-writer-stands-on-the-same-ground',
      severity: 'error',
      from: { path: '^bundles/' },
      to: {
        path: '^(installer|test|electron|renderer)/',
        pathNot: '^installer/(contract|base|ports|adapters)/',
      },
    },
    {
      name: 'electron-imports-the-contract',
      comment: 'and base/, where the framing of the pipe to the engine stands.',
      severity: 'error',
      from: { path: '^electron/' },
      to: { path: '^(installer|renderer|bundles|test)/', pathNot: '^installer/(contract|base)/' },
    },
    {
      name: 'renderer-imports-the-contract',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { path: '^(installer|electron|bundles|test)/', pathNot: '^installer/contract/' },
    },
    {
      name: 'product-code-imports-no-test',
      severity: 'error',
      from: { path: '^(installer|bundles|electron|renderer)/' },
      to: { path: '^test/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
