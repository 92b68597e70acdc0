import type { DetectionEvent } from '../../../common/flow/event';
import { iso } from '../../../common/iso';
import { claimed, received } from '../../../test/builders/events';
import { aDecision } from '../../../test/builders/views';
import { FakeEvidence, fakeEvidenceLog } from '../../../test/fakes/fake_evidence';
import { bareIdentities, identitiesOf } from '../../engine/entity/identity';
import type { EvidenceLog } from '../ports';
import { lateralChain, MOST_HOPS, MOST_RECORDS } from './lateral_chain';

const NOW = Date.parse('2026-11-22T12:00:00.000Z');
const MINUTE = 60_000;

/** One alert on record: from where to where, so many minutes ago. */
type Hop = readonly [from: string | Partial<DetectionEvent>, to: string, minutesAgo: number, effectless?: boolean];

const logOf = (hops: readonly Hop[], made = received): EvidenceLog => {
  const evidence = new FakeEvidence();
  evidence.append(
    hops.map(([from, to, minutesAgo, effectless], index) => {
      const at = iso(NOW - minutesAgo * MINUTE);
      const named = typeof from === 'string' ? { src_host: from, dst_host: to } : from;
      const event = made({ event_id: `e${index}`, timestamp: at, ...named });
      const decision = { ...aDecision(), ...(effectless === true ? { effectless } : {}) };
      return { family: 'decisions' as const, id: `d${index}`, at, body: { event, decision } };
    }),
  );
  return fakeEvidenceLog(evidence);
};

const ask = (evidence: Pick<EvidenceLog, 'glance'>, { who = bareIdentities, within = 1_440, to = 'host:d' } = {}) =>
  lateralChain(
    { evidence, who },
    { lookup: 'lateral_chain', from: 'host:s', to, within_ms: within * MINUTE },
    { now: NOW, leftMs: () => 500 },
  );
const chain = (hops: readonly Hop[], options: Parameters<typeof ask>[1] = {}) => ask(logOf(hops), options);
const NONE = { answer: { hops: 0, hosts: [] } };

describe('a lateral chain', () => {
  it('leads from source to destination over the fewest hosts', async () => {
    const long: Hop[] = [
      ['s', 'a', 300],
      ['a', 'b', 200],
      ['b', 'd', 100],
    ];
    expect(await chain(long)).toEqual({ answer: { hops: 3, hosts: ['s', 'a', 'b', 'd'] } });
    expect(await chain([...long, ['a', 'd', 50]])).toEqual({ answer: { hops: 2, hosts: ['s', 'a', 'd'] } });
    expect(await chain([['x', 'd', 10]])).toEqual(NONE);
  });

  it('goes over another host: straight there is what the event itself says', async () => {
    expect(await chain([['s', 'd', 10]])).toEqual(NONE);
    expect(
      await chain([
        ['s', 'd', 30],
        ['s', 'a', 20],
        ['a', 'd', 10],
      ]),
    ).toMatchObject({ answer: { hops: 2 } });
  });

  it('goes on in time, as far as sources that report late allow', async () => {
    const after = (minutes: number): Hop[] => [
      ['a', 'd', 100],
      ['s', 'a', 100 - minutes],
    ];
    expect(await chain(after(9))).toMatchObject({ answer: { hops: 2 } });
    expect(await chain(after(11))).toEqual(NONE);
  });

  it('finds the way that was there first, however it is filed', async () => {
    // `a` is met late at once, and early over `b`: only the early one leads on.
    const hops: Hop[] = [
      ['s', 'a', 10],
      ['s', 'b', 300],
      ['b', 'a', 200],
      ['a', 'd', 150],
    ];
    expect(await chain(hops)).toEqual({ answer: { hops: 3, hosts: ['s', 'b', 'a', 'd'] } });
  });

  it('is of two with as many hops the one that was there first', async () => {
    const hops: Hop[] = [
      ['s', 'a', 300],
      ['s', 'b', 290],
      ['b', 'd', 200],
      ['a', 'd', 100],
    ];
    expect(await chain(hops)).toEqual({ answer: { hops: 2, hosts: ['s', 'b', 'd'] } });
  });

  it('ends at its window, and does not count what was only asked about', async () => {
    const hops: Hop[] = [
      ['s', 'a', 90],
      ['a', 'd', 30],
    ];
    expect(await chain(hops, { within: 60 })).toEqual(NONE);
    expect(await chain(hops, { within: 120 })).toMatchObject({ answer: { hops: 2 } });
    expect(
      await chain([
        ['s', 'a', 20, true],
        ['a', 'd', 10],
      ]),
    ).toEqual(NONE);
  });

  it('knows a host by every spelling, and by the addresses that the inventory lists', async () => {
    const listed = (type: 'host', value: string, address: string) => ({
      type,
      value,
      addresses: [address],
      origin: 'file' as const,
    });
    const who = identitiesOf([listed('host', 'a', '10.0.0.1'), listed('host', 'd', '10.0.0.4')]);
    const hops: Hop[] = [
      ['S', 'A', 30],
      [{ source: { ip: '10.0.0.1' }, destination: { ip: '10.0.0.4' } }, '', 20],
    ];
    expect(await chain(hops, { who })).toMatchObject({ answer: { hops: 2 } });
    expect(await chain(hops)).toEqual(NONE);
  });

  it('has no hop of a source that nobody granted anything: whoever may write there could lead it anywhere', async () => {
    const hops: Hop[] = [
      ['s', 'a', 30],
      ['a', 'd', 20],
    ];
    expect(await ask(logOf(hops, claimed))).toEqual(NONE);
    expect(await ask(logOf(hops))).toMatchObject({ answer: { hops: 2 } });
  });

  it('does not run in circles, and ends after some hops', async () => {
    expect(
      await chain([
        ['s', 'a', 3],
        ['a', 's', 2],
        ['a', 'a', 1],
      ]),
    ).toEqual(NONE);
    const names = ['s', ...Array.from({ length: MOST_HOPS }, (_, index) => `h${index}`), 'd'];
    const row = names.slice(1).map((to, index): Hop => [names[index] ?? '', to, 100 - index]);
    expect(await chain(row)).toEqual(NONE);
    expect(await chain([...row, [`h${MOST_HOPS - 2}`, 'd', 1]])).toMatchObject({ answer: { hops: MOST_HOPS } });
  });

  it('is unknown where not everything could be read, but for one that is found all the same', async () => {
    const few: Pick<EvidenceLog, 'glance'> = {
      glance: async ({ limit }) => {
        expect(limit).toBe(MOST_RECORDS);
        return { found: [], isWhole: false };
      },
    };
    expect(await ask(few)).toEqual({ missing: 'more records at hop 1 than can be read' });
    const whole = logOf([
      ['s', 'a', 30],
      ['a', 'd', 20],
    ]);
    const partAt = (hop: string): Pick<EvidenceLog, 'glance'> => ({
      glance: async (query) => ({
        ...(await whole.glance(query)),
        isWhole: !(query.where['hop.from'] as readonly string[]).includes(`host:${hop}`),
      }),
    });
    expect(await ask(partAt('a'))).toMatchObject({ answer: { hops: 2 } });
    expect(await ask(partAt('s'))).toEqual({ missing: 'more records at hop 1 than can be read' });
    const wide = Array.from({ length: 300 }, (_, index): Hop => ['s', `w${index}`, 5]);
    expect(await chain(wide)).toEqual({ missing: 'more than 256 hosts at hop 2' });
  });
});
