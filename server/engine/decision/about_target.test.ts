import { lookupsOf } from '../../../test/builders/lookups';
import { recordedLookups, recording } from './lookups';

const TARGET = { type: 'ip', value: '203.0.113.7' } as const;
const SAID = { lifted_24h: 1, overridden_30d: 3, contained_now: false };
const NOTHING = { lifted_24h: 0, overridden_30d: 0, contained_now: false };
const inputsWith = (targets?: Array<{ target: typeof TARGET; history: typeof SAID }>) => ({
  assets: [],
  history: lookupsOf().history(undefined as never),
  now: '2026-11-22T10:00:00.000Z',
  ...(targets ? { targets } : {}),
});

describe('what people said of a target', () => {
  it('is asked once, recorded, and answered from the record in replay', () => {
    let asked = 0;
    const lookups = recording({ ...lookupsOf(), aboutTarget: () => ((asked += 1), SAID) });
    expect([lookups.aboutTarget(TARGET), lookups.aboutTarget({ ...TARGET }), asked]).toEqual([SAID, SAID, 1]);
    expect(lookups.targets).toEqual([{ target: TARGET, history: SAID }]);
    const again = recordedLookups(inputsWith([...lookups.targets] as never));
    expect(again.aboutTarget?.(TARGET)).toEqual(SAID);
    expect(again.aboutTarget?.({ type: 'host', value: TARGET.value })).toEqual(NOTHING);
  });

  it('is not recorded where nothing was said: decisions of earlier versions replay as they were', () => {
    const lookups = recording(recordedLookups(inputsWith()));
    expect(lookups.aboutTarget(TARGET)).toEqual(NOTHING);
    expect(recording(lookupsOf()).aboutTarget(TARGET)).toEqual(NOTHING);
    expect(lookups.targets).toEqual([]);
  });
});
