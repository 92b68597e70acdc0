'use strict';
// What all bundles have in common.
const { join } = require('path');
const { engineDigest, reflexVersion, root } = require('./sources');

const constants = () => ({
  __ENGINE_DIGEST__: JSON.stringify(`sha256:${engineDigest()}`),
  __REFLEX_VERSION__: JSON.stringify(reflexVersion()),
});

/** Packages that cannot be required from CommonJS. */
const ESM_ONLY = ['@marcbachmann/cel-js', 'jose', 'oauth4webapi'];

exports.forServer = () => ({
  absWorkingDir: root,
  bundle: true,
  // Native parts, such as one that ssh2 does without: what somebody built here is not part of a bundle.
  external: ['*.node'],
  platform: 'node',
  format: 'cjs',
  define: constants(),
  logLevel: 'silent',
  tsconfig: join(root, 'tsconfig.json'),
});

exports.forBrowser = () => ({
  absWorkingDir: root,
  bundle: true,
  platform: 'browser',
  target: ['chrome100', 'firefox100', 'safari15.4'],
  jsx: 'transform',
  minify: true,
  legalComments: 'none',
  define: { ...constants(), 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
  logLevel: 'silent',
  tsconfig: join(root, 'tsconfig.json'),
});

/** For esbuild: packages stay in node_modules, but for the few that must be converted. */
exports.packagesOutside = {
  name: 'packages-outside',
  setup: (build) => {
    build.onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === 'entry-point' || ESM_ONLY.some((name) => path === name || path.startsWith(`${name}/`))
        ? undefined
        : { path, external: true },
    );
  },
};
