import type { HostIntegrity, LateralChain, LookupAnswer, LookupName } from '../../../../common/flow/lookup';

/* What conditions see of look-ups. Here alone something may have no value: then what reads it cannot be judged. */

/** Thrown where a condition reads a look-up that has no answer. */
export class LookupMissing extends Error {
  constructor(name: LookupName, why: string) {
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

/** Asks when it is read: what no clause reads is not asked. */
export class LookupsView {
  /** @param answerOf throws `LookupMissing` */
  constructor(private readonly answerOf: (name: LookupName) => LookupAnswer) {}

  get lateral_chain(): LateralChainFacts {
    return new LateralChainFacts(this.answerOf('lateral_chain') as LateralChain);
  }

  get host_integrity(): HostIntegrityFacts {
    return new HostIntegrityFacts(this.answerOf('host_integrity') as HostIntegrity);
  }
}
