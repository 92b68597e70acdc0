import { connectorPresets, CONTRACT_ONLY } from '../../connectors/presets';
import { parseCommand } from './arguments';
import { presets } from './presets';

describe('`reflex connectors presets`', () => {
  it('lists every preset, each marked', () => {
    const { lines, exit } = presets(undefined);
    expect(exit).toBe(0);
    expect(lines).toHaveLength(connectorPresets.length);
    expect(lines.every((line) => line.includes(CONTRACT_ONLY))).toBe(true);
    expect(lines).toContainEqual(
      expect.stringMatching(/^okta \(Okta .*\): disable_user, revoke_sessions; contract only/),
    );
  });

  it('prints one with its mark, its limits, and parameters that are JSON', () => {
    for (const { name, limits } of connectorPresets) {
      const { lines } = presets(name);
      expect(lines[1]).toContain(CONTRACT_ONLY);
      for (const limit of limits) expect(lines).toContain(`  ${limit}`);
      const json = lines.slice(lines.indexOf('{')).join('\n');
      expect(JSON.parse(json)).toMatchObject({ preset: name });
    }
  });

  it('knows no other', () => {
    expect(presets('nothing')).toMatchObject({ exit: 2, lines: [expect.stringContaining('`nothing`')] });
  });

  it('is a command that asks no Reflex', () => {
    expect(parseCommand(['connectors', 'presets', 'okta'], 'key')).toMatchObject({
      ok: true,
      value: { name: 'connectors presets', preset: 'okta' },
    });
    expect(parseCommand(['connectors', 'presets', 'okta', 'more'], 'key')).toMatchObject({ ok: false });
  });
});
