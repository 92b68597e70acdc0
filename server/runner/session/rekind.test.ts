import { chanceOf, drive, quietLog, storePort } from '../../../test/builders/store_port';
import { FakeStore } from '../../../test/fakes/fake_store';
import { Scheduler } from '../../../test/fakes/scheduler';
import type { Gate } from '../keeping/kinds/gate';
import { STATE_SCHEMA, type StateDoc, type StateKind } from '../ports';
import { kindById, rekind } from './rekind';

const OLD: ReadonlyArray<readonly [id: string, was: string, becomes: string]> = [
  ['draft:block-known-ioc', 'draft', 'policy_draft'],
  ['guard_draft:calendar', 'draft', 'guard_draft'],
  ['candidate:1', 'draft', 'candidate'],
  ['backtest:d', 'draft', 'backtest'],
  ['backtest_run:d', 'draft', 'backtest_run'],
  ['backtest_override:d', 'draft', 'backtest_override'],
  ['rollout:block-known-ioc', 'draft', 'rollout_stop'],
  ['cursor:policy-repository', 'cursor', 'policy_home'],
  ['cursor:alerting', 'cursor', 'cursor'],
  ['cursor:index:falco', 'cursor', 'cursor'],
  ['bundle:1', 'bundle', 'bundle'],
  ['bundle:keyring:1', 'bundle', 'keyring'],
  ['bundle:freshness', 'bundle', 'freshness'],
  ['source:channel', 'source', 'channel'],
  ['source:subscription:monitor:m', 'source', 'subscription'],
  ['source:mapping:monitor:m', 'source', 'mapping'],
  ['of-nobody', 'draft', 'draft'],
];

const docs = OLD.map(([id, was]): StateDoc => ({
  id,
  kind: was as StateKind,
  write_id: `write of ${id}`,
  session: 'dead',
  owner: 'dead',
  ordinal: 7,
  facets: { state: 'x', at: '2026-11-22T10:00:00.000Z' },
  content: { of: id },
  outbox: [{ family: 'audit', id: `audit of ${id}`, at: '2026-11-22T10:00:00.000Z', body: {} }],
  version: { seqNo: 0, primaryTerm: 1 },
}));

describe('the kinds of schema 1', () => {
  const setUp = () => {
    const scheduler = new Scheduler();
    const fake = new FakeStore();
    fake.load(docs);
    const port = storePort(fake, scheduler);
    let gate: Gate = { generation: 'g', epoch: 1, stops: [], sessions: {}, bundle_floor: 0 };
    const run = (): Promise<void> =>
      drive(
        scheduler,
        rekind(
          { store: port.store, chance: chanceOf(), log: quietLog() },
          gate,
          async (change) => (gate = change(gate)),
        ),
      );
    const kinds = (): readonly string[] => OLD.map(([id]) => String(fake.get(id)?.kind));
    return { fake, port, run, kinds, gate: () => gate };
  };

  it.each(OLD)('%s of the kind %s becomes %s', (id, was, becomes) => {
    expect(kindById(id) ?? was).toBe(becomes);
  });

  it('change nothing else of a document: whoever wrote it, and the records that wait in it, stay', async () => {
    const { fake, run, kinds, gate } = setUp();
    await run();
    expect(kinds()).toEqual(OLD.map(([, , becomes]) => becomes));
    for (const { write_id: _id, version: _version, kind: _kind, ...rest } of docs)
      expect(fake.get(rest.id)).toMatchObject(rest);
    expect(gate().state_schema).toBe(STATE_SCHEMA);
  });

  it('are changed once: what is up to date is not written again', async () => {
    const { port, run } = setUp();
    await run();
    const writes = port.bulks.length;
    await run();
    expect(port.bulks).toHaveLength(writes);
  });

  it('go on where an answer was lost or a write was late, and are noted only when all is done', async () => {
    const { port, run, kinds, gate } = setUp();
    for (const fate of ['refused', 'lost'] as const) {
      port.bulkFates.push(fate);
      await expect(run()).rejects.toThrow('no answer');
      expect(gate().state_schema).toBeUndefined();
    }
    await run();
    expect([kinds(), gate().state_schema]).toEqual([OLD.map(([, , becomes]) => becomes), STATE_SCHEMA]);
  });
});
