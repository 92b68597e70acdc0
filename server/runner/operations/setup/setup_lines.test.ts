import { sha256 } from '../../../engine/digest/digest';
import { signingKey } from '../../../engine/policy/signature';
import { fakeEvidenceLog, FakeEvidence } from '../../../../test/fakes/fake_evidence';
import { aClusterLook, aFolderLook } from '../../../../test/builders/setup';
import { PeopleBook } from '../../facts/people_here';
import { Inventory } from '../../facts/inventory';
import { OPERATOR } from '../../record/reserved';
import { SourceHealth } from '../../sources/source_health';
import { approverLine, connectorLine } from './acting_lines';
import { indicesLine, roleLine } from './cluster_lines';
import { inventoryLine, sourceLine } from './flow_lines';
import { folderLine, keyLine } from './own_lines';
import { generateKeyPairSync } from 'crypto';
import { heldSigner } from '../../../engine/policy/signer';

const NOW = Date.parse('2026-11-22T10:00:00.000Z');
const at = (ms: number): string => new Date(NOW + ms).toISOString();
const clock = { utc: () => NOW, monotonic: () => NOW, sleep: async () => undefined };
const shown = ({ state, code, facts }: { state: string; code: string; facts: object }) => [state, code, facts];

describe('the role line', () => {
  const probe = (what: string, answer: 'allowed' | 'refused' | 'failed') => ({
    what,
    request: 'GET /',
    answer,
    said: 'x',
  });

  it('is green only where OpenSearch tells users apart and nothing was refused', async () => {
    const cluster = aClusterLook({ rights: async () => [probe('a', 'allowed'), probe('b', 'allowed')] });
    expect(shown(await roleLine(cluster))).toEqual(['green', 'role_enough', { user: 'reflex_agent', probes: 2 }]);
    const open = aClusterLook({ ...cluster, account: async () => ({ security: 'missing' }) });
    expect(shown(await roleLine(open))).toEqual(['unknown', 'role_no_security', { probes: 2 }]);
  });

  it.each(['refused', 'failed'] as const)('is red where something was %s, and names it', async (answer) => {
    const rights = async () => [probe('see', 'allowed'), probe('write its state', answer)];
    const { state, code, facts, proof } = await roleLine(aClusterLook({ rights }));
    expect([state, code, facts.lacks]).toEqual(['red', 'role_lacks', 'write its state']);
    expect(proof).toContain(`${answer}: write its state (GET /): x`);
  });

  it('warns of an account that may do everything', async () => {
    const account = async () => ({ security: 'there' as const, user: 'admin', roles: ['all_access'] });
    expect((await roleLine(aClusterLook({ account }))).code).toBe('role_too_much');
  });
});

describe('the line of the indices', () => {
  const one = { name: 'reflex-state', wanted: 9, found: 9 };
  const line = (indices: object[], down: string[] = []) =>
    indicesLine(aClusterLook({ indices: async () => ({ indices: indices as never, down }) }));

  it('tells missing, lost, blocked and older ones apart, the gravest first', async () => {
    expect((await line([one])).code).toBe('indices_ready');
    expect((await line([{ ...one, found: 8 }])).code).toBe('indices_older');
    expect(
      (
        await line([
          { ...one, blocked: 'index.blocks.write' },
          { ...one, found: 8 },
        ])
      ).code,
    ).toBe('indices_blocked');
    expect((await line([{ ...one, blocked: 'index.blocks.write' }], ['reflex-audit-1'])).code).toBe('indices_down');
    expect((await line([{ name: 'reflex-assets', wanted: 1 }], ['x'])).code).toBe('indices_missing');
  });
});

describe('the line of the key', () => {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const keys = { trusted: 2, threshold: 1 };
  const key = signingKey(pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());

  it('asks for a backup until somebody confirmed one of this very key', async () => {
    const records = new FakeEvidence();
    const agent = { parts: { evidence: fakeEvidenceLog(records) } };
    const confirm = (id: string, outcome: string) =>
      records.append([
        {
          family: 'audit',
          id: `${id}${outcome}`,
          at: at(0),
          body: { verb: 'confirm_key_backup', by: 'ann', object: { type: 'signing_key', id }, outcome },
        },
      ]);
    expect((await keyLine(agent, [], keys)).code).toBe('key_elsewhere');
    confirm('another', 'done');
    confirm(key.keyId, 'asked');
    expect(shown(await keyLine(agent, [heldSigner(key)], keys))).toEqual([
      'amber',
      'key_not_backed_up',
      { key: key.keyId, ...keys },
    ]);
    confirm(key.keyId, 'done');
    expect(shown(await keyLine(agent, [heldSigner(key)], keys))).toEqual([
      'green',
      'key_backed_up',
      { key: key.keyId, by: 'ann', at: at(0), ...keys },
    ]);
    expect(sha256('')).toHaveLength(64);
  });

  it('is green for a signer of its own that answers, and red for one that does not', async () => {
    const agent = { parts: { evidence: fakeEvidenceLog(new FakeEvidence()) } };
    const { held: _held, ...apart } = heldSigner(key);
    const away = { ...apart, whyAway: () => Promise.resolve('no such socket') };
    const answers = { ...apart, whyAway: () => Promise.resolve(undefined) };
    expect(shown(await keyLine(agent, [answers], keys))).toEqual([
      'green',
      'key_at_signer',
      { key: key.keyId, ...keys },
    ]);
    expect(shown(await keyLine(agent, [away], keys))).toEqual([
      'red',
      'signer_away',
      { key: key.keyId, why: 'no such socket' },
    ]);
  });
});

describe('the line of the folder', () => {
  it.each([
    [aFolderLook(), true, 'green', 'folder_durable'],
    [aFolderLook({ kind: 'tmpfs' }), true, 'red', 'folder_passing'],
    [aFolderLook({ kind: 'overlay' }), true, 'red', 'folder_passing'],
    [aFolderLook({ fault: 'EROFS' }), true, 'red', 'folder_not_written'],
    [aFolderLook({ free_bytes: 2 ** 20 }), true, 'red', 'folder_nearly_full'],
    [aFolderLook(), false, 'amber', 'folder_said_passing'],
  ] as const)('of %j is judged', (look, durable, state, code) => {
    const line = folderLine(look, durable);
    expect([line.state, line.code]).toEqual([state, code]);
  });

  it('does not believe a machine that tells nothing', () => {
    const { kind: _kind, mount: _mount, ...untold } = aFolderLook();
    expect(folderLine(untold, true).state).toBe('unknown');
  });
});

describe('the line of the inventory', () => {
  const line = async (listed: readonly string[], seen: readonly string[], ago = 1_000) => {
    const records = new FakeEvidence();
    records.append(
      seen.map((src_host, index) => ({
        family: 'decisions',
        id: String(index),
        at: at(-ago),
        body: { event: { event: { src_host } } },
      })),
    );
    const current = new Inventory(
      'v1',
      listed.map((value) => ({ type: 'host', value, origin: 'file' })),
    );
    const inventory = { current } as never;
    return inventoryLine({ parts: { clock: clock, evidence: fakeEvidenceLog(records), inventory } });
  };
  const hosts = Array.from({ length: 10 }, (_, index) => `ws-${index}`);

  it('says how many of the hosts of the last day are listed', async () => {
    expect(shown(await line(hosts, hosts))).toEqual([
      'green',
      'inventory_covers',
      { percent: 100, seen: 10, missing: 0, listed: 10 },
    ]);
    expect((await line(hosts.slice(1), hosts)).state).toBe('green');
    expect((await line(hosts.slice(2), hosts)).state).toBe('amber');
    const few = await line(hosts.slice(6), hosts);
    expect([few.state, few.facts.percent]).toEqual(['red', 40]);
    expect(few.proof).toContain('not listed: ws-0, in 1 decisions');
  });

  it('knows that an empty one is none, and that a day without hosts says nothing', async () => {
    expect((await line([], hosts)).code).toBe('inventory_empty');
    expect((await line(hosts, [])).code).toBe('inventory_nobody_seen');
    expect((await line(hosts, ['ws-77'], 25 * 3_600_000)).code).toBe('inventory_nobody_seen');
  });
});

describe('the line of the sources', () => {
  const line = (fill: (health: SourceHealth, records: FakeEvidence) => void) => {
    const records = new FakeEvidence();
    let now = NOW;
    const health = new SourceHealth({ utc: () => NOW, monotonic: () => now });
    fill(health, records);
    now += 120_000;
    return sourceLine({ parts: { clock: clock, evidence: fakeEvidenceLog(records) } }, health);
  };
  const kafka = { type: 'kafka', id: 'alerts' } as const;
  const decided = (records: FakeEvidence, ago: number) =>
    records.append([{ family: 'decisions', id: 'd', at: at(-ago), body: { event: { intake: kafka } } }]);

  it('is green once one of them brings events, by this host or by the record', async () => {
    expect(shown(await line((health) => health.note(kafka, 'received', NOW)))).toEqual([
      'green',
      'source_brings',
      { source: 'kafka:alerts', at: at(0) },
    ]);
    expect((await line((_, records) => decided(records, 1_000))).code).toBe('source_brings');
  });

  it('tells one that stands from one that is old, and from none', async () => {
    expect((await line(() => undefined)).code).toBe('source_none');
    expect((await line((_, records) => decided(records, 25 * 3_600_000))).code).toBe('source_old');
    const stands = await line((health) => health.gauge(kafka, { connected: false, error: 'no broker' }));
    expect(shown(stands)).toEqual(['red', 'source_stands', { source: 'kafka:alerts', why: 'no broker' }]);
  });
});

describe('the line of the connectors', () => {
  const line = (
    states: Readonly<Record<string, string>>,
    tested: ReadonlyArray<readonly [string, string]>,
    faults: string[] = [],
  ) => {
    const records = new FakeEvidence();
    records.append(
      tested.map(([id, outcome], index) => ({
        family: 'audit',
        id: String(index),
        at: at(index),
        body: { verb: 'test_connector', by: 'ann', object: { type: 'connector', id }, outcome, text: 'all of it' },
      })),
    );
    const connectors = new Map(Object.keys(states).map((name) => [name, { name }])) as never;
    const healthOf = (name: string) => ({ state: states[name], text: '' }) as never;
    return connectorLine({ parts: { connectors, evidence: fakeEvidenceLog(records) } }, { healthOf }, faults);
  };

  it('takes one that works and that was seen to act', async () => {
    expect((await line({}, [])).code).toBe('connector_none');
    expect((await line({}, [], ['connector `fw`: …'])).code).toBe('connector_faulty');
    expect((await line({ fw: 'down' }, [['fw', 'passed']])).code).toBe('connector_down');
    expect((await line({ fw: 'ok' }, [['fw', 'failed']])).code).toBe('connector_untested');
    expect((await line({ fw: 'ok' }, [['gone', 'passed']])).code).toBe('connector_untested');
    const good = await line({ fw: 'ok' }, [['fw', 'passed']]);
    expect(shown(good)).toEqual(['green', 'connector_tested', { name: 'fw', by: 'ann', at: at(0) }]);
  });
});

describe('the line of the approvers', () => {
  const line = (names: ReadonlyArray<readonly [string, boolean]>, technical?: string) => {
    const people = new PeopleBook(clock);
    for (const [name, approves] of names) people.note(name, undefined, approves);
    return approverLine({ parts: { people } }, technical);
  };

  it('takes only somebody who is neither Reflex nor the account it works as', () => {
    expect(line([['ann', false]]).code).toBe('approver_none');
    expect(
      line([
        ['reflex', true],
        ['Reflex', true],
      ]).code,
    ).toBe('approver_none');
    expect(line([['Agent', true]], 'agent').code).toBe('approver_none');
    expect(line([[OPERATOR, true]]).code).toBe('approver_single');
    expect(
      shown(
        line([
          [OPERATOR, true],
          ['ann', true],
          ['ANN', true],
          ['bob', true],
        ]),
      ),
    ).toEqual(['green', 'approver_seen', { count: 2, names: 'ann, bob' }]);
  });
});
