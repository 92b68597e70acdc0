import * as ElasticEui from '@elastic/eui';
import darkVars from '@elastic/eui/dist/eui_theme_next_dark.json';
import lightVars from '@elastic/eui/dist/eui_theme_next_light.json';
import * as ElasticEuiLibServices from '@elastic/eui/es/services';
import * as ElasticEuiLibServicesFormat from '@elastic/eui/es/services/format';
import Lodash from 'lodash';
import Moment from 'moment';
import React from 'react';
import ReactDom from 'react-dom';
import * as ReactDomServer from 'react-dom/server';
import * as ReactRouter from 'react-router';
import * as ReactRouterDom from 'react-router-dom';
import * as Rxjs from 'rxjs';
import * as RxjsOperators from 'rxjs/operators';
import * as OsdI18n from './i18n';
import * as OsdI18nReact from './i18n_react';

/* The libraries that Dashboards shares with its plugins, under the same names, in the versions of package.json. */

const darkMode = window.__osdThemeTag__.endsWith('dark');

const shared = {
  ElasticEui,
  ElasticEuiLibServices,
  ElasticEuiLibServicesFormat,
  Lodash,
  Moment,
  OsdI18n,
  OsdI18nReact,
  React,
  ReactDom,
  ReactDomServer,
  ReactRouter,
  ReactRouterDom,
  Rxjs,
  RxjsOperators,
  Theme: {
    tag: window.__osdThemeTag__,
    version: 8,
    darkMode,
    euiLightVars: lightVars,
    euiDarkVars: darkVars,
    euiThemeVars: darkMode ? darkVars : lightVars,
  },
};

Object.assign(window, { __osdSharedDeps__: shared });
