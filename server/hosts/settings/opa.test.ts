import { readSettings } from '../settings';
import { opaSettings } from './opa';

describe('where `opa` is', () => {
  it('is said by the setting, else by the environment, else by the path', () => {
    expect(opaSettings('/opt/bin/opa', { REFLEX_OPA: '/usr/bin/opa' }).opa).toBe('/opt/bin/opa');
    expect(opaSettings(undefined, { REFLEX_OPA: '/usr/bin/opa' }).opa).toBe('/usr/bin/opa');
    expect(opaSettings(undefined, { REFLEX_OPA: '' }).opa).toBe('opa');
    expect(opaSettings(undefined, {}).opa).toBe('opa');
  });

  it('is a key of the settings', () => {
    const read = readSettings({ policies: { opa: '/usr/local/bin/opa' } });
    expect(read).toMatchObject({ ok: true, value: { policies: { opa: '/usr/local/bin/opa' } } });
    expect(readSettings({ policies: { opa: '' } }).ok).toBe(false);
  });
});
