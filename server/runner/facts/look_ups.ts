import type { Decision } from '../../../common/flow/decision';
import { ASKED_NAMES, type AskedName, type LookupQuery } from '../../../common/flow/lookup';
import { iso } from '../../../common/iso';
import { present } from '../../../common/present';
import { whyOf } from '../../../common/why';
import type { LookupSaid, Lookups } from '../../engine/decision/lookups';
import { digestOf } from '../../engine/digest/digest';
import type { Identities } from '../../engine/entity/identity';
import type { Clock, Connector, EvidenceLog } from '../ports';
import { earlierStep } from './earlier_step';
import { lateralChain } from './lateral_chain';
import { searchFor, type AllowedSearches } from './log_searches';

/*
 * Asks what policies declared, and what their ladders need. Nothing is asked for an event until a clause wants to read
 * it; what has no answer in time is missing, and never a value.
 */

/** A decision waits no longer for all its look-ups together, ms. */
export const LOOKUP_LIMIT_MS = 500;
/**
 * More are not under way at once at one place: a flood of events must not become a flood of searches, and a connector
 * that is slow must not keep others from being asked.
 */
export const MOST_AT_ONCE = 64;
/** What an answer makes a condition read for the first time is asked too, so often. */
const MOST_ROUNDS = 3;

/** So much of what others say is kept, characters. */
const MOST_SAID = 1_024;

/** Of a look-up that somebody still has to ask. */
const NOT_ASKED = 'it was not asked in time';

/** What became of look-ups of one name. `shared`: another event was just asking the same. */
export interface LookupCounts {
  readonly asked: number;
  readonly answered: number;
  readonly missing: number;
  readonly shared: number;
  /** Of all that were asked together. */
  readonly took_ms: number;
}

type Counting = { -readonly [Key in keyof LookupCounts]: LookupCounts[Key] };
type Came = Pick<LookupSaid, 'answer' | 'missing'>;

interface DeskPorts {
  readonly clock: Clock;
  readonly evidence: Pick<EvidenceLog, 'find' | 'glance'>;
  readonly inventory: Identities;
  readonly connectors: ReadonlyMap<string, Pick<Connector, 'hostStatus'>>;
  readonly searches?: AllowedSearches;
}

/** Where a question goes: each place has its own bound. */
const placeOf = (query: LookupQuery): string => {
  switch (query.lookup) {
    case 'lateral_chain':
    case 'earlier_step':
      return 'records';
    case 'host_integrity':
      return `connector ${query.connector}`;
    case 'search':
      return 'searches';
  }
};

const nothing = (): Counting => ({ asked: 0, answered: 0, missing: 0, shared: 0, took_ms: 0 });

/** Answers look-ups, each question once at a time. */
export class LookupDesk {
  private readonly ports: DeskPorts;
  /** By place, by digest of the question. */
  private readonly underWay = new Map<string, Map<string, Promise<LookupSaid>>>();
  private readonly counting: Readonly<Record<AskedName, Counting>> = {
    lateral_chain: nothing(),
    host_integrity: nothing(),
    search: nothing(),
    earlier_step: nothing(),
  };

  constructor(ports: DeskPorts) {
    this.ports = ports;
  }

  get clock(): Clock {
    return this.ports.clock;
  }

  /** Since the start. */
  get counts(): ReadonlyMap<AskedName, LookupCounts> {
    return new Map(ASKED_NAMES.map((name) => [name, { ...this.counting[name] }]));
  }

  /** Answers within the time, or says why not. Never throws. */
  ask(query: LookupQuery, limitMs: number): Promise<LookupSaid> {
    const digest = digestOf(query);
    const counts = this.counting[query.lookup];
    const there = this.underWayAt(placeOf(query));
    const same = there.get(digest);
    if (same) {
      counts.shared += 1;
      return same;
    }
    counts.asked += 1;
    if (there.size >= MOST_AT_ONCE) {
      counts.missing += 1;
      return Promise.resolve({ missing: `${MOST_AT_ONCE} look-ups are under way already` });
    }
    const said = this.timed(query, limitMs).finally(() => there.delete(digest));
    there.set(digest, said);
    return said;
  }

  /** Places are as many as signed policies name connectors. */
  private underWayAt(place: string): Map<string, Promise<LookupSaid>> {
    const there = this.underWay.get(place) ?? new Map<string, Promise<LookupSaid>>();
    this.underWay.set(place, there);
    return there;
  }

  private async timed(query: LookupQuery, limitMs: number): Promise<LookupSaid> {
    const { clock } = this.ports;
    const [started, asked_at] = [clock.monotonic(), iso(clock.utc())];
    const answered = new AbortController();
    const tooLate = new AbortController();
    const left = (): number => Math.max(1, limitMs - (clock.monotonic() - started));
    const answer = this.answerTo(query, { left, signal: tooLate.signal })
      .catch((cause: unknown): Came => ({ missing: whyOf(cause).slice(0, MOST_SAID) }))
      .finally(() => answered.abort());
    const limit = clock.sleep(limitMs, answered.signal).then((): Came | Promise<Came> => {
      if (answered.signal.aborted) return answer;
      tooLate.abort();
      return { missing: `no answer within ${Math.round(limitMs)} ms` };
    });
    const came = await Promise.race([answer, limit]);
    const took_ms = Math.round(clock.monotonic() - started);
    const counts = this.counting[query.lookup];
    counts.took_ms += took_ms;
    counts[came.answer === undefined ? 'missing' : 'answered'] += 1;
    return { ...came, asked_at, took_ms };
  }

  private async answerTo(
    query: LookupQuery,
    { left, signal }: { readonly left: () => number; readonly signal: AbortSignal },
  ): Promise<Came> {
    const { clock, evidence, inventory: who, searches } = this.ports;
    switch (query.lookup) {
      case 'lateral_chain':
        return lateralChain({ evidence, who }, query, { now: clock.utc(), leftMs: left });
      case 'host_integrity':
        return this.integrityOf(query, signal);
      case 'search':
        return searchFor({ searches, who }, query, { now: clock.utc(), leftMs: left });
      case 'earlier_step':
        return earlierStep({ evidence, who }, query, clock.utc());
    }
  }

  private async integrityOf(
    { connector: name, host }: Extract<LookupQuery, { lookup: 'host_integrity' }>,
    signal: AbortSignal,
  ): Promise<Came> {
    const connector = this.ports.connectors.get(name);
    if (connector === undefined) return { missing: `there is no connector \`${name}\` here` };
    if (connector.hostStatus === undefined) return { missing: `connector \`${name}\` says nothing of hosts` };
    const status = await connector.hostStatus(host, { signal });
    if (status.state === undefined) return { missing: status.why.slice(0, MOST_SAID) };
    return { answer: { state: status.state, ...present({ said: status.said?.slice(0, MOST_SAID) }) } };
  }
}

const unasked = (decision: Decision): readonly LookupQuery[] =>
  (decision.inputs.lookups ?? []).filter(({ missing }) => missing === NOT_ASKED).map(({ query }) => query);

const asking = async <Made extends Decision | undefined>(
  desk: LookupDesk,
  decide: (lookUp: NonNullable<Lookups['lookUp']>) => Made,
  first: readonly LookupQuery[],
): Promise<Made> => {
  const answers = new Map<string, LookupSaid>();
  const started = desk.clock.monotonic();
  const lookUp = (query: LookupQuery): LookupSaid => answers.get(digestOf(query)) ?? { missing: NOT_ASKED };
  let open = first;
  for (let round = 1; ; round += 1) {
    const left = LOOKUP_LIMIT_MS - (desk.clock.monotonic() - started);
    await Promise.all(open.map(async (query) => answers.set(digestOf(query), await desk.ask(query, left))));
    const decision = decide(lookUp);
    open = decision === undefined ? [] : unasked(decision);
    const isLate = desk.clock.monotonic() - started >= LOOKUP_LIMIT_MS;
    if (open.length === 0 || round === MOST_ROUNDS || isLate) return decision;
  }
};

/**
 * Decides, and where conditions read look-ups asks those and decides again. Whoever needs none gets the decision in the
 * same turn.
 *
 * @param decide pure but for ids and the clock; undefined where nobody can decide
 */
export const withLookUps = <Made extends Decision | undefined>(
  desk: LookupDesk | undefined,
  decide: (lookUp?: NonNullable<Lookups['lookUp']>) => Made,
): Made | Promise<Made> => {
  if (desk === undefined) return decide();
  const decision = decide(() => ({ missing: NOT_ASKED }));
  const open = decision === undefined ? [] : unasked(decision);
  return open.length === 0 ? decision : asking(desk, decide, open);
};
