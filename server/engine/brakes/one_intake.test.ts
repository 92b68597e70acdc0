import type { SeenThing } from '../../../common/flow/decision';
import { ONE_INTAKE, oneSourceOnly, sourcesOf, startOfIntake, STARTS_OF_ONE_INTAKE } from './one_intake';

const TARGET = { type: 'host', value: 'db01' } as const;
type Report = SeenThing['reports'][number];
const report = (by: string, domain: Report['domain'], claimed = false): Report => ({
  by,
  domain,
  age_ms: 0,
  ...(claimed ? { claimed: true as const } : {}),
});
const seen = (name: string, ...reports: Report[]): SeenThing => ({
  names: [name],
  roles: ['host'],
  sightings_ms: [],
  reports,
});
const sources = (...entities: readonly SeenThing[]): number => sourcesOf({ entities, domains: [] }, TARGET);

describe('how many sources report a target', () => {
  it.each<[note: string, things: readonly SeenThing[], many: number]>([
    ['none where the event does not name it', [seen('host:other', report('a', 'network'), report('b', 'endpoint'))], 0],
    ['one however often it says so', [seen('host:db01', report('a', 'network'))], 1],
    ['one where two speak for the same domain', [seen('host:db01', report('a', 'network'), report('b', 'network'))], 1],
    ['two of two domains', [seen('host:db01', report('a', 'network'), report('b', 'endpoint'))], 2],
    [
      'nobody who only claims his domain',
      [seen('host:db01', report('a', 'network'), report('b', 'endpoint', true))],
      1,
    ],
  ])('%s', (_note, things, many) => expect(sources(...things)).toBe(many));

  it('is what records of earlier versions say of all things alike', () => {
    expect(sourcesOf({ domains: ['network', 'endpoint', 'network'] }, TARGET)).toBe(2);
  });
});

describe('a critical asset', () => {
  it.each([
    ['listed', 1, 'is critical'],
    ['unknown', 0, 'is not in the inventory, and may be critical'],
  ] as const)('that is %s and that one source alone reports waits for a person', (critical, many, words) => {
    expect(oneSourceOnly(TARGET, { critical, sources: many }, undefined)).toEqual({
      kind: 'stopped',
      reason: 'one_intake',
      then: 'escalate',
      text: `\`db01\` ${words}, and no two sources of different domains report it`,
    });
  });

  it('may be acted on where two report it, where it is none, and where a policy lifts that', () => {
    expect(oneSourceOnly(TARGET, { critical: 'listed', sources: 2 }, undefined)).toBeUndefined();
    expect(oneSourceOnly(TARGET, { critical: undefined, sources: 0 }, undefined)).toBeUndefined();
    expect(oneSourceOnly(TARGET, { critical: 'listed', sources: 0 }, { critical: true })).toBeUndefined();
  });

  it('is not freed by a policy that speaks of numbers alone', () => {
    const loosened = { starts: { most: 9, withinMs: 1 } };
    expect(oneSourceOnly(TARGET, { critical: 'listed', sources: 1 }, loosened)).toMatchObject({ reason: 'one_intake' });
  });
});

describe('what the events of one intake start', () => {
  it('is counted for that intake alone, over an hour, a hundred at most', () => {
    expect([STARTS_OF_ONE_INTAKE, startOfIntake('webhook:siem', undefined, 7)]).toMatchObject([
      { most: 100, withinMs: 3_600_000 },
      {
        onBreach: 'escalate',
        terms: {
          limit: ONE_INTAKE,
          scope: 'webhook:siem',
          most: 100,
          within_ms: 3_600_000,
          bundle_version: 7,
          rate: true,
        },
      },
    ]);
  });

  it('is as many as a policy says', () => {
    const { terms } = startOfIntake('webhook:siem', { starts: { most: 3, withinMs: 60_000 } }, 7);
    expect([terms.most, terms.within_ms]).toEqual([3, 60_000]);
  });
});
