'use strict';
// `build/reflex-<version>.zip`, for `opensearch-dashboards-plugin install`. The same sources give the same bytes.
const { existsSync, mkdirSync, readFileSync, writeFileSync } = require('fs');
const { basename, join } = require('path');
const { forServer } = require('./options');
const { filesUnder, reflexVersion, root, sha256 } = require('./sources');

const PREFIX = 'opensearch-dashboards/reflex';
const PLAIN_FILE = 0o100644;
const UNIX = 3;

/** Loaded where a connector needs them and by nobody else: in the server's own file all would read them. */
const LATE_FILES = {
  ec2_sdk: 'server/connectors/aws/ec2_sdk.ts',
  iam_sdk: 'server/connectors/aws/iam_sdk.ts',
  waf_sdk: 'server/connectors/aws/waf_sdk.ts',
};

/** Beside the server's, the file that the thread of the guards starts from. */
const SERVER_FILES = {
  index: 'server/index.ts',
  guard_worker: 'server/adapters/opa/guard_worker.js',
  ...LATE_FILES,
};

/** For esbuild: what is loaded late stays in its file, which lies beside the one that asks for it. */
const lateFilesOutside = {
  name: 'late-files-outside',
  setup: (build) => {
    build.onResolve({ filter: new RegExp(`^\\./(${Object.keys(LATE_FILES).join('|')})$`) }, ({ path, kind }) =>
      kind === 'require-call' ? { path: `${path}.js`, external: true } : undefined,
    );
  },
};

/** How the files of the server are bundled. */
const serverOptions = () => ({
  ...forServer(),
  // What the Babel of a Dashboards run from source can read.
  target: 'es2021',
  entryPoints: SERVER_FILES,
  outdir: 'server',
  external: [...forServer().external, '@osd/*'],
  plugins: [lateFilesOutside],
  // Its ES module leaves out what its CommonJS one has.
  alias: { '@open-policy-agent/opa-wasm': join(root, 'node_modules/@open-policy-agent/opa-wasm/src/index.cjs') },
  mainFields: ['module', 'main'],
  legalComments: 'inline',
  write: false,
});
exports.serverOptions = serverOptions;

/** CommonJS files with everything in them, by name: nothing is installed beside a plugin. */
const serverBundles = async () => {
  const { outputFiles } = await require('esbuild').build(serverOptions());
  return outputFiles.map(({ path, contents }) => [`server/${basename(path)}`, contents]);
};
exports.serverBundles = serverBundles;

const json = (value) => Buffer.from(`${JSON.stringify(value, null, 2)}\n`);

const packageFile = () => {
  const { name, version, description, license } = require(join(root, 'package.json'));
  return json({ name, version, description, license, opensearchDashboards: { version: 'opensearchDashboards' } });
};

/** Texts by their language; the tools that collect them stay behind. */
const translations = () => filesUnder(['translations']).filter((path) => path.endsWith('.json'));

const copied = () => [
  ...translations(),
  // What an operator installs on the hosts that Reflex reaches over SSH.
  ...filesUnder([
    'policies',
    'LICENSE',
    'NOTICE',
    'opensearch_dashboards.json',
    'server/connectors/ssh/reflex-hand.sh',
    // And what an agent is written from.
    'common/proto/reflex/agent/v1/agent.proto',
    'examples/grpc-agent-python/agent.py',
    'examples/grpc-agent-python/requirements.txt',
  ]),
];

/**
 * Dashboards reads the translations that this file names, and no others. One that is named and is not there would keep
 * it from starting in that language.
 */
const i18nFile = () => json({ translations: translations() });

/** Dashboards serves this folder; as plain text every browser shows a guide instead of saving it. */
const guides = () =>
  filesUnder(['docs/guides'])
    .filter((path) => path.endsWith('.md'))
    .map((path) => [`public/assets/guides/${basename(path, '.md')}.txt`, readFileSync(join(root, path))]);

/** Everything that the zip has apart from bundles, by its path. */
const plainContents = () => {
  const files = new Map(copied().map((path) => [path, readFileSync(join(root, path))]));
  for (const [path, content] of guides()) files.set(path, content);
  files.set('.i18nrc.json', i18nFile());
  files.set('package.json', packageFile());
  return files;
};
exports.plainContents = plainContents;

const contents = async () => {
  const files = plainContents();
  for (const path of filesUnder(['target/public'])) files.set(path, readFileSync(join(root, path)));
  for (const [path, content] of await serverBundles()) files.set(path, content);
  return files;
};

const archive = (files) => {
  const { zipSync } = require('fflate');
  // Dates in archives are local times; the first one that they can express is the same everywhere.
  const attributes = { mtime: new Date(1980, 0, 1), os: UNIX, attrs: PLAIN_FILE << 16, level: 9 };
  const entries = [...files.keys()]
    .sort()
    .map((path) => [`${PREFIX}/${path}`, [new Uint8Array(files.get(path)), attributes]]);
  return zipSync(Object.fromEntries(entries));
};

exports.make = async () => {
  if (!existsSync(join(root, 'target/public/entry.json'))) throw new Error('build the target `public` first');
  const zip = archive(await contents());
  const folder = join(root, 'build');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `reflex-${reflexVersion()}.zip`);
  writeFileSync(path, zip);
  return `${path} (${zip.length} bytes, sha256 ${sha256(zip)})`;
};
