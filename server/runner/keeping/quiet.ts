import type { Clock, EvidenceFamily, EvidenceLog } from '../ports';
import { SEARCH_LAG_MS } from './search_lag';

/**
 * Whether there is anything to look for: while this agent is alone, new records are its own. Loops that look for those
 * of others then look once in a while, and right after something was written here as often as ever.
 */
export class Quiet {
  /** The evidence, as this agent writes it. */
  readonly evidence: EvidenceLog;
  private readonly writtenAt = new Map<EvidenceFamily, number>();

  constructor(
    private readonly ports: {
      readonly evidence: EvidenceLog;
      readonly clock: Pick<Clock, 'monotonic'>;
      /** True once nobody but this process writes into the state. */
      readonly isAlone: () => boolean;
    },
  ) {
    const { evidence } = ports;
    this.evidence = {
      append: (entries) => {
        this.note(entries);
        // A record may land at any moment until it is answered.
        return evidence.append(entries).finally(() => this.note(entries));
      },
      find: (query) => evidence.find(query),
      get: (family, id) => evidence.get(family, id),
      kept: (family, ids) => evidence.kept(family, ids),
      tally: (query) => evidence.tally(query),
      glance: (query) => evidence.glance(query),
      names: (query) => evidence.names(query),
      scan: (query, isKnown) => evidence.scan(query, isKnown),
    };
  }

  get isAlone(): boolean {
    return this.ports.isAlone();
  }

  /** True while nobody else writes records, and of these families nothing was written here lately. */
  isQuiet(...families: readonly EvidenceFamily[]): boolean {
    const since = this.ports.clock.monotonic() - SEARCH_LAG_MS;
    return this.isAlone && families.every((family) => (this.writtenAt.get(family) ?? -Infinity) < since);
  }

  private note(entries: Parameters<EvidenceLog['append']>[0]): void {
    const now = this.ports.clock.monotonic();
    for (const { family } of entries) this.writtenAt.set(family, now);
  }
}
