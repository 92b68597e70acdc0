'use strict';
/*
 * The policy schema compiled to plain code: a page may not compile a schema itself, because Dashboards may forbid it to
 * make code of text. It takes the place of `policy_validator.ts` in the bundle of the page and in tests.
 */
const { join } = require('path');
const { root } = require('./sources');

const FILE = 'public/pages/policies/check/policy_validator.ts';
exports.FILE = FILE;

const readSchema = () => {
  const { outputFiles } = require('esbuild').buildSync({
    absWorkingDir: root,
    entryPoints: ['common/policy/policy_schema.ts'],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    write: false,
  });
  const built = { exports: {} };
  new Function('module', outputFiles[0].text)(built);
  return built.exports;
};

/** An ES module that exports `isPolicy`. */
const policyValidator = () => {
  const { POLICY_SCHEMA, SCHEMA_OPTIONS } = readSchema();
  const Ajv = require('ajv/dist/2020').default;
  const ajv = new Ajv({ ...SCHEMA_OPTIONS, code: { source: true, esm: true }, schemas: { policy: POLICY_SCHEMA } });
  return require('ajv/dist/standalone').default(ajv, { isPolicy: 'policy' });
};
exports.policyValidator = policyValidator;

/** For esbuild. */
exports.compiledValidator = {
  name: 'compiled-validator',
  setup: (build) => {
    build.onLoad({ filter: /[\\/]policy_validator\.ts$/ }, () => ({
      contents: policyValidator(),
      loader: 'js',
      resolveDir: join(root, 'public'),
    }));
  },
};
