import type { Ledger } from '../../server/engine/brakes/ledger';
import { GATE_ID, type Gate } from '../../server/runner/keeping/kinds/gate';
import type { StateDoc, StateStore, StateWrite, WriteOutcome } from '../../server/runner/ports';
import type { FakeStore } from '../fakes/fake_store';
import type { Dice } from '../fakes/scheduler';
import type { Box, Network, Weather } from './network';
import type { CaseContent } from '../../server/runner/keeping/kinds/case';
import type { Drift } from '../../server/engine/execution/drift_mark';
import type { Effect } from '../../server/engine/execution/effect';
import type { Planted } from './planted_bugs';
import type { Tally } from './tally';

interface StorePortOptions {
  readonly store: FakeStore;
  readonly network: Network;
  readonly dice: Dice;
  readonly weather: () => Weather;
  readonly planted: Planted;
  readonly tally: Tally;
  /** For a planted bug: the gate as all agents had joined. */
  readonly firstGate: () => StateDoc | undefined;
  readonly identity: () => string;
  /** The node's clock, UTC ms. */
  readonly nodeTime: () => number;
}

/** One write of a bulk, as the store carries it out in this weather. */
const writeOne = ({ store, dice, weather, planted, tally }: StorePortOptions, write: StateWrite): WriteOutcome => {
  const { kind } = write.body;
  if (dice.chance(weather().itemFails) && kind !== 'session' && kind !== 'gate') {
    tally.note('item_failed');
    return { kind: 'failed', message: 'simulated' };
  }
  if (planted.forgetsCases && kind === 'case') return { kind: 'written', version: { seqNo: 0, primaryTerm: 1 } };
  const unguarded = planted.ledgersUnguarded && kind === 'ledger';
  return store.write(
    unguarded
      ? { ...write, expect: store.get(write.id)?.version ?? 'absent' }
      : spoilt(write, planted, store.get(write.id)),
  );
};

/** The gate with the last order that is over, where nothing has been stopped since. */
const stoppedAgain = (gate: Gate, stored: Gate | undefined): Gate => {
  const last = gate.past_stops?.[gate.past_stops.length - 1];
  return last === undefined || stored === undefined || [...gate.stops, ...stored.stops].length > 0
    ? gate
    : { ...gate, stops: [{ ...last, why: 'planted', epoch: gate.epoch }] };
};

const LONGER_MS = 120_000;

/** What a planted bug makes of how often something was removed, and until when it is applied again. */
const spoiltDrift = <Mark extends Pick<Drift, 'times' | 'until'>>(mark: Mark, planted: Planted): Mark => ({
  ...mark,
  ...(planted.driftUncounted === true ? { times: 1 } : {}),
  ...(planted.driftLonger === true && mark.until !== null
    ? { until: new Date(Date.parse(mark.until) + LONGER_MS).toISOString() }
    : {}),
});

/** The same in a document; what was spoilt before is not spoilt again. */
const withSpoiltDrift = (body: StateWrite['body'], planted: Planted, stored: StateDoc | undefined): unknown => {
  if (body.kind === 'effect') {
    const effect = body.content as Effect;
    const isKnown = (stored?.content as Effect | undefined)?.drift !== undefined;
    return effect.drift === undefined || (isKnown && planted.driftUncounted !== true)
      ? effect
      : { ...effect, drift: spoiltDrift(effect.drift, planted) };
  }
  const content = body.content as CaseContent;
  const acts = content.acts.map((act) =>
    act.reapply === undefined || (act.status !== 'held' && planted.driftUncounted !== true)
      ? act
      : { ...act, reapply: spoiltDrift(act.reapply, planted) },
  );
  return { ...content, acts };
};

/** What a store with a planted bug makes of a write. */
const spoilt = (write: StateWrite, planted: Planted, stored: StateDoc | undefined): StateWrite => {
  const { body } = write;
  const withContent = (content: unknown): StateWrite => ({ ...write, body: { ...body, content } });
  if (planted.stopsDropped && body.kind === 'gate') return withContent({ ...(body.content as Gate), stops: [] });
  if (planted.stopsComeBack && body.kind === 'gate')
    return withContent(stoppedAgain(body.content as Gate, stored?.content as Gate | undefined));
  const spoilsDrift = planted.driftUncounted === true || planted.driftLonger === true;
  if (spoilsDrift && (body.kind === 'effect' || body.kind === 'case'))
    return withContent(withSpoiltDrift(body, planted, stored));
  if (!planted.entriesStick || body.kind !== 'ledger') return write;
  const before = (stored?.content as Ledger | undefined)?.entries ?? [];
  const ledger = body.content as Ledger;
  const lost = before.filter(({ command_id }) => !ledger.entries.some((each) => each.command_id === command_id));
  return withContent({ ...ledger, entries: [...ledger.entries, ...lost] });
};

/** A heartbeat that somebody answers who is not the store: a planted bug. */
const liedBeat = (write: StateWrite): WriteOutcome => ({
  kind: 'written',
  version: write.expect === 'absent' ? { seqNo: 0, primaryTerm: 1 } : write.expect,
});

/** The state index as one process reaches it. */
export const storePortOf = (options: StorePortOptions, box: Box): StateStore => {
  const { store, network, planted } = options;
  const read = <Answer>(answer: () => Answer): Promise<Answer> => network.call(box, [], answer);
  const found = (ids: readonly string[]): ReadonlyMap<string, StateDoc> =>
    new Map(
      ids.flatMap((id) => {
        const doc = store.get(id);
        return doc ? [[id, doc] as const] : [];
      }),
    );
  const isLied = (id: string): boolean =>
    id === GATE_ID && (planted.gateStale === true || (planted.heartbeatLie === true && box.cut));
  const liedOr = (id: string): StateDoc | undefined => (isLied(id) ? options.firstGate() : undefined) ?? store.get(id);
  const bulkAnd = <Answer>(
    writes: readonly StateWrite[],
    answerOf: (outcomes: readonly WriteOutcome[]) => Answer,
  ): Promise<Answer> => {
    if (planted.heartbeatLie && box.cut && writes.every((write) => write.body.kind === 'session'))
      return network.wait(box, 2).then(() => answerOf(writes.map(liedBeat)));
    const outcomes: WriteOutcome[] = [];
    const steps = writes.map((write) => () => void outcomes.push(writeOne(options, write)));
    return network.call(box, steps, () => answerOf(outcomes));
  };
  return {
    get: (id) => (isLied(id) ? network.wait(box, 2).then(() => liedOr(id)) : read(() => store.get(id))),
    getMany: (ids) => read(() => found(ids)),
    bulk: (writes) => bulkAnd(writes, (outcomes) => outcomes),
    bulkThenGet: (writes, id) => bulkAnd(writes, (outcomes) => ({ outcomes, doc: liedOr(id) })),
    search: (query) => read(() => (planted.searchBlind ? [] : store.search(query))),
    count: (query) => read(() => store.count(query)),
    remove: (id, expect) => {
      let outcome: WriteOutcome = { kind: 'conflict' };
      const step = (): void => {
        outcome = store.remove(id, expect);
      };
      return network.call(box, [step], () => outcome);
    },
    removeMany: (docs) => {
      const outcomes: WriteOutcome[] = [];
      const steps = docs.map(
        ({ id, version }) =>
          () =>
            void outcomes.push(store.remove(id, version)),
      );
      return network.call(box, steps, () => outcomes);
    },
    identity: () => read(() => options.identity()),
    raiseSchema: (schema) => network.call(box, [() => store.raiseSchema(schema)], () => undefined),
    nodeTime: () => read(() => options.nodeTime()),
  };
};
