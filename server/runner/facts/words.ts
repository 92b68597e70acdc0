import { keyText, type EntityKey } from '../../../common/entity/entity';
import { namedKey } from '../../../common/entity/one_thing';
import type { Target, TargetHistory } from '../../../common/flow/decision';
import { iso } from '../../../common/iso';
import { actionNamed } from '../../../common/policy/actions';
import { err, ok, type Result } from '../../../common/result';
import { wordAt, type PersonsWord } from '../../engine/brakes/persons_word';
import { knownTarget } from '../../engine/brakes/judge_target';
import type { Identities } from '../../engine/entity/identity';
import type { CommitQueue } from '../keeping/commit_queue';
import { again } from '../keeping/in_background';
import { shortFacet } from '../keeping/kinds/facet';
import { isAbout, saidAgain, wordIds, type WordContent } from '../keeping/kinds/word';
import { contentOf, findAll } from '../keeping/state_docs';
import type { Clock, Facets, Log, StateStore } from '../ports';
import { refusal, type Refusal } from '../record/refusal';

/*
 * A person's word about a target holds: what they lifted or denied is not done again without a person for a while.
 * The word is written before the lift or the denial: a crash in between leaves "asks first", never "acts again".
 */

/** The claim itself reads each word that is about its target; this is for facts, and for the list. */
const FOLLOW_MS = 10_000;
/** For what has no ttl of its own. */
export const DEFAULT_ASK_MS = 3_600_000;
/** Words of so many targets are remembered here; the claim reads each word in the state, however many there are. */
const MOST_WORDS = 10_000;
const DAY_MS = 86_400_000;

/** What the target of an effect is called: as it is filed, and by its key where that is another text. */
const namesOfEffect = ({ action, target }: Facets): readonly string[] => {
  const type = action === undefined ? undefined : actionNamed(action)?.target;
  const key = type === undefined || target === undefined ? undefined : namedKey({ type, value: target });
  return [...(target === undefined ? [] : [target]), ...(key === undefined ? [] : [shortFacet(keyText(key))])];
};

/** What a person says. */
export interface Saying {
  readonly target: Target;
  readonly verb: PersonsWord['verb'];
  readonly by: string;
  readonly reason: string;
  /** For how long the target asks first, ms. */
  readonly askForMs: number;
}

/** How often people decided otherwise about a target. */
export interface WordFacts {
  readonly lifted_24h: number;
  readonly overridden_30d: number;
}

/** Every word, as of a few seconds ago; what this agent wrote is known at once. */
export class WordBook {
  private readonly words = new Map<string, WordContent>();
  /** Texts of the targets of effects in place. */
  private contained: ReadonlySet<string> = new Set();

  note(id: string, word: WordContent): void {
    // A search is a second late, and tells of what was there before.
    if ((this.words.get(id)?.at ?? '') > word.at) return;
    this.words.set(id, word);
    if (this.words.size > MOST_WORDS) this.words.delete([...this.words.keys()][0] ?? '');
  }

  /** Reads all of them once, and what is contained. */
  async load(store: Pick<StateStore, 'search'>, now: number): Promise<void> {
    const contained = new Set<string>();
    for await (const { facets } of findAll(store, { kinds: ['effect'], notStates: ['absent'], bare: true }))
      for (const text of namesOfEffect(facets)) contained.add(text);
    this.contained = contained;
    for await (const doc of findAll(store, { kinds: ['word'] })) {
      const word = contentOf('word', doc);
      if (word) this.note(doc.id, word);
    }
    const over = now - 30 * DAY_MS;
    for (const [id, { at, until }] of this.words)
      if (Date.parse(at) < over && Date.parse(until) < now) this.words.delete(id);
  }

  follow(ports: { readonly store: StateStore; readonly clock: Clock; readonly log: Log }, until: () => boolean) {
    const how = { failed: "people's words could not be read", everyMs: FOLLOW_MS, until };
    return again(ports, how, () => this.load(ports.store, ports.clock.utc()));
  }

  /** Words about a target with these names, each once. */
  about(names: readonly EntityKey[]): readonly WordContent[] {
    const found = new Map<string, WordContent>();
    for (const word of this.words.values())
      if (isAbout(word, names)) found.set(`${word.at} ${word.names.join(' ')}`, word);
    return [...found.values()];
  }

  /** What holds at a moment (UTC, ms), each once, the one that ends first in front. */
  holding(now: number): readonly WordContent[] {
    const found = new Map<string, WordContent>();
    for (const word of this.words.values())
      if (Date.parse(word.until) > now) found.set(`${word.at} ${word.names.join(' ')}`, word);
    return [...found.values()].sort((one, other) => (one.until < other.until ? -1 : 1));
  }

  /** What conditions may ask of a target; `now` in UTC, ms. */
  aboutTarget(names: readonly EntityKey[], { value }: Target, now: number): TargetHistory {
    const isContained = [value, ...names.map(keyText)].some((text) => this.contained.has(shortFacet(text)));
    return { ...this.factsOf(names, now), contained_now: isContained };
  }

  /** @param now UTC, ms */
  factsOf(names: readonly EntityKey[], now: number): WordFacts {
    const said = new Set(this.about(names).flatMap((word) => word.said.map(({ verb, at }) => `${verb} ${at}`)));
    const within = (verbs: readonly string[], ms: number): number =>
      [...said].filter((each) => {
        const [verb = '', at = ''] = each.split(' ');
        return verbs.includes(verb) && Date.parse(at) > now - ms;
      }).length;
    return { lifted_24h: within(['lift'], DAY_MS), overridden_30d: within(['lift', 'deny'], 30 * DAY_MS) };
  }
}

interface Writing {
  readonly commits: Pick<CommitQueue, 'settle' | 'forget'>;
  readonly inventory: Identities;
  readonly words: WordBook;
  readonly clock: Pick<Clock, 'utc'>;
}

/** Writes a person's word; durable when it returns. */
export const say = async (
  { commits, inventory, words, clock }: Writing,
  { target, verb, by, reason, askForMs }: Saying,
): Promise<Result<WordContent, Refusal>> => {
  const { names } = knownTarget(target, inventory);
  if (names.length === 0) return err(refusal('invalid', `\`${target.value}\` names nothing`));
  const now = clock.utc();
  const word = { target, names, verb, by, reason, at: iso(now), until: iso(now + askForMs) };
  const ids = wordIds(names);
  const written = await commits.settle<ReadonlyArray<readonly [string, WordContent]>>({
    reads: ids,
    build: (view) => {
      const contents = ids.map((id) => [id, saidAgain(contentOf('word', view.get(id)), word)] as const);
      const facets = { state: 'said', at: word.at, due: word.until, target: shortFacet(target.value) };
      return { docs: contents.map(([id, content]) => ({ id, kind: 'word', facets, content })), answer: contents };
    },
  });
  for (const [id, content] of written) words.note(id, content);
  const last = written[0]?.[1];
  return last === undefined ? err(refusal('unavailable', 'it was not written')) : ok(last);
};

/** The word about a target that holds at a moment, among those that were read and those that are known here. */
export const wordAbout = (
  names: readonly EntityKey[],
  { read, book, now }: { readonly read: readonly WordContent[]; readonly book: WordBook; readonly now: number },
): WordContent | undefined => wordAt([...read, ...book.about(names)], now);
