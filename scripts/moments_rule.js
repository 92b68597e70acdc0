'use strict';
// For eslint: the page writes moments in one place, by the zone and the format of the host.

const message = 'moments are written by public/format/time.ts, in the zone and the format of the host';

/** What writes a moment in the zone of the browser. */
const WORDS = 'toLocale(Date|Time)String|to(Date|Time)String|get(Hours|Minutes|Date|Day|Month|FullYear)';

/** The files that may. */
exports.WRITERS = ['public/format/time.ts', 'public/format/time_format.ts'];

exports.imports = ['error', { paths: ['moment', 'moment-timezone'].map((name) => ({ name, message })) }];

/** Selectors for `no-restricted-syntax`. */
exports.syntax = [
  { selector: `CallExpression[callee.property.name=/^(${WORDS})$/]`, message },
  { selector: "MemberExpression[object.name='Intl'][property.name='DateTimeFormat']", message },
  { selector: "CallExpression[callee.property.name='toLocaleString'][callee.object.callee.name='Date']", message },
];
