'use strict';
// What `npm start -- --help` prints. Needs no packages, so that it answers on a fresh clone.
const options = require('../../server/hosts/standalone/options.json');

const INTRODUCTION = `Usage: npm start -- [options]

Starts Reflex with a real OpenSearch node of its own on this machine and prints the address of the page.
With OPENSEARCH_HOSTS it uses that cluster instead and downloads nothing.

Options:`;

const ENVIRONMENT = [
  ['OPENSEARCH_HOSTS', 'addresses of a cluster, separated by commas: no node is started, nothing is downloaded'],
  [
    'OPENSEARCH_USERNAME, OPENSEARCH_PASSWORD',
    'how to log in there; or OPENSEARCH_PASSWORD_FILE, a file with the password',
  ],
  ['OPENSEARCH_CA', 'file with the certificate of the authority that signed the certificate of that cluster (PEM)'],
  ['JAVA_HOME', 'a JDK, 21 or newer, for the node'],
  ['MAVEN_REPOSITORY', 'address of a mirror to download the node from'],
];

const table = (rows) => {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, about]) => `  ${name.padEnd(width)}  ${about}`).join('\n');
};

exports.helpText = () => {
  const flags = options.map(({ name, value, about }) => [`--${name}${value ? ` ${value}` : ''}`, about]);
  const all = table([...flags, ['--help', 'print this and exit']]);
  return `${INTRODUCTION}\n${all}\n\nEnvironment:\n${table(ENVIRONMENT)}`;
};
