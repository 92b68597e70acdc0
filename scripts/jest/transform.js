// Jest transform: TypeScript, JSX and the few ES-module-only packages become CommonJS, by the bundler we have anyway.
const { createHash } = require('crypto');
const { readFileSync } = require('fs');
const esbuild = require('esbuild');
const validator = require('../bundle/policy_validator');

const options = {
  format: 'cjs',
  target: 'node20',
  sourcemap: 'inline',
  jsx: 'transform',
  define: { __ENGINE_DIGEST__: '"test"' },
  // Jest cannot import() without an option of Node's; it can require.
  supported: { 'dynamic-import': false },
};
const loaders = { '.ts': 'ts', '.tsx': 'tsx', '.js': 'js', '.mjs': 'js', '.jsx': 'jsx' };

/** As in the bundle of the page. */
const sourceOf = (source, path) =>
  path.replaceAll('\\', '/').endsWith(validator.FILE) ? validator.policyValidator() : source;

module.exports = {
  getCacheKey: (source, path) =>
    createHash('sha256')
      .update(sourceOf(source, path))
      .update(path)
      .update(esbuild.version)
      .update(readFileSync(__filename))
      .digest('hex'),
  process: (source, path) => {
    const loader = loaders[path.slice(path.lastIndexOf('.'))] ?? 'js';
    return { code: esbuild.transformSync(sourceOf(source, path), { ...options, loader, sourcefile: path }).code };
  },
};
