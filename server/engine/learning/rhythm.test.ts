import { iso } from '../../../common/iso';
import { aCandidate } from '../../../test/builders/views';
import { aPolicy, BLOCK_KNOWN_IOC } from '../../../test/builders/policies';
import { policyRhythm, type RhythmFacts } from './rhythm';

const NOW = Date.parse('2026-11-22T10:00:00.000Z');
const DAY = 86_400_000;
const ago = (days: number): number => NOW - days * DAY;
const policy = (id: string, lines = ''): ReturnType<typeof aPolicy> =>
  aPolicy(`${BLOCK_KNOWN_IOC.replace('block-known-ioc', id)}${lines}`);
const monthly = '  review: { every: 30d }\n';
const rhythm = (overrides: Partial<RhythmFacts>) =>
  policyRhythm({
    now: NOW,
    days: 7,
    policies: [],
    firstRelease: ago(100),
    released: [],
    reviewed: new Map(),
    fired: new Map(),
    overridden: new Map(),
    ...overrides,
  });
const released = (id: string, days: number) =>
  aCandidate({
    state: 'released',
    released_version: 13,
    created_at: iso(ago(days)),
    changes: [{ policy: id, change: 'changed' }],
  });

describe('the battle rhythm', () => {
  it('calls for a review when its time is over, since the last change or the last look', () => {
    const policies = ['old', 'changed', 'looked-at', 'looked-long-ago'].map((id) => policy(id, monthly));
    const { due } = rhythm({
      policies,
      released: [released('changed', 10)],
      reviewed: new Map([
        ['looked-at', ago(29)],
        ['looked-long-ago', ago(31)],
      ]),
    });
    expect(due.map(({ policy: id, due: at }) => [id, at])).toEqual([
      ['old', iso(ago(70))],
      ['looked-long-ago', iso(ago(1))],
    ]);
  });

  it('names who says not how often they are looked at', () => {
    expect(rhythm({ policies: [policy('with', monthly), policy('without')] }).without_review).toEqual(['without']);
  });

  it('tells what has expired from what expires within a fortnight', () => {
    const days = ['2026-11-22', '2026-11-23', '2026-12-06', '2026-12-07'];
    const policies = days.map((day) => policy(`until-${day}`, `  expires: ${day}\n`));
    const { expired, expiring } = rhythm({ policies });
    expect(expired.map(({ expires }) => expires)).toEqual(['2026-11-22']);
    expect(expiring.map(({ expires }) => expires)).toEqual(['2026-11-23', '2026-12-06']);
  });

  it('lists what changed in the week, the youngest first', () => {
    const { changed } = rhythm({ released: [released('b', 3), released('a', 1), released('long-ago', 8)] });
    expect(changed.map(({ policy: id, version }) => [id, version])).toEqual([
      ['a', 13],
      ['b', 13],
    ]);
  });

  it('lists what fired, the most overridden first, and what never did', () => {
    const policies = ['often', 'overridden', 'never', 'new', 'off'].map((id) =>
      id === 'off' ? aPolicy(BLOCK_KNOWN_IOC.replace('block-known-ioc', id).replace('enforce', 'off')) : policy(id),
    );
    const {
      fired,
      never_fired: never,
      too_young: young,
    } = rhythm({
      policies,
      released: [released('new', 2)],
      fired: new Map([
        ['often', 90],
        ['overridden', 4],
      ]),
      overridden: new Map([['overridden', 2]]),
    });
    expect(fired.map(({ policy: id, count, overridden }) => [id, count, overridden])).toEqual([
      ['overridden', 4, 2],
      ['often', 90, 0],
    ]);
    expect(never.map(({ policy: id }) => id)).toEqual(['never']);
    expect(young).toBe(1);
  });

  it('counts as too young what has not fired only, and nothing that has no say', () => {
    const policies = ['fired', 'silent'].map((id) => policy(id));
    const view = rhythm({ policies, firstRelease: ago(2), fired: new Map([['fired', 1]]) });
    expect([view.never_fired, view.too_young]).toEqual([[], 1]);
  });

  it('does not expect a limit to fire: the brakes use it', () => {
    const limit = aPolicy(`apiVersion: reflex/v1
kind: Policy
metadata: { id: few, title: Only a few, owner: soc }
spec: { layer: global, mode: enforce, limit: { action: block_ip, max_count: 3, within: 1h, on_breach: escalate } }
`);
    expect(rhythm({ policies: [limit], firstRelease: ago(1) })).toMatchObject({ never_fired: [], too_young: 0 });
    expect(rhythm({ policies: [limit] }).never_fired).toEqual([]);
  });
});
