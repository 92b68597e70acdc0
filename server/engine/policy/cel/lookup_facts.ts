import type {
  HostIntegrity,
  LateralChain,
  LookupAnswer,
  LookupName,
  SearchAnswerName,
  SearchFound,
} from '../../../../common/flow/lookup';

/* What conditions see of look-ups. Here alone something may have no value: then what reads it cannot be judged. */

/** Thrown where a condition reads a look-up that has no answer. */
export class LookupMissing extends Error {
  constructor(name: string, why: string) {
    super(`look-up \`${name}\` has no answer: ${why}`);
    this.name = 'LookupMissing';
  }
}

export class LateralChainFacts {
  hops: number;
  hosts: readonly string[];
  constructor({ hops, hosts }: LateralChain) {
    this.hops = hops;
    this.hosts = hosts;
  }
}

export class HostIntegrityFacts {
  state: string;
  constructor({ state }: HostIntegrity) {
    this.state = state;
  }
}

/** A declared look-up; a search is one of several, by its own name. */
export interface LookupNamed {
  readonly lookup: LookupName;
  readonly search?: string;
}

/** The one figure that its search was declared to answer with; review refuses to read another. */
export class SearchFacts {
  constructor(
    private readonly name: string,
    private readonly found: SearchFound,
  ) {}

  get count(): number {
    return 'count' in this.found ? this.found.count : this.other('count');
  }
  get exists(): boolean {
    return 'exists' in this.found ? this.found.exists : this.other('exists');
  }
  get distinct(): number {
    return 'distinct' in this.found ? this.found.distinct : this.other('distinct');
  }
  private other(figure: SearchAnswerName): never {
    throw new LookupMissing(this.name, `it was not asked for \`${figure}\``);
  }
}

/** Asks when it is read: what no clause reads is not asked. */
export class LookupsView {
  /**
   * @param answerOf throws `LookupMissing`
   * @param searches names of the declared searches
   */
  constructor(
    private readonly answerOf: (named: LookupNamed) => LookupAnswer,
    private readonly searches: Iterable<string>,
  ) {}

  get lateral_chain(): LateralChainFacts {
    return new LateralChainFacts(this.answerOf({ lookup: 'lateral_chain' }) as LateralChain);
  }

  get host_integrity(): HostIntegrityFacts {
    return new HostIntegrityFacts(this.answerOf({ lookup: 'host_integrity' }) as HostIntegrity);
  }

  get search(): Readonly<Record<string, SearchFacts>> {
    const found: Record<string, SearchFacts> = {};
    for (const search of this.searches)
      Object.defineProperty(found, search, {
        enumerable: true,
        get: () => new SearchFacts(search, this.answerOf({ lookup: 'search', search }) as SearchFound),
      });
    return found;
  }
}
