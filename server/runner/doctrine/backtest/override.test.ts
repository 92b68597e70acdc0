import { aKeyPair } from '../../../../test/builders/policies';
import { releaseHosts, type ReleaseHosts } from '../../../../test/builders/release_hosts';
import type { StateWrite } from '../../ports';
import { overrideGate } from './gate';
import { keptOverride } from './kept';

const key = aKeyPair();
const DOC = 'backtest_override:d';
const candidate = { id: 'c', digest: 'd', author: 'ana', writers: [] };
const byUnknown = { ...candidate, unknown_writers: ['x <x@nowhere.example>'] };

let hosts: ReleaseHosts;
/** How much was on record when the override was written, and what the write carried for it. */
let writes: Array<{ readonly before: number; readonly carried: readonly unknown[] }>;

beforeEach(async () => {
  writes = [];
  const watch = (write: StateWrite | undefined): void => {
    if (write) writes.push({ before: hosts.audited().length, carried: write.body.outbox.map(({ body }) => body) });
  };
  hosts = await releaseHosts(
    [[key], []],
    { keys: [key.verification], threshold: 1 },
    {
      around: (_index, store) => ({
        ...store,
        bulk: (bulk) => {
          watch(bulk.find(({ id }) => id === DOC));
          return store.bulk(bulk);
        },
      }),
    },
  );
});

const agentAt = (index: number) => {
  const host = hosts.hosts[index];
  if (!host) throw new Error('no such host');
  return host.agent;
};
const override = (by: string, of: Parameters<typeof overrideGate>[1] = candidate, at = 0) =>
  overrideGate(agentAt(at), of, { by, singleUser: false, reason: `${by} knows`, digest: 'd' });
const kept = () => hosts.drive(keptOverride(agentAt(0), 'd'));

describe('the override of a backtest', () => {
  it('is put on record by the very write that keeps it', async () => {
    expect(await hosts.drive(override('ben'))).toMatchObject({ ok: true });
    const entry = { verb: 'override_backtest', by: 'ben', digest: 'd', four_eyes: true, text: 'ben knows' };
    expect(writes).toEqual([{ before: 0, carried: [expect.objectContaining(entry)] }]);
    expect(hosts.audited()).toMatchObject([entry]);
    expect(await kept()).toMatchObject({ by: 'ben', reason: 'ben knows' });
  });

  it('of what an unknown address wrote takes two people, also when both say it at the same moment', async () => {
    await hosts.drive(Promise.all([override('ben', byUnknown), override('dora', byUnknown, 1)]));
    const both = await kept();
    expect([both?.waits_for_second, both?.by.split(', ').sort()]).toEqual([undefined, ['ben', 'dora']]);
    const outcomes = hosts.audited().map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome !== undefined)).toEqual([expect.stringContaining('somebody else')]);
  });

  it('by the same person twice still waits for a second one', async () => {
    await hosts.drive(override('ben', byUnknown));
    await hosts.drive(override('BEN', byUnknown));
    expect(await kept()).toMatchObject({ by: 'BEN', waits_for_second: true });
  });

  it('that two people gave stays whole when a third says the same', async () => {
    for (const by of ['ben', 'dora', 'eve']) await hosts.drive(override(by, byUnknown));
    expect(await kept()).toMatchObject({ by: 'ben, dora' });
    expect((await kept())?.waits_for_second).toBeUndefined();
    expect(hosts.audited().map(({ by }) => by)).toEqual(['ben', 'dora', 'eve']);
  });

  it('is refused to who wrote it, and nothing says that it was given', async () => {
    expect(await hosts.drive(override('Ana'))).toMatchObject({ ok: false, error: { code: 'not_four_eyes' } });
    expect([await kept(), hosts.audited()]).toEqual([undefined, []]);
  });
});
