import type { Segment, Statement } from '../../../engine/audit/statement';
import type { AuditStretch } from '../../../../common/api/routes/audit';

/** Which places of which chains checkpoints cover, and what agents vouch for besides. */
export class Coverage {
  private readonly chains = new Map<string, Array<{ from: number; to: number; log: string }>>();
  private readonly vouched = new Set<string>();
  private readonly bare = new Set<string>();

  /** All that a signed statement says. */
  take(statement: Statement, log: string): void {
    for (const segment of statement.segments) this.add(segment, log);
    this.vouch(statement);
  }

  add({ chain, from, to }: Segment, log: string): void {
    const stretches = this.chains.get(chain) ?? [];
    this.chains.set(chain, stretches);
    const last = stretches[stretches.length - 1];
    if (last !== undefined && last.to === from - 1) last.to = to;
    else stretches.push({ from, to, log });
  }

  /** An agent met a record of another chain, and says so. */
  private vouch({ voids, lessened }: Statement): void {
    for (const { kept } of voids) if (kept !== undefined) this.vouched.add(`${kept.chain} ${kept.seq} ${kept.hash}`);
    for (const { without, family, id } of lessened) if (without === 'chain') this.bare.add(`${family}/${id}`);
  }

  isVouched({ chain, seq, hash }: { readonly chain: string; readonly seq: number; readonly hash: string }): boolean {
    return this.vouched.has(`${chain} ${seq} ${hash}`);
  }

  /** Whether a record without a place is known to have none. */
  isBare({ family, id }: { readonly family: string; readonly id: string }): boolean {
    return this.bare.has(`${family}/${id}`);
  }

  /** The first place of a chain that nothing covers; 0 where nothing covers any. */
  end(chain: string): number {
    return (this.chains.get(chain) ?? []).reduce((end, { to }) => Math.max(end, to + 1), 0);
  }

  /** Places between what is covered. */
  holes(chain: string): ReadonlyArray<{ readonly from: number; readonly to: number }> {
    const sorted = [...(this.chains.get(chain) ?? [])].sort((one, other) => one.from - other.from);
    const holes: Array<{ from: number; to: number }> = [];
    let next = sorted[0]?.from ?? 0;
    for (const { from, to } of sorted) {
      if (from > next) holes.push({ from: next, to: from - 1 });
      next = Math.max(next, to + 1);
    }
    return holes;
  }

  stretches(most: number): readonly AuditStretch[] {
    return [...this.chains]
      .flatMap(([chain, stretches]) =>
        stretches.map(({ from, to, log }) => ({ chain, from_seq: from, to_seq: to, records: to - from + 1, log })),
      )
      .slice(0, most);
  }
}
