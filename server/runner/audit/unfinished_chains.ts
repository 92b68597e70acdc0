import { recordHash } from '../../engine/audit/record_hash';
import type { Segment } from '../../engine/audit/statement';
import type { AuditReader, BegunChain, FoundRecord, KeptLeaf } from '../ports';

/* The end of a chain whose process died before its last records were covered: as they are found now. */

interface Tail {
  readonly segments: readonly Segment[];
  readonly leaves: readonly KeptLeaf[];
  /** There may be more. */
  readonly isCut: boolean;
}

/** Records taken at once into one checkpoint. */
const MOST_TAKEN = 20_000;

/** Whether a record is what its place says. */
export const isWhole = (record: FoundRecord): boolean => {
  const { audit, saysId } = record;
  if (audit === undefined || saysId !== undefined) return false;
  try {
    return recordHash({ ...record, ...audit }) === audit.hash;
  } catch {
    return false;
  }
};

/** Joins places that follow each other. */
const segmentsOf = (chain: string, places: readonly number[]): readonly Segment[] => {
  const segments: Array<{ chain: string; from: number; to: number }> = [];
  for (const seq of places) {
    const last = segments[segments.length - 1];
    if (last?.to === seq - 1) last.to = seq;
    else segments.push({ chain, from: seq, to: seq });
  }
  return segments;
};

/**
 * The records of a chain that no checkpoint covers. What is not whole is left out: verifying names it.
 *
 * @throws StoreUnavailable
 */
export const tailOf = async (reader: Pick<AuditReader, 'chain'>, { chain, from }: BegunChain): Promise<Tail> => {
  const places: number[] = [];
  const leaves: KeptLeaf[] = [];
  for await (const record of reader.chain(chain, from, Number.MAX_SAFE_INTEGER)) {
    const { family, at, id, audit } = record;
    if (audit === undefined || audit.seq === places[places.length - 1] || !isWhole(record)) continue;
    places.push(audit.seq);
    leaves.push({ hash: audit.hash, family, at, id });
    if (places.length === MOST_TAKEN) break;
  }
  return { segments: segmentsOf(chain, places), leaves, isCut: places.length === MOST_TAKEN };
};
