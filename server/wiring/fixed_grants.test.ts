import { readSettings } from '../hosts/settings';
import { fixedGrants } from './fixed_grants';

const hostWith = (vouch: readonly object[] = [], kind: 'standalone' | 'dashboards' = 'standalone', demo = false) => {
  const settings = readSettings({ intake: { vouch } });
  if (!settings.ok) throw new Error(JSON.stringify(settings.error));
  return { demo, kind, settings: settings.value };
};

describe('grants that stand without a page', () => {
  it('are none in Dashboards, where nothing is vouched for', () =>
    expect([...fixedGrants(hostWith([], 'dashboards'))]).toEqual([]));

  it('are of the token that a standalone host makes for itself', () =>
    expect([...fixedGrants(hostWith()).keys()]).toEqual(['webhook:local']));

  it('are of the monitors of the demo while it runs, and of no other', () => {
    const keys = [...fixedGrants(hostWith([], 'standalone', true)).keys()];
    expect(keys).toContain('alerting:demo-brute-force');
    expect(keys.filter((key) => key !== 'webhook:local' && !key.startsWith('alerting:demo-'))).toEqual([]);
  });

  it('are what the settings say, also of what Reflex made itself', () => {
    const ours = { source: 'webhook:local', reason: 'only for trying out', confidence: { most: 0.4 } };
    expect(fixedGrants(hostWith([ours])).get('webhook:local')).toEqual({
      reason: 'only for trying out',
      confidence: { most: 0.4 },
    });
  });
});
