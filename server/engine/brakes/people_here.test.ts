import { ACTION_ON } from '../../../test/entity/as_said';
import { bareIdentities, identitiesOf } from '../entity/identity';
import type { Target } from '../../../common/flow/decision';
import { clear, type ClearRequest } from './clear';
import { NOTHING_OWN } from './own_machine';

const people = { list: () => [{ account: 'CORP\\ann', address: '203.0.113.7' }, { account: 'bob' }] };
const WHO = identitiesOf([{ type: 'host', value: 'ws-7', addresses: ['203.0.113.7'], origin: 'file' }]);

const outcome = (target: Target, approval?: ClearRequest['approval'], who = bareIdentities): string => {
  const clearance = clear({
    act: {
      act_id: 'a0',
      action: ACTION_ON[target.type],
      target,
      connector: null,
      policy: { id: 'p', hash: 'h', layer: 'action', mode: 'enforce' },
      result: 'permit',
      reasons: [],
      rollback: null,
      ttl_ms: null,
      shadow: false,
    },
    decision: { decision_id: 'd', case_id: 'c', summary: '', bundle: { version: 1 } },
    commandId: 'cmd',
    intake: 'webhook:siem',
    sources: 1,
    isStopped: () => false,
    rules: { bundleVersion: 1, hashes: new Map([['p', 'h']]), limits: [], keeps: [], protections: [] },
    connectors: [{ name: 'edge', actions: [ACTION_ON[target.type]], settleMs: 0 }],
    scopes: {
      ...who,
      scopesOf: () => undefined,
      membersOf: () => [],
      criticalOf: () => undefined,
      populationOf: () => undefined,
    },
    own: NOTHING_OWN,
    people,
    ...(approval ? { approval } : {}),
  });
  return clearance.kind === 'cleared' ? 'cleared' : `${clearance.reason}, ${clearance.then}`;
};

describe('an act on somebody who is logged in', () => {
  it.each<[string, Target]>([
    ['their account', { type: 'user', value: 'ann' }],
    ['their account with a realm', { type: 'user', value: 'ann@corp.example' }],
    ['another account', { type: 'user', value: 'BOB' }],
    ['where they call from', { type: 'ip', value: '203.0.113.7' }],
    ['another spelling of it', { type: 'ip', value: '64:ff9b::cb00:7107' }],
    ['a network around it', { type: 'ip', value: '203.0.113.0/28' }],
    ['their host as an address', { type: 'host', value: '203.0.113.7' }],
  ])('waits for another person: %s', (_what, target) => {
    expect(outcome(target)).toBe('logged_in, escalate');
    expect(outcome(target, { user: 'eve' })).toBe('cleared');
  });

  it('is found by what the inventory joins', () => {
    expect(outcome({ type: 'host', value: 'ws-7' })).toBe('cleared');
    expect(outcome({ type: 'host', value: 'ws-7' }, undefined, WHO)).toBe('logged_in, escalate');
  });

  it('is approved by nobody whom it touches, but where there is nobody else', () => {
    const target: Target = { type: 'ip', value: '203.0.113.7' };
    expect(outcome(target, { user: 'ann' })).toBe('logged_in, escalate');
    expect(outcome(target, { user: 'ann', alone: true })).toBe('cleared');
    expect(outcome({ type: 'user', value: 'bob' }, { user: 'ann' })).toBe('cleared');
  });

  it.each<[string, Target]>([
    ['another account', { type: 'user', value: 'carol' }],
    ['another address', { type: 'ip', value: '203.0.113.8' }],
    ['a host of the same name', { type: 'host', value: 'bob' }],
  ])('is no act on %s', (_what, target) => {
    expect(outcome(target)).toBe('cleared');
  });
});
