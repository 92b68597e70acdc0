import type { Protect } from '../../common/policy/policy';
import type { TargetType } from '../../common/flow/decision';
import type { DetectionEvent } from '../../common/flow/event';
import { knownTarget, protectedTarget } from '../../server/engine/brakes/judge_target';
import { ownTarget } from '../../server/engine/brakes/own_machine';
import { touchedPeople } from '../../server/engine/brakes/people_here';
import { aimedAt } from '../../server/engine/entity/seen_names';
import { resolveTarget } from '../../server/engine/decision/resolve_target';
import { bareIdentities } from '../../server/engine/entity/identity';
import { countedAs, entitiesOf, isFactOf } from '../../server/engine/entity/target_keys';
import { namedIn } from '../../server/engine/intake/document_fields';
import { isSought, soughtBy } from '../../server/engine/entity/sought';
import { ownIndex } from '../../server/engine/entity/own_index';
import type { Ledger } from '../../server/engine/brakes/ledger';
import { PeopleBook } from '../../server/runner/facts/people_here';
import type { InventoryItem } from '../../server/runner/ports';
import { settledBefore } from '../../server/runner/executing/earlier_acts';
import { planClaim } from '../../server/runner/executing/claim';
import { HistoryBook } from '../../server/runner/facts/history';
import { Inventory } from '../../server/runner/facts/inventory';
import { WordBook, wordAbout } from '../../server/runner/facts/words';
import type { Resolution } from '../../server/runner/keeping/kinds/case';
import { saidAgain, wordIds } from '../../server/runner/keeping/kinds/word';
import { mayBeSamePerson } from '../../server/runner/record/person';
import { deniedNow } from '../../server/runner/undoing/case_outcomes';
import { keysOfTarget } from '../builders/entities';
import { received } from '../builders/events';
import { aCase, aDecisionOf, aLimit, aRequest, aView, aWorld, NOW, theAct, utcIn } from '../builders/executing';
import { ACTION_ON, asSaid } from './as_said';

/** Somebody who takes a text for a thing. */
export interface User {
  readonly name: string;
  readonly of: readonly TargetType[];
  /** Takes both texts for one thing. */
  readonly takesForOne: (type: TargetType, one: string, other: string) => boolean;
  /** A text that may be the thing is taken for it. */
  readonly failsClosed?: true;
  /** Kinds of which it takes others for the same thing as well, which is safe: a person is asked too often. */
  readonly widens?: readonly TargetType[];
  /** Texts that it refuses: nothing comes of them, which is safe. */
  readonly refuses?: (type: TargetType, text: string) => boolean;
}

const ALL: readonly TargetType[] = ['ip', 'host', 'user', 'domain', 'file', 'process'];
const known = (type: TargetType, text: string) => knownTarget(asSaid(type, text), bareIdentities);

/** Two texts are one thing where both are something, and the same. */
const by = (thingOf: (type: TargetType, text: string) => string | undefined): User['takesForOne'] => {
  const found = new Map<string, string | undefined>();
  const ask = (type: TargetType, text: string): string | undefined => {
    const key = `${type} ${text}`;
    if (!found.has(key)) found.set(key, thingOf(type, text));
    return found.get(key);
  };
  return (type, one, other) => ask(type, one) !== undefined && ask(type, one) === ask(type, other);
};

const protecting = (type: TargetType, entry: string): Protect => {
  const list = { ip: 'ips', host: 'hosts', user: 'users', domain: 'domains', file: '', process: '' } as const;
  return { [list[type]]: [entry] };
};

const APPROVED: Resolution = { verb: 'approved', by: 'zoe', at: utcIn(0), reason: 'known', four_eyes: false };

/** Texts that no order may carry: no policy yields them, and the brakes let none pass. */
const isRefused = (type: TargetType, text: string): boolean =>
  resolveTarget(type, text, asSaid(type, text).host) === 'invalid';

/** What a claim writes about an act as it is decided, that a person approved, on a thing that nobody listed. */
const claimed = (type: TargetType, text: string) => {
  const action = ACTION_ON[type];
  const world = aWorld({
    connectors: [{ name: 'edge', actions: [action], settleMs: 3_000 }],
    rules: { limits: [aLimit('few', 9, { action })] },
  });
  const resolved = resolveTarget(type, text, asSaid(type, text).host);
  const target = typeof resolved === 'string' ? asSaid(type, text) : resolved;
  const act = theAct('a0', { action, target });
  const request = aRequest([act], { approval: { actId: 'a0', resolution: APPROVED } });
  const built = planClaim(() => world, request, false).build(aView([]));
  if (built === 'read_again' || built.answer.kind !== 'planned') throw new Error('it is not planned');
  return { acts: built.answer.content.acts, docs: built.docs };
};

const ledgerTarget = (type: TargetType, text: string): string | undefined => {
  const ledger = claimed(type, text).docs.find(({ kind }) => kind === 'ledger');
  return (ledger?.content as Ledger | undefined)?.entries[0]?.target;
};

/** An event that names a thing. */
const naming = (type: TargetType, text: string): Partial<DetectionEvent> => {
  switch (type) {
    case 'ip':
      return { source: { ip: text } };
    case 'host':
      return { source: {}, src_host: text };
    case 'user':
      return { source: {}, user: { name: text } };
    case 'domain':
      return { source: {}, destination: { domain: text } };
    case 'file':
      return { source: {}, src_host: 'ws-1', file: { path: text } };
    case 'process':
      return { source: {}, src_host: 'ws-1', process: { name: text } };
  }
};

/** What a history that heard of one thing says of an event that names another. */
const remembered = (type: TargetType, one: string, other: string) => {
  const book = new HistoryBook();
  const tell = (event_id: string, text: string) =>
    received({ event_id, rule: { id: 'r' }, ...naming(type, text) }, { intake: { type: 'webhook', id: event_id } });
  book.noteEvent(tell('earlier', one)).keep();
  return book.factsFor(tell('later', other), NOW);
};

const listing = (type: 'ip' | 'host' | 'user', value: string): InventoryItem => ({
  type,
  value,
  name: 'it',
  origin: 'file',
});

const isNamed = (type: TargetType): type is 'ip' | 'host' | 'user' => ['ip', 'host', 'user'].includes(type);

/** Everybody who asks what thing a text means. */
export const USERS: readonly User[] = [
  { name: 'the key of a target', of: ALL, takesForOne: by((type, text) => known(type, text).names[0]) },
  {
    name: 'a target of a policy',
    of: ALL,
    takesForOne: by((type, text) => {
      const found = resolveTarget(type, text, asSaid(type, text).host);
      return typeof found === 'string' ? found : keysOfTarget(found)[0];
    }),
    refuses: isRefused,
  },
  {
    name: 'a protection',
    of: ['ip', 'host', 'user', 'domain'],
    takesForOne: (type, one, other) =>
      protectedTarget(known(type, other), [{ name: 'P', protect: protecting(type, one) }]) !== undefined,
    failsClosed: true,
  },
  {
    name: 'the own machine',
    of: ['ip', 'host', 'domain'],
    takesForOne: (type, one, other) =>
      ownTarget(known(type, other), { ...ownIndex([{ text: one, from: 'here' }]), settled: () => true }) !== undefined,
  },
  {
    name: 'who is logged in',
    of: ['ip', 'user'],
    takesForOne: (type, one, other) => {
      const book = new PeopleBook({ monotonic: () => 0 });
      book.note(type === 'user' ? one : 'zoe', type === 'ip' ? one : undefined);
      return touchedPeople(known(type, other), book).length > 0;
    },
    failsClosed: true,
  },
  {
    name: 'four eyes',
    of: ['user'],
    takesForOne: (_type, one, other) => mayBeSamePerson(one, other),
    failsClosed: true,
  },
  {
    name: 'an act that was settled before',
    of: ALL,
    takesForOne: (type, one, other) => {
      const act = (text: string) => theAct('a0', { action: ACTION_ON[type], target: asSaid(type, text) });
      const decision = aDecisionOf([act(one)]);
      const previous = aCase([{ act_id: 'a0', status: 'present' }], { decision });
      return settledBefore(aRequest([act(other)], { previous }), act(other)) !== undefined;
    },
  },
  {
    name: 'what an approval rests on',
    of: ['ip', 'host', 'user', 'domain'],
    takesForOne: (type, one, other) => isFactOf({ type, value: one }, asSaid(type, other)),
  },
  {
    name: 'a document about a target',
    of: ['ip', 'host', 'user', 'domain'],
    takesForOne: (type, one, other) => {
      const named = namedIn(type === 'host' ? { host: { name: one } } : naming(type, one));
      return entitiesOf(asSaid(type, other)).some(({ key }) => named.has(key));
    },
  },
  {
    name: 'a count of what waits, and a backtest',
    of: ALL,
    takesForOne: by((type, text) => countedAs(asSaid(type, text))),
  },
  {
    name: 'a review that denies',
    of: ALL,
    takesForOne: (type, one, other) => {
      const act = (text: string) => theAct('a0', { action: ACTION_ON[type], target: asSaid(type, text) });
      const before = aCase([{ act_id: 'a0', status: 'present', effect_id: 'e0' }], {
        decision: aDecisionOf([act(one)]),
      });
      const review = aDecisionOf([{ ...act(other), result: 'deny' }]);
      return deniedNow(before, review).length > 0;
    },
  },
  {
    name: 'an effect',
    of: ALL,
    takesForOne: by((type, text) => claimed(type, text).acts[0]?.effect_id),
    refuses: isRefused,
  },
  { name: 'a limit', of: ALL, takesForOne: by(ledgerTarget), refuses: isRefused },
  {
    name: 'the inventory',
    of: ['ip', 'host', 'user'],
    takesForOne: (type, one, other) =>
      isNamed(type) && new Inventory('v', [listing(type, one)]).asset(type, other).name === 'it',
  },
  {
    name: 'the scope of a limit',
    of: ['host', 'user'],
    takesForOne: (type, one, other) =>
      isNamed(type) &&
      new Inventory('v', [listing(type, one)]).scopesOf(type === 'user' ? 'users' : 'hosts', asSaid(type, other)) !==
        undefined,
  },
  {
    name: 'counts of the history',
    of: ['ip', 'host', 'user'],
    takesForOne: (type, one, other) => {
      const { src, host, user } = remembered(type, one, other);
      return { ip: src, host, user }[isNamed(type) ? type : 'ip'].events_24h > 0;
    },
  },
  {
    name: 'sightings of the history',
    of: ALL,
    takesForOne: (type, one, other) =>
      aimedAt(remembered(type, one, other).entities ?? [], asSaid(type, other)).some(
        ({ sightings_ms }) => sightings_ms.length > 0,
      ),
  },
  {
    name: 'a search',
    of: ALL,
    takesForOne: (type, one, other) => isSought(soughtBy(one, bareIdentities))(asSaid(type, other)),
  },
  {
    name: 'a word of a person',
    of: ALL,
    // What is said of one file on a host holds for that host, and so for its other files.
    widens: ['file', 'process'],
    takesForOne: (type, one, other) => {
      const { names } = known(type, one);
      const said = { verb: 'lift', by: 'zoe', reason: 'known', at: utcIn(0), until: utcIn(60_000) } as const;
      const word = saidAgain(undefined, { ...said, target: asSaid(type, one), names });
      const book = new WordBook();
      for (const id of wordIds(names)) book.note(id, word);
      const asked = known(type, other).names;
      const isRead = wordIds(asked).some((id) => wordIds(names).includes(id));
      return isRead && wordAbout(asked, { read: [], book, now: NOW }) !== undefined;
    },
  },
];
