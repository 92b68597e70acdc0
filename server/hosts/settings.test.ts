import { readSettings } from './settings';

describe('the settings', () => {
  it('have a default for everything', () => {
    expect(readSettings(undefined)).toEqual({
      ok: true,
      value: {
        enabled: true,
        singleUser: false,
        rights: {
          read: ['reflex_read', 'all_access'],
          respond: ['reflex_respond', 'all_access'],
          approve: ['reflex_approve', 'all_access'],
          author: ['reflex_author', 'all_access'],
          admin: ['reflex_admin', 'all_access'],
        },
        trustedProxies: [],
        lookups: { indices: [] },
        opensearch: { hosts: [] },
        agent: { roles: ['ui', 'intake', 'decide', 'act', 'undo'] },
        intake: {
          tokens: [],
          sources: { kafka: [], rabbitmq: [], webhooks: [], vouch: new Map(), indices: [] },
          outcomes: [],
        },
        signing: { publicKeys: [], keys: [], threshold: 1, maxAgeHours: 24, stale: 'alarm' },
        policies: { release: { backtest: 'required', days: 7, maxAgeDays: 7 }, opa: process.env.REFLEX_OPA ?? 'opa' },
        secrets: [],
        secretKeys: [],
        storedUses: {},
        containments: { verifyEveryS: 300 },
        breakers: {
          connector: { errorPercent: 30, atLeast: 5, windowMinutes: 10, waitSeconds: 30 },
          policy: { overriddenPercent: 20, acts: 10 },
          source: { overriddenPercent: 20, acts: 10 },
        },
        escalations: { secondOpinionPercent: 2 },
        handOver: { channels: [] },
        audit: { checkpointEveryMs: 60_000, index: true, stdout: false, keys: [] },
        connectors: [],
      },
    });
  });

  it('say whether the data folder outlives a restart; each host has its own default', () => {
    expect(readSettings({})).toMatchObject({
      ok: true,
      value: expect.not.objectContaining({ dataPersistent: expect.anything() }),
    });
    expect(readSettings({ data_persistent: false })).toMatchObject({ value: { dataPersistent: false } });
  });
  it('take each role once', () => {
    const settings = readSettings({ agent: { roles: ['undo', 'undo', 'intake'] } });
    expect(settings.ok && settings.value.agent.roles).toEqual(['undo', 'intake']);
  });
  it('take one address where a list is possible', () => {
    const settings = readSettings({ opensearch: { hosts: 'https://search.example:9200' } });
    expect(settings.ok && settings.value.opensearch.hosts).toEqual(['https://search.example:9200']);
  });

  it.each([
    ['an unknown key', { opensaerch: {} }, 'opensaerch'],
    ['no role at all', { agent: { roles: [] } }, 'agent.roles'],
    ['a role to act without the one to decide', { agent: { roles: ['intake', 'act'] } }, 'agent.roles'],
    ['a role that does not exist', { agent: { roles: ['ui', 'boss'] } }, 'agent.roles.1'],
    [
      'a token that is no digest',
      { intake: { tokens: [{ name: 'siem', sha256: 'secret' }] } },
      'intake.tokens.0.sha256',
    ],
  ])('refuse %s and name its place', (_what, value, path) => {
    const settings = readSettings(value);
    expect(settings.ok ? [] : settings.error.map((fault) => fault.path)).toContain(path);
  });

  it('refuse an address with a password in it', () => {
    expect(readSettings({ opensearch: { hosts: ['https://me:secret@search.example:9200'] } }).ok).toBe(false);
  });
});
