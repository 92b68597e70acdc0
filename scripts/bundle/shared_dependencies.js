'use strict';
// The libraries that OpenSearch Dashboards shares with its plugins, and under which name; never bundled.
const SHARED = {
  react: 'React',
  'react-dom': 'ReactDom',
  'react-dom/server': 'ReactDomServer',
  'react-router': 'ReactRouter',
  'react-router-dom': 'ReactRouterDom',
  '@elastic/eui': 'ElasticEui',
  '@elastic/eui/lib/services': 'ElasticEuiLibServices',
  '@elastic/eui/lib/services/format': 'ElasticEuiLibServicesFormat',
  '@elastic/eui/dist/eui_charts_theme': 'ElasticEuiChartsTheme',
  '@elastic/eui/dist/eui_theme_light.json': 'Theme.euiLightVars',
  '@elastic/eui/dist/eui_theme_dark.json': 'Theme.euiDarkVars',
  '@osd/ui-shared-deps/theme': 'Theme',
  '@osd/i18n': 'OsdI18n',
  '@osd/i18n/react': 'OsdI18nReact',
  '@osd/monaco': 'OsdMonaco',
  'monaco-editor/esm/vs/editor/editor.api': 'MonacoBarePluginApi',
  rxjs: 'Rxjs',
  'rxjs/operators': 'RxjsOperators',
  moment: 'Moment',
  'moment-timezone': 'MomentTimezone',
  lodash: 'Lodash',
  'lodash/fp': 'LodashFp',
  jquery: 'Jquery',
  numeral: 'ElasticNumeral',
  '@elastic/numeral': 'ElasticNumeral',
  '@elastic/charts': 'ElasticCharts',
  'styled-components': 'StyledComponents',
  tslib: 'TsLib',
};

/** `createRoot` warns whoever does not come through its own module, which Dashboards does not share: the same in short. */
const CLIENT = `
  const dom = window.__osdSharedDeps__.ReactDom;
  const mark = dom.__SECRET_INTERNALS_DO_NOT_USE_OR_YOU_WILL_BE_FIRED;
  exports.createRoot = (container, options) => {
    mark.usingClientEntryPoint = true;
    try {
      return dom.createRoot(container, options);
    } finally {
      mark.usingClientEntryPoint = false;
    }
  };
`;

/** A part of a shared library that has no name of its own would bring a second copy of it along. */
const isPartOfShared = (path) => /^(@elastic\/(eui|charts)|rxjs|lodash|moment-timezone|@osd)\//.test(path);

/** For esbuild. */
exports.sharedDependencies = {
  name: 'shared-dependencies',
  setup: (build) => {
    build.onResolve({ filter: /^[^./]/ }, ({ path, importer }) => {
      if (path === 'react-dom/client') return { path, namespace: 'shared' };
      if (SHARED[path] !== undefined) return { path, namespace: 'shared' };
      if (isPartOfShared(path) && !importer.includes('node_modules'))
        return {
          errors: [{ text: `\`${path}\` is not shared by Dashboards; import from \`@elastic/eui\` or the like` }],
        };
      return undefined;
    });
    build.onLoad({ filter: /.*/, namespace: 'shared' }, ({ path }) => ({
      contents: SHARED[path] === undefined ? CLIENT : `module.exports = window.__osdSharedDeps__.${SHARED[path]};`,
      loader: 'js',
    }));
  },
};
