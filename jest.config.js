const esmOnly = ['@marcbachmann/cel-js', 'fast-check', 'jose', 'oauth4webapi', 'pure-rand'].join('|');

const common = {
  transform: { '\\.[cm]?[jt]sx?$': '<rootDir>/scripts/jest/transform.js' },
  transformIgnorePatterns: [`node_modules/(?!(${esmOnly})/)`],
};

/** Suites of real processes, many worlds and random inputs are left to the full run. */
const slow = process.env.REFLEX_QUICK === '1' ? ['\\.slow\\.test\\.tsx?$'] : [];

/** `unit`, `page` and `simulation` need neither network nor servers; the others need what `scripts/test.js` sets up. */
module.exports = {
  // Ends what hangs; a busy machine takes several times as long as an idle one for the same work.
  testTimeout: 30_000,
  projects: [
    {
      ...common,
      displayName: 'unit',
      testEnvironment: '<rootDir>/scripts/jest/node_environment.js',
      testMatch: ['<rootDir>/{common,server,scripts,test}/**/*.test.ts'],
      testPathIgnorePatterns: [
        ...slow,
        '/node_modules/',
        '\\.integration\\.test\\.ts$',
        '/test/simulation/',
        '/test/e2e/',
      ],
    },
    {
      ...common,
      displayName: 'page',
      testEnvironment: '<rootDir>/scripts/jest/page_environment.js',
      testMatch: ['<rootDir>/public/**/*.test.{ts,tsx}'],
      testPathIgnorePatterns: [...slow, '/node_modules/'],
      setupFilesAfterEnv: ['<rootDir>/test/page_setup.ts'],
    },
    {
      ...common,
      displayName: 'simulation',
      testEnvironment: '<rootDir>/scripts/jest/node_environment.js',
      testMatch: ['<rootDir>/test/simulation/**/*.test.ts'],
      testPathIgnorePatterns: [...slow, '/node_modules/'],
    },
    {
      ...common,
      displayName: 'integration',
      testEnvironment: '<rootDir>/scripts/jest/node_environment.js',
      testMatch: ['<rootDir>/**/*.integration.test.ts'],
      testPathIgnorePatterns: ['/node_modules/'],
    },
    {
      ...common,
      displayName: 'e2e',
      testEnvironment: '<rootDir>/scripts/jest/node_environment.js',
      testMatch: ['<rootDir>/test/e2e/**/*.e2e.test.ts'],
    },
  ],
};
