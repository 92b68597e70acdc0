import { parse } from 'yaml';
import { connectorKinds } from '../../server/connectors/registry';
import { withWholeNames } from '../../common/codec/whole_names';
import { configSchema } from '../../server/hosts/dashboards/config_schema';
import { readSettings, type Settings } from '../../server/hosts/settings';
import { settingsInDashboards } from '../fakes/dashboards_settings';
import { blocksOf, GUIDES, inDashboardsFile, settingsOf, textOf } from './guide_blocks';

/* Whatever settings a guide shows are valid in both hosts, and mean the same there. */

const examples = GUIDES.flatMap((file) =>
  blocksOf(textOf(file)).flatMap((block) => {
    const text = settingsOf(block);
    return text === undefined ? [] : [{ file, text, about: text.trim().split('\n').slice(0, 3).join(' ') }];
  }),
);

/** As the standalone host reads a file. */
const standalone = (text: string): Settings => {
  const settings = readSettings(parse(text, { maxAliasCount: 0 }));
  if (!settings.ok) throw new Error(JSON.stringify(settings.error));
  return withConnectors(settings.value);
};

/** Parameters are read by their kind, which puts names with dots together again. */
const withConnectors = <Read extends Settings>(read: Read): Read => ({
  ...read,
  connectors: read.connectors.map((each) => ({
    ...each,
    parameters: withWholeNames(connectorKinds.find(({ kind }) => kind === each.kind)?.parameters, each.parameters),
  })),
});

const dashboards = (text: string): Settings =>
  withConnectors(configSchema.validate(settingsInDashboards(inDashboardsFile(text))));

describe('settings that a guide shows', () => {
  it('are found', () => {
    const files = new Set(examples.map(({ file }) => file));
    for (const name of [
      'connect_a_directory',
      'connect_a_host',
      'connect_a_source',
      'connect_aws',
      'connect_grpc_agent',
      'connect_haproxy',
      'run',
      'look_ups',
      'never_touched',
      'policies_in_git',
      'subscribe_alerts',
    ])
      expect(files).toContain(`docs/guides/${name}.md`);
  });

  it.each(examples)('$file: $about … is read alike by both hosts', ({ text }) => {
    const read = standalone(text);
    expect(read).not.toEqual(standalone('{}'));
    expect(dashboards(text)).toEqual(read);
    // And as it would stand in the other's file.
    expect(standalone(inDashboardsFile(text))).toEqual(read);
  });

  it('of a REST connector reach it alike in both hosts', () => {
    const [example] = blocksOf(textOf('server/connectors/rest/README.md')).filter(
      ({ language }) => language === 'json',
    );
    // JSON is YAML, but for the indentation.
    const parameters = JSON.stringify(JSON.parse(example?.text ?? ''));
    const text = `connectors: [{ name: edge, kind: rest, parameters: ${parameters} }]`;
    expect(dashboards(text).connectors).toEqual(standalone(text).connectors);
    expect(standalone(text).connectors[0]?.parameters).toMatchObject({ actions: { block_ip: { execute: {} } } });
  });
});
