import { realNode, type RealNode } from '../../../test/contracts/real_node';
import { alertSources } from './alerting_api';

describe('an OpenSearch without Alerting', () => {
  let node: RealNode;
  beforeAll(async () => {
    node = await realNode();
  });
  afterAll(() => node.dispose());

  it('is an empty list with a note for each plugin, never an error', async () => {
    const { sources, notes } = await alertSources(node.transport).list();
    expect(sources).toEqual([]);
    expect(notes.map(({ part, code }) => [part, code])).toEqual([
      ['alerting', 'not_installed'],
      ['security_analytics', 'not_installed'],
    ]);
  });

  it('has no channel, and refuses one in words', async () => {
    const api = alertSources(node.transport);
    const channel = { id: 'x', name: 'x', url: 'http://127.0.0.1:1/', headers: {}, enabled: true };
    expect(await api.channel('x')).toBeUndefined();
    expect(await api.createChannel(channel)).toEqual({ kind: 'refused', message: 'the plugin is not installed' });
  });
});
