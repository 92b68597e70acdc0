// Jest transform: TypeScript, JSX and the few ES-module-only packages become CommonJS, by the bundler we have anyway.
const { createHash } = require('crypto');
const { readFileSync } = require('fs');
const esbuild = require('esbuild');

const options = {
  format: 'cjs',
  target: 'node20',
  sourcemap: 'inline',
  jsx: 'transform',
  define: { __ENGINE_DIGEST__: '"test"' },
};
const loaders = { '.ts': 'ts', '.tsx': 'tsx', '.js': 'js', '.mjs': 'js', '.jsx': 'jsx' };

module.exports = {
  getCacheKey: (source, path) =>
    createHash('sha256')
      .update(source)
      .update(path)
      .update(esbuild.version)
      .update(readFileSync(__filename))
      .digest('hex'),
  process: (source, path) => {
    const loader = loaders[path.slice(path.lastIndexOf('.'))] ?? 'js';
    return { code: esbuild.transformSync(source, { ...options, loader, sourcefile: path }).code };
  },
};
