import { stoppedByOrder } from './ordered_stop';

const AT = '2026-11-22T10:00:00.000Z';

describe('what an act is told that an order to stop holds', () => {
  it('is the kill switch where a person stopped it', () => {
    expect(stoppedByOrder(undefined)).toMatchObject({ reason: 'kill_switch', then: 'escalate' });
  });

  it.each([
    ['connector:edge', true, 'the breaker of connector `edge` tripped', 'it is tried by itself, or somebody resets it'],
    ['policy:block-ioc', false, 'the breaker of policy `block-ioc` tripped', 'somebody has to reset it'],
    ['source:webhook:siem', false, 'the breaker of source `webhook:siem` tripped', 'somebody has to reset it'],
    ['all', false, 'the breaker of all starts tripped', 'somebody has to reset it'],
  ])('is the breaker of %s, since when, why, and how it is reset', (scope, triesItself, first, last) => {
    expect(stoppedByOrder({ scope, at: AT, why: '5 of 5 commands failed', triesItself })).toEqual({
      kind: 'stopped',
      reason: 'breaker',
      then: 'escalate',
      text: `${first} at ${AT}: 5 of 5 commands failed; ${last}`,
    });
  });
});
