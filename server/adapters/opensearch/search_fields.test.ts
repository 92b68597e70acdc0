import { claimed, received } from '../../../test/builders/events';
import { EVIDENCE_FAMILIES } from '../../runner/ports';
import { evidenceIndexOf } from './definitions';
import { evidenceMappings, SEARCH_FIELDS } from './mappings/evidence';
import { searchFieldsOf } from './search_fields';

describe('search fields', () => {
  it('are read out of a decision with its event', () => {
    const body = {
      event: received(
        {
          tags: ['attack.t1071', 'domain:network'],
          src_host: 'web-01',
          dst_host: 'db-01',
          user: { name: 'alice' },
          rule: { id: 'r1', name: 'IOC', origin: 'known_ioc', status: 'stable' },
        },
        { demo: true },
      ),
      decision: {
        decision_id: 'd1',
        verdict: 'permit',
        summary: 'block it',
        score: { value: 0.91 },
        reasons: [{ code: 'policy_matched', policy: 'p1' }],
        acts: [
          {
            action: 'block_ip',
            result: 'permit',
            shadow: false,
            target: { type: 'ip', value: '203.0.113.7' },
            policy: { id: 'p1', hash: 'h1' },
            reasons: [{ code: 'policy_matched' }, { code: 'shadow' }],
          },
          { action: 'isolate_host', result: 'deny', shadow: true, policy: { id: 'p2' } },
        ],
        bundle: { version: 7, digest: 'b' },
      },
    };
    expect(searchFieldsOf('decisions', body)).toMatchObject({
      decision_id: ['d1'],
      case_id: [body.event.case_id],
      'event.id': ['event-1'],
      'intake.type': ['webhook'],
      severity: ['high'],
      confidence: [0.9],
      verdict: ['permit'],
      action: ['block_ip', 'isolate_host'],
      'target.value': ['203.0.113.7'],
      'policy.id': ['p1', 'p2'],
      'reason.code': ['policy_matched', 'shadow'],
      'source.ip': ['203.0.113.7'],
      'user.name': ['alice'],
      'rule.origin': ['known_ioc'],
      'related.hosts': ['web-01', 'db-01'],
      tags: ['attack.t1071', 'domain:network'],
      shadow: [false, true],
      score: [0.91],
      'bundle.version': [7],
      demo: [true],
    });
  });

  it.each([
    [{ src_host: 'WEB-01.', source: { ip: '10.0.0.1' }, dst_host: 'db-01' }, ['host:web-01']],
    [{ src_host: '-', source: { ip: '::ffff:10.0.0.1' }, destination: { ip: '10.0.0.2' } }, ['ip:10.0.0.1']],
    [{ src_host: undefined, source: undefined, dst_host: 'db-01' }, undefined],
    [{ src_host: 'web-01' }, undefined],
  ])('say from where an event leads on: %j', (named, key) => {
    expect(searchFieldsOf('decisions', { event: received(named) })['hop.from']).toEqual(key);
  });

  it('say nothing of that where nobody granted its source anything', () => {
    const named = { src_host: 'web-01', dst_host: 'db-01' };
    expect(searchFieldsOf('decisions', { event: claimed(named) })['hop.from']).toBeUndefined();
    const { voice: _voice, ...older } = received(named);
    expect(searchFieldsOf('decisions', { event: older })['hop.from']).toBeUndefined();
  });

  it('say what a decision is aimed at, however that is spelt', () => {
    const acts = [
      { target: { type: 'user', value: 'CORP\\Ana' } },
      { target: { type: 'ip', value: '10.0.0.9/8' } },
      { target: { type: 'file', value: 'C:\\Tool.EXE', host: 'WS-1' } },
      { target: { type: 'ip', value: '' } },
      { target: { type: 'nonsense', value: 'x' } },
      { target: { type: 'ip', value: 7 } },
      { target: 'text' },
    ];
    const held = [{ target: { type: 'ip', value: '::ffff:203.0.113.7', host: 5 } }];
    expect(searchFieldsOf('decisions', { decision: { acts, held } })['target.key']).toEqual([
      'user:corp\\ana',
      'network:10.0.0.0/8',
      'file:c:\\tool.exe',
      'host:ws-1',
      'ip:203.0.113.7',
    ]);
  });

  it('do not let the box find a decision by the kind of a key', () => {
    const { target } = evidenceMappings('decisions').properties as unknown as {
      target: { properties: Record<string, { copy_to?: readonly string[] }> };
    };
    expect(target.properties.value?.copy_to).toEqual(['search']);
    expect(target.properties.key).toEqual({ type: 'keyword', ignore_above: 1_024 });
  });

  it.each([
    ['nothing', {}],
    ['other types', { event: 'text', decision: [1], acts: null }],
    [
      'what every object inherits',
      JSON.parse('{"event":{"__proto__":{"case_id":"forged"}}}') as Record<string, unknown>,
    ],
    ['empty text', { decision: { decision_id: '' } }],
  ])('are left out of a record with %s', (_, body) => {
    expect(searchFieldsOf('decisions', body)).toEqual({});
  });

  it('are shortened and bounded, so that no record is too large to be found', () => {
    const fields = searchFieldsOf('audit', { text: 'x'.repeat(100_000) });
    expect(String(fields.text?.[0]).length).toBe(8_000);
    const many = searchFieldsOf('quarantine', { fields: Array.from({ length: 5_000 }, (_, n) => ({ path: `p${n}` })) });
    expect(many.bad_field).toHaveLength(256);
  });

  it.each(EVIDENCE_FAMILIES)('of `%s` are all mapped, strictly', (family) => {
    const mappings = evidenceMappings(family);
    expect(mappings.dynamic).toBe('strict');
    for (const name of Object.keys(SEARCH_FIELDS[family])) {
      const [head = '', tail] = name.split('.');
      const outer = mappings.properties[head] as { type?: string; properties?: Record<string, { type: string }> };
      expect(tail === undefined ? outer.type : outer.properties?.[tail]?.type).toEqual(expect.any(String));
    }
  });
});

describe('the index of a record', () => {
  it.each([
    ['decisions', '2026-11-22T23:59:59.999Z', 'reflex-decisions-2026.11.22'],
    ['actions', '2026-01-02T00:00:00Z', 'reflex-actions-2026.01.02'],
    ['audit', '2026-11-22T10:00:00.000Z', 'reflex-audit-2026.11'],
    ['feedback', '2026-11-22T10:00:00.000Z', 'reflex-feedback-2026.11'],
    ['quarantine', '2026-11-22T10:00:00.000Z', 'reflex-quarantine-2026.11'],
  ] as const)('of `%s` follows from the time of its writing', (family, at, index) => {
    expect(evidenceIndexOf(family, at)).toBe(index);
  });

  it.each(['', 'yesterday', '2026-11-22', '../x'])('is none for `%s`', (at) => {
    expect(() => evidenceIndexOf('audit', at)).toThrow('RFC 3339');
  });

  it('have the key of everything that an event names', () => {
    const event = received({
      src_host: 'WS-1.',
      source: { ip: '::ffff:203.0.113.7' },
      user: { name: 'CORP\\Ana' },
      file: { path: 'C:\\Temp\\X.exe', hash: 'A'.repeat(64) },
      process: { name: '-' },
    });
    const keys = searchFieldsOf('decisions', { event, decision: {} })['entity.key'];
    expect(keys).toEqual(
      expect.arrayContaining([
        'ip:203.0.113.7',
        'host:ws-1',
        'user:corp\\ana',
        'file:c:\\temp\\x.exe',
        `hash:${'a'.repeat(64)}`,
      ]),
    );
    expect(keys?.some((key) => String(key).startsWith('process:'))).toBe(false);
  });
});
