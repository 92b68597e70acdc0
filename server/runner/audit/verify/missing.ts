import type { AuditFinding, FindingKind } from '../../../../common/api/routes/audit';
import { present } from '../../../../common/present';
import type { KeptLeaf } from '../../ports';
import type { Findings } from './findings';

/** Places of one chain, one after the other, whose records are not there. */
interface Gap {
  readonly chain: string;
  readonly seq: number;
  toSeq: number;
  readonly index: string | undefined;
  readonly key: string;
  /** Where it may have been, with the identity that each index had. */
  readonly indices: Readonly<Record<string, string>>;
  readonly leaf: KeptLeaf | undefined;
  readonly hash: string | undefined;
}

const MOST_GAPS = 10_000;

const TEXTS: Readonly<Record<'deleted' | 'truncated' | 'index_gone' | 'rolled_back', string>> = {
  deleted: 'deleted',
  truncated: 'deleted, and everything of this index that came later',
  index_gone: 'gone with their whole index; if retention deleted it, that is no change',
  rolled_back:
    'gone: their index is not the one that they were written to; it was made again, or restored from a snapshot',
};

interface Whereabouts {
  readonly kind: keyof typeof TEXTS;
  readonly index: string | undefined;
}

/** Gathers what is missing and says how it went away, once everything was seen. */
export class Missing {
  private readonly gaps: Gap[] = [];
  /** Where the last record of an index stands that is there: how many places were seen until then. */
  private readonly present = new Map<string, number>();
  private readonly firstGap = new Map<string, number>();
  private readonly pinned = new Map<string, Set<string>>();
  private seen = 0;
  private log = '';
  private indices: Readonly<Record<string, string>> = {};

  constructor(private readonly findings: Findings) {}

  /** What follows is of this log: only records of one agent come one after the other. */
  begin(log: string): void {
    this.log = log;
  }

  /** A record is there. */
  there(index: string): void {
    this.seen += 1;
    this.present.set(this.keyOf(index), this.seen);
    this.present.set(this.keyOf(undefined), this.seen);
  }

  /** @param leaf what the agent's disk says of it, where it does */
  gone(
    place: { readonly chain: string; readonly seq: number },
    index: string | undefined,
    known: Pick<Gap, 'leaf' | 'hash'>,
  ): void {
    this.seen += 1;
    const key = this.keyOf(index);
    if (!this.firstGap.has(key)) this.firstGap.set(key, this.seen);
    const last = this.gaps[this.gaps.length - 1];
    if (last?.chain === place.chain && last.toSeq === place.seq - 1 && last.index === index) last.toSeq = place.seq;
    else if (this.gaps.length < MOST_GAPS)
      this.gaps.push({ ...place, toSeq: place.seq, index, key, indices: this.indices, ...known });
  }

  /** A checkpoint says which indices its records went to. */
  pin(indices: Readonly<Record<string, string>>): void {
    this.indices = indices;
    for (const [name, uuid] of Object.entries(indices))
      this.pinned.set(name, (this.pinned.get(name) ?? new Set()).add(uuid));
  }

  /** @param now indices that are there, with their identities */
  tell(now: Readonly<Record<string, string>>): void {
    for (const gap of this.gaps) this.findings.add(this.findingOf(gap, this.whereabouts(gap, now)));
  }

  /** Without a leaf nobody knows the index; if only one of those that it may have been in changed, it was that one. */
  private whereabouts(gap: Gap, now: Readonly<Record<string, string>>): Whereabouts {
    const { index, key, indices } = gap;
    const changed = Object.entries(indices).filter(([name, uuid]) => now[name] !== uuid);
    const found = index ?? (changed.length === 1 ? changed[0]?.[0] : undefined);
    const wasPinned = index === undefined ? changed.length > 0 : this.isAnother(index, now[index]);
    if (found !== undefined && now[found] === undefined) return { kind: 'index_gone', index: found };
    if (wasPinned) return { kind: 'rolled_back', index: found };
    const isEnd = (this.present.get(key) ?? 0) < (this.firstGap.get(key) ?? 0);
    return { kind: isEnd ? 'truncated' : 'deleted', index };
  }

  /** Whether an index is none of those that records were written to. */
  private isAnother(index: string, uuid = ''): boolean {
    const pinned = this.pinned.get(index);
    return pinned !== undefined && !pinned.has(uuid);
  }

  private keyOf(index: string | undefined): string {
    return `${this.log} ${index ?? ''}`;
  }

  private findingOf(gap: Gap, { kind, index }: Whereabouts): AuditFinding {
    const { chain, seq, toSeq, leaf, hash } = gap;
    const count = toSeq - seq + 1;
    const named = leaf === undefined ? `place ${seq}` : `\`${leaf.family}/${leaf.id}\``;
    const what = count === 1 ? named : `${count} records from ${named} on`;
    return {
      kind: kind satisfies FindingKind,
      text: `${what}: ${TEXTS[kind]}`,
      chain,
      seq,
      ...present({
        to_seq: count > 1 ? toSeq : undefined,
        index,
        expected: hash,
        family: leaf?.family,
        id: leaf?.id,
        at: leaf?.at,
      }),
    };
  }
}
