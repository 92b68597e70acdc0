import { parse } from 'yaml';
import { MAPPED_TYPES } from '../../../common/api/routes';
import {
  connectorLines,
  keysLostInDashboards,
  settingsLines,
  type SettingsFile,
} from '../../../common/api/settings_lines';
import * as fc from 'fast-check';
import { PRESET_NAMES } from '../../engine/intake/presets';
import { readSettings } from '../settings';

/** As the reader fills it in. */
const filled = (text: string): string =>
  text.replace('SHA256_OF_THE_TOKEN', `'${'0'.repeat(64)}'`).replace('HOST', 'broker.example');

/** Dashboards takes a key with dots for the keys that it names. */
const settingsIn = (text: string, file: SettingsFile): unknown => {
  const read = parse(filled(text)) as Record<string, unknown>;
  if (file === 'standalone') return read;
  const [[key = '', value] = []] = Object.entries(read);
  const [, intake = '', list = ''] = key.split('.');
  return { [intake]: { [list]: value } };
};

describe('the lines that the page prints', () => {
  const wanted = MAPPED_TYPES.flatMap((type) =>
    (['standalone', 'dashboards'] as const).map((file) => [type, file] as const),
  );

  it.each(wanted)('are settings of a %s, for %s', (type, file) => {
    for (const preset of PRESET_NAMES)
      expect(readSettings(settingsIn(settingsLines({ type, id: 'siem', preset }, file), file))).toMatchObject({
        ok: true,
        value: { intake: { sources: {} } },
      });
    const settings = readSettings(settingsIn(settingsLines({ type, id: 'siem', preset: 'wazuh' }, file), file));
    const sources = settings.ok ? settings.value.intake.sources : undefined;
    const all: readonly unknown[] = [sources?.kafka, sources?.rabbitmq, sources?.webhooks, sources?.indices];
    const [source] = all.flatMap((each) => (Array.isArray(each) ? (each as readonly unknown[]) : []));
    expect(source).toMatchObject({ name: 'siem', preset: 'wazuh', repetition: 'new' });
  });

  it.each(['true', 'a: b', '"x"', '-', "it's", 'no', '7', 'a\nb: c'])('name a queue as it is called: %s', (id) => {
    const text = settingsLines({ type: 'rabbitmq', id, preset: 'zeek' }, 'standalone');
    expect(parse(filled(text))).toMatchObject({ intake: { rabbitmq: [{ queue: id, preset: 'zeek' }] } });
  });
});

describe('the lines of a connector', () => {
  const read = (parameters: unknown, file: SettingsFile): unknown =>
    parse(connectorLines({ name: 'fw', kind: 'rest', parameters }, file));

  it('are read as what was meant, whatever it is', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const parameters = JSON.parse(JSON.stringify({ it: value })) as unknown;
        const entry = [{ name: 'fw', kind: 'rest', parameters }];
        expect(read(parameters, 'standalone')).toEqual({ connectors: entry });
        expect(read(parameters, 'dashboards')).toEqual({ 'opensearch_reflex.connectors': entry });
      }),
    );
  });

  it('are settings', () => {
    const parameters = { base_url: 'https://fw', hosts: { a: { keys: ['x', 'y'], port: 22 } }, tls: {}, none: [] };
    const settings = readSettings(read(parameters, 'standalone'));
    expect(settings).toMatchObject({ ok: true, value: { connectors: [{ name: 'fw', kind: 'rest', parameters }] } });
  });

  it('tell which names Dashboards would take apart', () => {
    const value = { 'a.b': [{ c: 1, 'd.e': 2 }], f: 'g.h', hosts: { 'web-1.dmz': { 'x.y': 1 } } };
    expect(keysLostInDashboards(undefined, value)).toEqual(['a.b', 'd.e', 'web-1.dmz', 'x.y']);
    const host = { type: 'object', properties: {} };
    const schema = { properties: { hosts: { type: 'object', additionalProperties: host } } };
    expect(keysLostInDashboards(schema, value)).toEqual(['a.b', 'd.e', 'x.y']);
  });
});
