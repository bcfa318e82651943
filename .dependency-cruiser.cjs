/** The arrows of the house (docs: README "Layout"). `npm run check` fails when one points the wrong way. */
const spec = '\\.spec\\.ts$';

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'Two modules that need each other are one, or a port is missing.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'domain-is-pure',
      comment: 'The domain knows no framework, database, network, clock or process.',
      severity: 'error',
      from: { path: '^src/domain', pathNot: spec },
      to: {
        pathNot: [
          '^src/domain',
          '^node_modules/(big\\.js|temporal-polyfill|@types/big\\.js|tldts|tldts-core|email-providers|libphonenumber-js)',
          '^(node:)?crypto$',
        ],
      },
    },
    {
      name: 'ports-know-only-the-domain',
      severity: 'error',
      from: { path: '^src/ports' },
      to: { path: '^(src/(adapters|modules|platform)|sandbox|test|config)' },
    },
    {
      name: 'adapters-do-not-know-modules',
      severity: 'error',
      from: { path: '^src/adapters', pathNot: spec },
      to: { path: '^(src/modules|sandbox|test)' },
    },
    {
      name: 'modules-know-adapters-only-where-there-is-one-implementation',
      comment: 'Marketplace, queue and clock are reached through their ports.',
      severity: 'error',
      from: { path: '^src/modules', pathNot: spec },
      to: { path: '^(src/adapters/(marketplace|queue|clock)|sandbox|test)' },
    },
    {
      name: 'platform-does-not-know-features',
      severity: 'error',
      from: { path: '^src/platform', pathNot: [spec, '^src/platform/database/entities\\.ts$'] },
      to: { path: '^(src/(modules|adapters)|sandbox|test)' },
    },
    {
      name: 'sandbox-stands-alone',
      comment: 'A mistake shared with the product would pass every check.',
      severity: 'error',
      from: { path: '^sandbox' },
      to: { path: '^(src|config|migrations|test|ui)/' },
    },
    {
      name: 'sandboxes-do-not-know-each-other',
      severity: 'error',
      from: { path: '^sandbox/(autotask|marketplace)/' },
      to: { path: '^sandbox/(autotask|marketplace)/', pathNot: '^sandbox/$1/' },
    },
    {
      name: 'the-page-stands-alone',
      comment: 'It knows the API by its generated types only.',
      severity: 'error',
      from: { path: '^ui/src' },
      to: { path: '^(src|config|migrations|sandbox|test)/' },
    },
    {
      name: 'nobody-imports-the-page',
      severity: 'error',
      from: { path: '^(src|config|migrations|sandbox)/' },
      to: { path: '^ui/' },
    },
    {
      name: 'oracle-stands-alone',
      severity: 'error',
      from: { path: '^test/oracle' },
      to: { path: '^(src|config|migrations|sandbox)/' },
    },
    {
      name: 'only-the-boot-starts-the-sandbox',
      severity: 'error',
      from: { path: '^src', pathNot: ['^src/main\\.ts$', spec] },
      to: { path: '^sandbox' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default'] },
  },
};
