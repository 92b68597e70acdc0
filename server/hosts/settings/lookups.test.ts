import { readSettings } from '../settings';

const read = (lookups?: object) => readSettings(lookups === undefined ? {} : { lookups });

describe('the indices that policies may search', () => {
  it('are none unless the settings list them', () => {
    expect(read()).toMatchObject({ ok: true, value: { lookups: { indices: [] } } });
    expect(read({ indices: ['auth-*', 'vpn'] })).toMatchObject({
      ok: true,
      value: { lookups: { indices: ['auth-*', 'vpn'] } },
    });
  });

  it.each([
    '*',
    'a*',
    '*-logs',
    'auth-*-2026',
    'reflex-state',
    'reflex-*',
    'ref*',
    '.kibana',
    '_all',
    '-x',
    'a,b',
    'far:auth',
  ])('are never %s', (pattern) => {
    const settings = read({ indices: ['auth-*', pattern] });
    expect(settings.ok ? [] : settings.error.map(({ path }) => path)).toEqual(['lookups.indices.1']);
  });

  it('are under a key that is spelt right', () => {
    expect(read({ index: ['auth-*'] }).ok).toBe(false);
  });
});
