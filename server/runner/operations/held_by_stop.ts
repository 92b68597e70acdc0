import type { Act } from '../../../common/flow/decision';
import { speakerOf } from '../../../common/flow/intake';
import { covers } from '../../../common/flow/stop_scope';
import { iso } from '../../../common/iso';
import { err, ok, type Result } from '../../../common/result';
import type { Agent } from '../agent/agent';
import type { AgentWith, ShiftWith } from '../agent/views';
import { heldBySwitch, isAskedAgain } from '../executing/asked_again';
import { changeCase } from '../executing/change_document';
import type { CaseContent } from '../keeping/kinds/case';
import { findAll, readMany } from '../keeping/state_docs';
import { audit } from '../record/audit';
import { NOT_JOINED, type Refusal } from '../record/refusal';

/*
 * Acts that wait for no other cause than an order to stop: how many they are, and that they are decided again. Whoever
 * asks marks the cases; the agents that look after them decide (`executing/asked_again.ts`). So it goes on though this
 * host stops in the middle, and asking twice does nothing twice.
 */

const READ_AT_ONCE = 100;
/** So many cases that wait are read for one answer; what is beyond is not known. */
const MOST_READ = { toCount: 2_000, toMark: 10_000 };
/** So many cases are marked by one order. Whoever asks again goes on behind them. */
const MOST_MARKED = 1_000;

const WAITING = { kinds: ['case'], states: ['waiting'], requested: false, bare: true } as const;

/** An act that waits, and whose event it comes of. */
interface Held {
  readonly act: Act;
  readonly source: string;
}

interface Found {
  readonly cases: readonly string[];
  readonly acts: readonly Held[];
  /** False: there may be more. */
  readonly isWhole: boolean;
}

type Looking = AgentWith<'clock' | 'connectors' | 'store'>;

/** The connector of an act: the one that its policy names, else the only one that can. */
const connectorOf = ({ parts: { connectors } }: Looking, { action, connector }: Act): string | null => {
  if (connector !== null) return connector;
  const able = [...connectors.values()].filter(({ capabilities }) => capabilities.actions.includes(action));
  return able.length === 1 && able[0] ? able[0].name : null;
};

/** An act as orders to stop look at it. */
const asStopped = (agent: Looking, { act, source }: Held) => ({
  source,
  action: act.action,
  connector: connectorOf(agent, act),
  policy: act.policy.id,
});

/** Looks through what waits until enough is found. */
const lookFor = async (
  agent: Looking,
  isFree: (held: Held) => boolean,
  { mostRead, mostFound = mostRead }: { readonly mostRead: number; readonly mostFound?: number },
): Promise<Found> => {
  const { store, clock } = agent.parts;
  const cases: string[] = [];
  const acts: Held[] = [];
  const look = async (ids: readonly string[]): Promise<void> => {
    for (const [id, content] of await readMany(store, 'case', ids)) {
      const source = speakerOf(content.received.intake);
      const held = heldBySwitch(content).map((act) => ({ act, source }));
      const found = isAskedAgain(content, clock.utc()) ? [] : held.filter(isFree);
      if (found.length > 0) cases.push(id);
      acts.push(...found);
    }
  };
  let read = 0;
  let some: string[] = [];
  for await (const { id } of findAll(store, WAITING)) {
    if (read >= mostRead || cases.length >= mostFound) return { cases, acts, isWhole: false };
    some.push(id);
    if (some.length < READ_AT_ONCE) continue;
    await look(some);
    read += some.length;
    some = [];
  }
  await look(some);
  return { cases, acts, isWhole: true };
};

interface HeldCount {
  readonly acts: number;
  /** There may be more: only so many cases that wait were read. */
  readonly at_least?: true;
}

/**
 * How many acts wait only because of an order to stop and would not any more, were this scope released.
 *
 * @param scope `all`, `action:<name>`, `connector:<name>` or `policy:<id>`
 */
export const countHeld = async (agent: Looking & Pick<Agent, 'shift'>, scope: string): Promise<HeldCount> => {
  const others = (agent.shift?.session.stops ?? []).filter((stop) => stop.scope !== scope);
  const isFree = (held: Held): boolean => {
    const known = asStopped(agent, held);
    return covers(scope, known) && !others.some((stop) => covers(stop.scope, known));
  };
  const { acts, isWhole } = await lookFor(agent, isFree, { mostRead: MOST_READ.toCount });
  return { acts: acts.length, ...(isWhole ? {} : { at_least: true }) };
};

/** Acts that wait for no other cause than an order to stop, by what became of the orders that held them. */
export interface HeldActs {
  /** By the scope of each order in force; an act that several of them cover counts for each. */
  readonly byScope: ReadonlyMap<string, number>;
  /** No order covers them any more: they wait until somebody has them decided again. */
  readonly released: number;
  /** False: there may be more, for only so many cases that wait were read. */
  readonly isWhole: boolean;
}

/**
 * How many acts wait only because of an order to stop.
 *
 * @param scopes of the orders in force
 * @throws StoreUnavailable
 */
export const heldActs = async (agent: Looking, scopes: readonly string[]): Promise<HeldActs> => {
  const { acts, isWhole } = await lookFor(agent, () => true, { mostRead: MOST_READ.toCount });
  const known = acts.map((act) => asStopped(agent, act));
  return {
    byScope: new Map(scopes.map((scope) => [scope, known.filter((act) => covers(scope, act)).length])),
    released: known.filter((act) => !scopes.some((scope) => covers(scope, act))).length,
    isWhole,
  };
};

interface DecideAgainOrder {
  readonly scope: string;
  readonly by: string;
  readonly reason: string;
}

interface AskedAgain {
  readonly cases: number;
  readonly acts: number;
  /** There may be more: ask again. */
  readonly more: boolean;
}

type Asking = Looking &
  AgentWith<'chance' | 'evidence'> & {
    readonly shift: (Pick<NonNullable<Agent['shift']>, 'session' | 'cases'> & ShiftWith<'commits'>) | undefined;
  };

/** Marks one case, if something of it still waits only because of the switch. */
const mark = async (
  shift: NonNullable<Asking['shift']>,
  clock: Looking['parts']['clock'],
  { id, by }: { readonly id: string; readonly by: string },
): Promise<boolean> => {
  const { commits } = shift.parts;
  commits.forget(id);
  const again = { by, at: iso(clock.utc()) };
  const isWanted = (content: CaseContent): boolean =>
    heldBySwitch(content).length > 0 && !isAskedAgain(content, clock.utc());
  const marked = await changeCase({ commits, clock }, id, (content) =>
    isWanted(content) ? { acts: content.acts, again } : undefined,
  );
  if (marked) shift.cases.nudge(id);
  return marked !== undefined;
};

/**
 * Has what only an order to stop held decided again, where it is released by now: by the policies in force and all
 * brakes. Nothing is approved by it, and what the policies leave to a person goes on waiting.
 */
export const decideHeldAgain = async (
  agent: Asking,
  { scope, by, reason }: DecideAgainOrder,
): Promise<Result<AskedAgain, Refusal>> => {
  const { shift, parts } = agent;
  if (!shift) return err(NOT_JOINED);
  const isFree = (held: Held): boolean => {
    const known = asStopped(agent, held);
    return covers(scope, known) && !shift.session.stops.some((stop) => covers(stop.scope, known));
  };
  const entry = { verb: 'decide_again', by, object: { type: 'gate', id: scope }, scope, text: reason };
  await audit(agent, { ...entry, outcome: 'asked' });
  const found = await lookFor(agent, isFree, { mostRead: MOST_READ.toMark, mostFound: MOST_MARKED });
  let cases = 0;
  for (let first = 0; first < found.cases.length; first += READ_AT_ONCE) {
    const some = found.cases.slice(first, first + READ_AT_ONCE);
    const marked = await Promise.all(some.map((id) => mark(shift, parts.clock, { id, by })));
    cases += marked.filter(Boolean).length;
  }
  await audit(agent, { ...entry, outcome: `${cases} cases are decided again` });
  return ok({ cases, acts: found.acts.length, more: !found.isWhole });
};
