import { readFileSync } from 'fs';
import { join } from 'path';
import { parse } from 'yaml';
import { TEMPLATE_NAMES } from '../../connectors/rest/message_template';
import { readSettings } from '../settings';

const guide = readFileSync(join(__dirname, '../../../docs/guides/hand_over.md'), 'utf8');

describe('the guide to handing over', () => {
  it('shows settings that are taken as they are', () => {
    const [, shown = ''] = /```yaml\n([\s\S]*?)```/.exec(guide) ?? [];
    const settings = readSettings(parse(shown));
    expect(settings.ok ? settings.value.handOver.channels.map(({ name }) => name) : settings.error).toEqual([
      'servicenow',
      'slack',
      'own-desk',
      'soc-mail',
    ]);
  });

  it('names only placeholders that there are', () => {
    const named = [...guide.matchAll(/`\{([a-z_.]+)\}`/g)].map(([, name]) => name);
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((name) => !(TEMPLATE_NAMES as readonly unknown[]).includes(name))).toEqual([]);
  });
});
