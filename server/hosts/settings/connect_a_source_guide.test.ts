import { readFileSync } from 'fs';
import { join } from 'path';
import { parse } from 'yaml';
import { PRESETS } from '../../engine/intake/presets';
import { readSettings } from '../settings';

const guide = readFileSync(join(__dirname, '../../../docs/guides/connect_a_source.md'), 'utf8');
const blocks = [...guide.matchAll(/```yaml\n([\s\S]*?)```/g)].map(
  // The guide leaves digests to its reader.
  ([, text = '']) => parse(text.replace(/sha256: …/g, `sha256: '${'0'.repeat(64)}'`)) as Record<string, unknown>,
);
const wholes = blocks.filter((block) => 'intake' in block);

describe('the guide to sources', () => {
  it('shows settings that can be read', () => {
    expect(wholes).toHaveLength(2);
    for (const block of wholes) expect(readSettings(block)).toMatchObject({ ok: true });
    const settings = readSettings(wholes[0]);
    expect(settings.ok && [...settings.value.intake.sources.vouch.keys()]).toEqual([
      'webhook:elastic',
      'index:detections',
    ]);
    for (const { auth } of blocks.filter((block) => 'auth' in block))
      expect(readSettings({ intake: { webhooks: [{ name: 'shown', auth }] } })).toMatchObject({ ok: true });
  });

  it('shows a preset of which one field is said otherwise', () => {
    const settings = readSettings(wholes[1]);
    expect(settings.ok && settings.value.intake.sources.webhooks).toMatchObject([
      { map: { ...PRESETS.wazuh.map, confidence: { value: 0.8 } }, repetition: 'new' },
    ]);
  });

  it('lists every preset as it is', () => {
    const rows = [...guide.matchAll(/^\| `(\w+)` \| ([^|]+) \| (?:`(\w+)` )?\|$/gm)];
    const listed = rows.map(([, name, title, repetition]) => [name, { title, repetition }]);
    const shipped = Object.entries(PRESETS).map(([name, { title, repetition }]) => [name, { title, repetition }]);
    expect(listed.filter(([name]) => String(name) in PRESETS)).toEqual(shipped);
  });
});
