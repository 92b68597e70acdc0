import { jsonChanges } from './json_changes';
import { actionIdOf, subscribed, triggersOf, unsubscribed } from './subscription';
import { bucketMonitor, detector, otherAction, queryMonitor, workflow } from '../../../test/targets/alerting/monitors';

const channelId = 'reflex-1';
const idsOf = (body: Parameters<typeof triggersOf>[0]) => triggersOf(body).map(({ id }) => id);
const undone = (body: Parameters<typeof triggersOf>[0]) =>
  unsubscribed(body, { channelId, actionIds: idsOf(body).map(actionIdOf) });

describe('subscribed', () => {
  it.each([
    ['query', queryMonitor()],
    ['bucket', bucketMonitor()],
    ['workflow', workflow()],
    ['document', detector()],
  ] as const)('adds one action to each trigger of a %s source, and undoing makes it as it was', (level, body) => {
    const after = subscribed(body, { level, channelId, triggerIds: idsOf(body) });
    expect(
      triggersOf(after).map(({ actions }) => actions.filter(({ destination }) => destination === channelId).length),
    ).toEqual(idsOf(body).map(() => 1));
    expect(
      jsonChanges(body, after).every(({ path }) => /^triggers\.\d+\.(\w+_trigger\.)?actions\.\d+$/.test(path)),
    ).toBe(true);
    expect(undone(after)).toEqual(body);
  });

  it('leaves one action when done twice', () => {
    const body = queryMonitor();
    const options = { level: 'query', channelId, triggerIds: ['trig-q1'] } as const;
    expect(subscribed(subscribed(body, options), options)).toEqual(subscribed(body, options));
  });

  it('touches only the triggers that are wanted', () => {
    const body = bucketMonitor();
    const after = subscribed(body, { level: 'bucket', channelId, triggerIds: ['trig-b2'] });
    expect(triggersOf(after).map(({ actions }) => actions.length)).toEqual([0, 1]);
  });

  it('has one call made for all alerts of a run', () => {
    const after = JSON.stringify(subscribed(bucketMonitor(), { level: 'bucket', channelId, triggerIds: ['trig-b1'] }));
    expect(after).toContain('"action_execution_policy":{"action_execution_scope":{"per_execution":{}}}');
  });
});

describe('unsubscribed', () => {
  it('leaves an action that somebody pointed at another channel', () => {
    const body = queryMonitor('m', [{ ...otherAction(actionIdOf('trig-q1')), destination_id: 'theirs' }]);
    expect(undone(body)).toEqual(body);
  });

  it.each([{}, { triggers: null }, { triggers: [5, {}, { id: 't' }] }])('changes nothing of %j', (body) =>
    expect(triggersOf(undone(body)).flatMap(({ actions }) => actions)).toEqual([]),
  );
});

describe('jsonChanges', () => {
  it.each([
    [{ a: 1 }, { a: 1 }, []],
    [{ a: 1 }, { a: 2 }, [{ path: 'a', before: 1, after: 2 }]],
    [{ a: [1] }, { a: [1, { b: 2 }] }, [{ path: 'a.1', after: { b: 2 } }]],
    [{ a: { b: null } }, { a: {} }, [{ path: 'a.b', before: null }]],
    [{ a: [] }, { a: {} }, [{ path: 'a', before: [], after: {} }]],
    [{}, { constructor: 1 }, [{ path: 'constructor', after: 1 }]],
  ])('between %j and %j', (before, after, changes) => expect(jsonChanges(before, after)).toEqual(changes));
});
