import { whyOf } from '../../../common/why';
import { ChainBook, type Place } from '../../engine/audit/chain_book';
import type { AppendTried, AuditReader, AuditStamp, Clock, EvidenceChain, Log, StoredRecord } from '../ports';

interface ChainPorts {
  readonly clock: Pick<Clock, 'monotonic'>;
  /** 16 bytes of chance, base64. */
  readonly salt: () => string;
  readonly log: Pick<Log, 'error'>;
}

/** For so long a record may be tried again before somebody looks whether it is there, ms. */
const PATIENCE_MS = 60_000;
/** Places looked at in one request. */
const AT_ONCE = 500;

/** The chain of this process: every record that it appends gets the next place. */
export class AgentChain implements EvidenceChain {
  private book: ChainBook;
  private isTold = false;

  constructor(
    private readonly ports: ChainPorts,
    chain: string,
    before?: string,
  ) {
    this.book = new ChainBook(chain, before);
  }

  get id(): string {
    return this.book.chain;
  }

  /** Records that got a place. */
  get size(): number {
    return this.book.size;
  }

  /** Records that no checkpoint covers yet. */
  get waiting(): number {
    return this.book.waiting;
  }

  readonly stamp = (record: StoredRecord): AuditStamp | undefined => {
    try {
      return this.book.stamp(record, this.ports.salt);
    } catch (cause) {
      // A record without a place is better than none; verifying names it.
      if (!this.isTold)
        this.ports.log.error('a record could not be given its place in the chain', { why: whyOf(cause) });
      this.isTold = true;
      return undefined;
    }
  };

  readonly tried = (stamp: AuditStamp, how: AppendTried): void =>
    this.book.tried(stamp, how, this.ports.clock.monotonic());

  /**
   * Looks which records are there whose appending met another or was not answered.
   *
   * @param patienceMs for which an unanswered one may still be tried again
   * @throws StoreUnavailable
   */
  async settle(reader: Pick<AuditReader, 'stampsOf'>, patienceMs = PATIENCE_MS): Promise<void> {
    const doubtful = this.book.doubtful(this.ports.clock.monotonic(), patienceMs);
    for (let first = 0; first < doubtful.length; first += AT_ONCE) {
      const places = doubtful.slice(first, first + AT_ONCE);
      const found = await reader.stampsOf(places.map(({ family, id, at }) => ({ family: familyOf(family), id, at })));
      places.forEach((place, index) => {
        const kept = found[index];
        if (kept?.there !== true) return this.book.found(place, undefined);
        this.book.found(place, kept.audit === undefined ? null : { ...kept.audit, fieldless: kept.fieldless });
      });
    }
  }

  /** Places that a checkpoint may cover now, in order. */
  settled(): readonly Place[] {
    return this.book.settled();
  }

  forget(taken: readonly Place[]): void {
    this.book.forget(taken);
  }
}

const familyOf = (family: string): StoredRecord['family'] => family as StoredRecord['family'];
