import type { MappedType } from './routes';
import { isJsonObject } from '../codec/json_object';

/* The lines of the settings that connect a source whose documents are read by a preset. */

/** What is to be set, as somebody chose it. */
export interface WantedSource {
  readonly type: MappedType;
  /** The name of the source; of a topic or a queue that is called so as well. */
  readonly id: string;
  readonly preset: string;
}

/** `dashboards`: opensearch_dashboards.yml; `standalone`: reflex.yml of the standalone host. */
export type SettingsFile = 'dashboards' | 'standalone';

const KEYS: Readonly<Record<MappedType, string>> = {
  webhook: 'webhooks',
  kafka: 'kafka',
  rabbitmq: 'rabbitmq',
  index: 'indices',
};

/** A text as YAML reads it, whatever is in it. */
const quoted = (text: string): string =>
  /^[A-Za-z][\w.-]*$/.test(text) && !isWord(text) ? text : JSON.stringify(text);

/** Words that YAML takes for something else than a text. */
const isWord = (text: string): boolean => /^(true|false|null|yes|no|on|off|y|n)$/i.test(text);

/** What a source of this kind needs besides; what stands in capitals is for the reader to fill in. */
const restOf = ({ type, id }: WantedSource): readonly string[] => {
  const name = quoted(id);
  switch (type) {
    case 'webhook':
      return [`name: ${name}`, 'auth: { token: { sha256: SHA256_OF_THE_TOKEN } }'];
    case 'kafka':
      return [`topic: ${name}`, 'brokers: [HOST:9092]'];
    case 'rabbitmq':
      return [
        `queue: ${name}`,
        'hosts: [HOST:5671]',
        'username: reflex',
        'password_secret: NAME_OF_THE_SECRET',
        'tls: {}',
        'declare: false',
      ];
    case 'index':
      return [`name: ${name}`, `pattern: ${JSON.stringify(`${id}-*`)}`];
  }
};

const listed = (lines: readonly string[]): readonly string[] =>
  lines.map((line, index) => `${index === 0 ? '- ' : '  '}${line}`);

const indented = (lines: readonly string[], by: number): readonly string[] =>
  lines.map((line) => `${' '.repeat(by)}${line}`);

/** The lines for one of the two files. */
export const settingsLines = (wanted: WantedSource, file: SettingsFile): string => {
  const key = KEYS[wanted.type];
  const source = listed([...restOf(wanted), `preset: ${wanted.preset}`]);
  const lines =
    file === 'dashboards'
      ? [`opensearch_reflex.intake.${key}:`, ...indented(source, 2)]
      : ['intake:', `  ${key}:`, ...indented(source, 4)];
  return `${lines.join('\n')}\n`;
};

/** A connector as the settings have it. */
export interface WantedConnector {
  readonly name: string;
  readonly kind: string;
  readonly parameters: unknown;
}

const scalar = (value: unknown): string => (typeof value === 'string' ? quoted(value) : JSON.stringify(value ?? null));

/** What stands behind a key, or as an item: on its line, or on lines of its own below it. */
const valueLines = (value: unknown): { readonly here: string; readonly below: readonly string[] } => {
  if (Array.isArray(value)) {
    if (value.length === 0) return { here: ' []', below: [] };
    return { here: '', below: value.flatMap((each) => itemLines(each)) };
  }
  if (!isJsonObject(value)) return { here: ` ${scalar(value)}`, below: [] };
  const entries = Object.entries(value);
  if (entries.length === 0) return { here: ' {}', below: [] };
  return {
    here: '',
    below: entries.flatMap(([key, each]) => {
      const { here, below } = valueLines(each);
      return [`${quoted(key)}:${here}`, ...indented(below, 2)];
    }),
  };
};

const itemLines = (value: unknown): readonly string[] => {
  const { here, below } = valueLines(value);
  return here === '' ? listed(below) : [`-${here}`];
};

/** The lines of the settings that make a connector. */
export const connectorLines = ({ name, kind, parameters }: WantedConnector, file: SettingsFile): string => {
  const one = itemLines({ name, kind, parameters });
  const key = file === 'dashboards' ? 'opensearch_reflex.connectors:' : 'connectors:';
  return `${[key, ...indented(one, 2)].join('\n')}\n`;
};

const NO_SCHEMA: Readonly<Record<string, unknown>> = {};

/**
 * Keys with a dot within that Dashboards takes apart and that nobody can put together again (`codec/whole_names.ts`):
 * those that are no names in a map of which the schema says what its entries are.
 *
 * @param schema JSON Schema of the parameters
 */
export const keysLostInDashboards = (schema: unknown, value: unknown): readonly string[] => {
  const { properties, additionalProperties: of, items } = isJsonObject(schema) ? schema : NO_SCHEMA;
  if (Array.isArray(value)) return value.flatMap((each) => keysLostInDashboards(items, each));
  if (!isJsonObject(value)) return [];
  const isNamed = isJsonObject(of) && !isJsonObject(properties);
  return Object.entries(value).flatMap(([key, each]) => [
    ...(key.includes('.') && !isNamed ? [key] : []),
    ...keysLostInDashboards(isJsonObject(properties) && key in properties ? properties[key] : of, each),
  ]);
};
