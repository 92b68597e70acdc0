import { NOBODY_HERE } from './people_here';
import type { Target } from '../../../common/flow/decision';
import { bareIdentities, identitiesOf } from '../entity/identity';
import { ownIndex } from '../entity/own_index';
import { clear, clearJoined, isOwnTarget, mayStart, NO_PERSONS, type ClearRequest } from './clear';
import { NOTHING_OWN, type OwnMachine } from './own_machine';

const OWN: OwnMachine = {
  settled: () => true,
  covers: ownIndex([{ text: '198.51.100.9', from: 'connector `edge`' }]).covers,
};
const UNSETTLED: OwnMachine = { ...NOTHING_OWN, settled: () => false };

const act = (value: string, type: Target['type'] = 'ip'): ClearRequest['act'] => ({
  act_id: 'a0',
  action: type === 'host' ? 'isolate_host' : 'block_ip',
  target: { type, value },
  connector: null,
  policy: { id: 'p', hash: 'h', layer: 'action', mode: 'enforce' },
  result: 'permit',
  reasons: [],
  rollback: 'unblock_ip',
  ttl_ms: 3_600_000,
  shadow: false,
});
const RULES = { bundleVersion: 1, hashes: new Map([['p', 'h']]), limits: [], keeps: [], protections: [] };
const request = (change: Partial<ClearRequest> = {}): ClearRequest => ({
  act: act('198.51.100.9'),
  decision: { decision_id: 'd', case_id: 'c', summary: 'why', bundle: { version: 1 } },
  commandId: 'cmd',
  intake: 'webhook:siem',
  sources: 1,
  isStopped: () => false,
  rules: RULES,
  connectors: [{ name: 'edge', actions: ['block_ip', 'isolate_host'], settleMs: 1_000 }],
  scopes: {
    ...bareIdentities,
    scopesOf: () => undefined,
    membersOf: () => [],
    criticalOf: () => undefined,
    populationOf: () => undefined,
  },
  own: OWN,
  people: NOBODY_HERE,
  ...change,
});
const listed = (origin: string): ClearRequest['scopes'] => ({
  ...identitiesOf([{ type: 'host', value: 'fw-1', addresses: ['198.51.100.9'], origin }]),
  scopesOf: () => undefined,
  membersOf: () => [],
  criticalOf: () => undefined,
  populationOf: () => undefined,
});
const approval = { user: 'ann' };

describe('a target that Reflex itself stands on', () => {
  it('is refused as a protected one is, with where it was found, whoever approved it', () => {
    const refused = {
      kind: 'stopped',
      reason: 'own_machine',
      then: 'deny',
      text: '`198.51.100.9` belongs to this installation (connector `edge`): acting on it would lock Reflex out',
    };
    expect(clear(request())).toEqual(refused);
    expect(clear(request({ approval }))).toEqual(refused);
    expect(clear(request({ act: { ...act('198.51.100.9'), result: 'escalate' }, approval }))).toEqual(refused);
  });

  it('is refused by another spelling, by a network and by the name that the inventory gives it', () => {
    const text = (change: Partial<ClearRequest>): unknown => {
      const clearance = clear(request(change));
      return clearance.kind === 'stopped' && `${clearance.reason} ${clearance.then}: ${clearance.text}`;
    };
    expect(text({ act: act('64:ff9b::198.51.100.9') })).toMatch(
      /^own_machine deny: `64:ff9b::198\.51\.100\.9`, which stands for `198\.51\.100\.9`, belongs/,
    );
    expect(text({ act: act('198.51.100.0/28') })).toMatch(/^own_machine deny/);
    // It is written in another way, and stands for nothing but itself.
    expect(text({ act: act('::ffff:198.51.100.9') })).toMatch(/`198\.51\.100\.9` belongs/);
    expect(text({ act: act('fw-1', 'host'), scopes: listed('file') })).toMatch(/^own_machine deny/);
  });

  it('that only the cluster names may be one: a person decides', () => {
    const asked = request({ act: act('fw-1', 'host'), scopes: listed('cluster') });
    expect(clear(asked)).toMatchObject({ reason: 'own_machine', then: 'escalate' });
    expect(clear({ ...asked, approval })).toMatchObject({ kind: 'cleared' });
  });

  it('is not known before it was found the first time: nothing starts, approved or not', () => {
    const asked = request({ act: act('203.0.113.7'), own: UNSETTLED });
    expect(clear(asked)).toMatchObject({ reason: 'own_machine', then: 'hold' });
    expect(clear({ ...asked, approval })).toMatchObject({ reason: 'own_machine', then: 'hold' });
    expect(clear({ ...asked, own: OWN })).toMatchObject({ kind: 'cleared' });
  });

  it('is refused by the last look too, if it became one meanwhile', () => {
    const clearance = clear(request({ own: NOTHING_OWN }));
    if (clearance.kind !== 'cleared') throw new Error(clearance.text);
    const { command } = clearance.command;
    const last = (own: OwnMachine, who: typeof bareIdentities = bareIdentities) =>
      mayStart({
        ...{ command, stopped: false, rules: RULES, guard: { own, who, criticalOf: () => undefined } },
        ...{ persons: NO_PERSONS, approved: true, sources: 1, clearedUnder: 1, clearedForMs: 0 },
      });
    expect(last(NOTHING_OWN)).toBeUndefined();
    expect(last(OWN)).toMatchObject({ reason: 'own_machine', then: 'deny' });
    expect(last(UNSETTLED)).toMatchObject({ reason: 'own_machine', then: 'hold' });
    const now = { stopped: false, rules: RULES, guard: { own: OWN, who: bareIdentities, criticalOf: () => undefined } };
    expect(clearJoined(command, now)).toMatchObject({ reason: 'own_machine', then: 'deny' });
    expect(isOwnTarget(command.target, now.guard)).toBe(true);
    expect(isOwnTarget({ type: 'ip', value: '203.0.113.7' }, now.guard)).toBe(false);
  });
});
