'use strict';
// What stands in for Dashboards in the browser: its shared libraries, OUI's themes and the frame around the page.
const { createHash } = require('crypto');
const { copyFileSync, readFileSync, writeFileSync } = require('fs');
const { basename, join } = require('path');
const { forBrowser } = require('./options');
const { sharedDependencies } = require('./shared_dependencies');
const { root } = require('./sources');

const PAGE = 'server/hosts/standalone/page';
exports.sources = ['common', PAGE, 'package.json', 'package-lock.json', 'scripts/bundle'];

/** OUI brings this package along inside itself, without saying so. */
const OUI_OWN = { '@opensearch/datemath': '@elastic/eui/packages/opensearch-datemath' };

const script = async (folder, name, entry, { plugins = [], entryNames = '[name]-[hash]' } = {}) => {
  const { metafile } = await require('esbuild').build({
    ...forBrowser(),
    entryPoints: { [name]: join(PAGE, entry) },
    outdir: folder,
    entryNames,
    format: 'iife',
    alias: OUI_OWN,
    plugins,
    metafile: true,
  });
  return basename(Object.keys(metafile.outputs).find((path) => path.endsWith('.js')));
};

const style = (folder, theme) => {
  const source = join(root, 'node_modules/@elastic/eui/dist', `eui_theme_next_${theme}.min.css`);
  const digest = createHash('sha256').update(readFileSync(source)).digest('hex').slice(0, 8);
  const name = `${theme}-${digest}.css`;
  copyFileSync(source, join(folder, name));
  return name;
};

exports.make = async (folder) => {
  const names = {
    boot: await script(folder, 'boot', 'boot.ts'),
    shared: await script(folder, 'shared', 'shared_deps.entry.ts'),
    host: await script(folder, 'host', 'host.tsx', { plugins: [sharedDependencies] }),
    light: style(folder, 'light'),
    dark: style(folder, 'dark'),
  };
  for (const page of ['loading', 'login']) await script(folder, page, `${page}.ts`, { entryNames: '[name]' });
  writeFileSync(join(folder, 'names.json'), `${JSON.stringify(names)}\n`);
};
