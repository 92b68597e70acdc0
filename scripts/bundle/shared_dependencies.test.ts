import { build } from 'esbuild';
import type { Plugin } from 'esbuild';
import { JSDOM } from 'jsdom';

/* A bundle of the page on the React of a Dashboards that is run from source, which warns of what it does not like. */

const { sharedDependencies } = require('./shared_dependencies.js') as { readonly sharedDependencies: Plugin };

const PAGE = `
  import React from 'react';
  import { createRoot } from 'react-dom/client';
  window.drawn = () => createRoot(document.getElementById('page')).render(React.createElement('p', null, 'drawn'));
`;

const bundled = async (contents: string, plugins: Plugin[]): Promise<string> => {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: __dirname },
    bundle: true,
    write: false,
    format: 'iife',
    define: { 'process.env.NODE_ENV': plugins.length === 0 ? '"development"' : '"production"' },
    plugins,
  });
  return outputFiles[0]?.text ?? '';
};

it('draws by the React of Dashboards without a warning', async () => {
  const { window } = new JSDOM('<!doctype html><div id="page"></div>', {
    runScripts: 'outside-only',
    pretendToBeVisual: true,
  });
  const complaints: string[] = [];
  window.console.error = (...told: unknown[]) => complaints.push(told.map(String).join(' '));
  const shared = `
    import React from 'react';
    import ReactDom from 'react-dom';
    window.__osdSharedDeps__ = { React, ReactDom };
  `;
  window.eval(await bundled(shared, []));
  window.eval(await bundled(PAGE, [sharedDependencies]));
  window.eval('__osdSharedDeps__.ReactDom.flushSync(window.drawn)');
  expect(window.document.body.textContent).toBe('drawn');
  expect(complaints).toEqual([]);
  window.close();
});
