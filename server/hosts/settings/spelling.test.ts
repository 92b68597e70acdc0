import { parse } from 'yaml';
import { settingsInDashboards } from '../../../test/fakes/dashboards_settings';
import { inDashboardsFile } from '../../../test/docs/guide_blocks';
import { configSchema } from '../dashboards/config_schema';
import { readSettings, type Settings } from '../settings';

const read = (text: string): Settings | string => {
  const settings = readSettings(parse(text));
  return settings.ok ? settings.value : settings.error.map(({ path, message }) => `${path}: ${message}`).join('\n');
};
const inDashboards = (text: string): Settings => configSchema.validate(settingsInDashboards(inDashboardsFile(text)));
const unusable = (text: string) => configSchema.validate(settingsInDashboards(inDashboardsFile(text))).unusable;

const DIGEST = '0'.repeat(64);
const webhook = (map: string): string =>
  `intake: { webhooks: [{ name: siem, auth: { token: { sha256: '${DIGEST}' } }, map: ${map} }] }`;
const mapOf = (settings: Settings | string) =>
  typeof settings === 'string' ? settings : settings.intake.sources.webhooks[0]?.map;

describe('settings with dots in their names', () => {
  it.each([
    ['at the top', 'opensearch.username: reflex', 'opensearch: { username: reflex }'],
    [
      'under the name of the plugin',
      'opensearch_reflex.opensearch.username: reflex',
      'opensearch: { username: reflex }',
    ],
    ['half way', 'signing: { threshold: 2 }\nsigning.stale: escalate', 'signing: { threshold: 2, stale: escalate }'],
    [
      'in a list',
      'intake.vouch: [{ source: webhook:a, reason: ours, confidence.most: 0.9 }]',
      'intake: { vouch: [{ source: webhook:a, reason: ours, confidence: { most: 0.9 } }] }',
    ],
  ])('%s are the same as nested ones, in both hosts', (_where, dotted, nested) => {
    expect(read(dotted)).toEqual(read(nested));
    expect(read(nested)).not.toEqual(read('{}'));
    expect(inDashboards(dotted)).toEqual(read(nested));
  });

  it.each([
    ['a setting', 'opensearch: { username: a }\nopensearch.username: b', /^opensearch\.username: is said twice/],
    ['a value and something below it', 'opensearch: a\nopensearch.username: b', /^opensearch: is said twice/],
    ['a field', webhook('{ source.ip: a, source: { ip: b } }'), /^intake\.webhooks\.0\.map\.source\.ip: is said twice/],
    [
      'a place of a filter',
      webhook('{ only: { a.b: x, a: { b: y } } }'),
      /^intake\.webhooks\.0\.map\.only\.a\.b: is said twice/,
    ],
  ])('are refused where they say %s twice', (_what, text, message) => {
    expect(read(text)).toMatch(message);
  });

  it('are refused beside the name of the plugin', () => {
    expect(read('opensearch_reflex: { enabled: true }\nlookups: { indices: [a] }')).toMatch(
      /^lookups: stands beside `opensearch_reflex`/,
    );
    expect(read('opensearch_reflex: [1]')).toBe('opensearch_reflex: must be an object');
  });

  it('mean nothing but themselves', () => {
    expect(read('a..b: 1')).toMatch(/^a\.\.b: is not a known field/);
    expect(read('__proto__.enabled: false')).toMatch(/^__proto__: is not a known field/);
  });
});

describe('a field map', () => {
  it.each<[note: string, map: string, meant: object]>([
    [
      'fields of ECS',
      '{ source.ip: src, rule.id: { path: [a.b, c] } }',
      { 'source.ip': 'src', 'rule.id': { path: ['a.b', 'c'] } },
    ],
    [
      'fields of ECS, nested',
      '{ source: { ip: src }, rule: { id: r, name: n } }',
      { 'source.ip': 'src', 'rule.id': 'r', 'rule.name': 'n' },
    ],
    [
      'a part of a rule',
      '{ source.ip.path: src, severity.values.P1: critical }',
      { 'source.ip': { path: 'src' }, severity: { values: { P1: 'critical' } } },
    ],
    [
      'a filter',
      '{ only: { detail.kind: [a, b], detail.on: true } }',
      { only: { 'detail.kind': ['a', 'b'], 'detail.on': true } },
    ],
    ['a filter in its name', '{ only.detail.kind: a }', { only: { 'detail.kind': 'a' } }],
    [
      'what stands beside',
      '{ user.name: { path: a.n, where: { a.t: account } } }',
      { 'user.name': { path: 'a.n', where: { 'a.t': 'account' } } },
    ],
    [
      'words with dots',
      '{ severity: { path: s, values: { sev.high: high, sev.low: low } } }',
      { severity: { path: 's', values: { 'sev.high': 'high', 'sev.low': 'low' } } },
    ],
    [
      'numbers as words',
      "{ severity: { path: s, values: { '1': critical, '3': low } } }",
      { severity: { path: 's', values: { 1: 'critical', 3: 'low' } } },
    ],
    [
      'numbers from 0 on',
      "{ severity: { path: s, values: { '0': critical, '1': high } } }",
      { severity: { path: 's', values: { 0: 'critical', 1: 'high' } } },
    ],
    [
      'pairs of words',
      "{ severity: { path: s, values: [{ '1': critical }, { unknown: low }, { error: high }, { error.bad: critical }] } }",
      { severity: { path: 's', values: { 1: 'critical', unknown: 'low', error: 'high', 'error.bad': 'critical' } } },
    ],
    [
      'a state',
      "{ state: { path: status, values: { '3': closed } } }",
      { state: { path: 'status', values: { 3: 'closed' } } },
    ],
  ])('has %s in both hosts', (_note, map, meant) => {
    expect(mapOf(read(webhook(map)))).toEqual(meant);
    expect(mapOf(inDashboards(webhook(map)))).toEqual(meant);
  });

  it.each([
    ['a field that there is not', '{ source: { port: p } }', 'map.source.port: is not a known field'],
    ['a list of meanings', '{ severity: { path: s, values: [high, low] } }', 'map.severity'],
    [
      'a word with two meanings',
      '{ severity: { path: s, values: [{ a: high }, { a: low }] } }',
      'map.severity.values.a: is said twice',
    ],
    ['nothing below a name', '{ only: { a: {} } }', 'map.only.a'],
  ])('is refused for %s', (_note, map, message) => {
    expect(read(webhook(map))).toContain(message);
  });
});

describe('what only Dashboards makes of a file', () => {
  it('puts numbers of schemas back', () => {
    const text = "intake: { kafka: [{ topic: t, brokers: ['a:9092'], schemas: { '7': reflex.v1.Event, '9': json } }] }";
    expect(inDashboards(text)).toEqual(read(text));
    expect(inDashboards(text).intake.sources.kafka[0]?.schemas).toEqual({ 7: 'reflex.v1.Event', 9: 'json' });
  });

  it('leaves the parameters of a connector as they come', () => {
    const text = 'connectors: [{ name: a, kind: rest, parameters: { actions: { block_ip: { values: [1, 2] } } } }]';
    expect(inDashboards(text)).toEqual(read(text));
  });

  it('says that a time without quotes was lost', () => {
    const text = (at: string): string => `intake: { tokens: [{ name: a, sha256: '${DIGEST}', expires: ${at} }] }`;
    expect(unusable(text('2027-06-30T00:00:00Z'))).toMatch(/`intake\.tokens\.0\.expires` is a time without quotes/);
    expect(inDashboards(text("'2027-06-30T00:00:00Z'"))).toEqual(read(text('2027-06-30T00:00:00Z')));
  });
});
