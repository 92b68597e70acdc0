import type { AuditFinding } from '../../../../common/api/routes/audit';
import { present } from '../../../../common/present';
import { areSwapped, checkPlace, hashNow, type Checked, type FoundAtPlace } from '../../../engine/audit/check_place';
import { CompactRange } from '../../../engine/audit/compact_range';

import type { Lessened, Segment, Statement, Void } from '../../../engine/audit/statement';
import type { AuditReader, FoundRecord, KeptLeaf } from '../../ports';
import { leafOfRecord } from '../checkpoint_keeper';
import type { Findings } from './findings';
import type { LogAnchors, TrustedCheckpoint } from './log_anchors';
import type { Missing } from './missing';
import type { Coverage } from './coverage';

export interface WalkPorts {
  readonly reader: Pick<AuditReader, 'chain' | 'indexOf'>;
  /** Leaves that an agent's disk kept; none of them is believed before it fits a checkpoint. */
  readonly leaves: (origin: string, from: number, to: number) => AsyncIterable<KeptLeaf>;
  readonly findings: Findings;
  readonly missing: Missing;
  readonly coverage: Coverage;
  /** Told of each record that was read. */
  readonly read: () => void;
}

const MOST_PAIRED = 50;

type Fault = Void | Lessened;

const keyOf = ({ chain, seq }: { readonly chain: string; readonly seq: number }): string => `${chain} ${seq}`;

const faultsIn = ({ voids, lessened }: Statement): ReadonlyMap<string, Fault> =>
  new Map([...voids, ...lessened].map((fault): [string, Fault] => [keyOf(fault), fault]));

/** A record that is found, as the engine judges it. */
export const atPlace = (record: FoundRecord): FoundAtPlace | undefined =>
  record.audit === undefined ? undefined : { ...record, ...record.audit };

const named = ({ family, id }: Pick<FoundAtPlace, 'family' | 'id'>): string => `\`${family}/${id}\``;

const ofRecord = (record: FoundAtPlace, expected?: string): Partial<AuditFinding> => {
  const { family, id, at, index, chain, seq } = record;
  return { family, id, at, index, chain, seq, ...present({ expected, found: hashNow(record) }) };
};

const editedFinding = (record: FoundAtPlace, expected: string): AuditFinding => ({
  kind: 'edited',
  text: `${named(record)} is not what was written`,
  ...ofRecord(record, expected),
});

/** Walks through the records of one log, checkpoint by checkpoint, and compares them with what was signed. */
export class LogWalk {
  private readonly edited: Array<{ readonly record: FoundAtPlace; readonly expected: string }> = [];
  private tree: CompactRange | undefined;
  /** Hash of the last place of each chain that was walked. */
  private readonly heads = new Map<string, string | undefined>();

  constructor(
    private readonly ports: WalkPorts,
    private readonly log: LogAnchors,
  ) {}

  /** @param base the size of the checkpoint to begin after; 0: from the first record on */
  async walk(base: number, upTo: number): Promise<void> {
    let before = base;
    this.ports.missing.begin(this.log.origin);
    this.tree = this.treeAt(base);
    for (const checkpoint of this.log.checkpoints.values()) {
      if (checkpoint.size <= base || checkpoint.size > upTo) continue;
      if (checkpoint.statement === undefined) this.withoutStatement(before, checkpoint);
      else await this.checkpoint(before, checkpoint, checkpoint.statement);
      before = checkpoint.size;
    }
    this.tellEdited();
  }

  /** Somebody kept the note, and what it covers is told nowhere any more: places were put back to before it. */
  private withoutStatement(before: number, checkpoint: TrustedCheckpoint): void {
    const { size } = checkpoint;
    const text = `a checkpoint of ${size} records of \`${this.log.origin}\` was signed; of the ${size - before} records that it added nothing is known here any more`;
    this.ports.findings.add({ kind: 'truncated', text, expected: checkpoint.root });
    this.tree = treeOf(checkpoint);
  }

  private treeAt(size: number): CompactRange | undefined {
    if (size === 0) return CompactRange.empty();
    const known = this.log.checkpoints.get(size);
    return known === undefined ? undefined : treeOf(known);
  }

  private async checkpoint(before: number, checkpoint: TrustedCheckpoint, statement: Statement): Promise<void> {
    const { findings, missing, coverage } = this.ports;
    const foundBefore = findings.total + this.edited.length;
    const expected = await this.provenLeaves(before, checkpoint);
    const faults = faultsIn(statement);
    missing.pin(statement.indices);
    let leaf = 0;
    let isKnown = true;
    for (const segment of statement.segments) {
      for await (const [seq, found] of this.places(segment)) {
        const hash = this.place({ chain: segment.chain, seq }, found, {
          leaf: expected?.[leaf],
          fault: faults.get(keyOf({ chain: segment.chain, seq })),
        });
        if (hash === undefined) isKnown = false;
        else if (isKnown) this.tree?.append(leafOfRecord(hash));
        leaf += 1;
      }
      coverage.add(segment, this.log.origin);
    }
    const fits =
      isKnown &&
      this.tree !== undefined &&
      rootText(this.tree) === checkpoint.root &&
      this.tree.size === checkpoint.size;
    const isNew = findings.total + this.edited.length > foundBefore;
    if (!fits && isKnown && this.tree !== undefined && !isNew) this.tellRewritten(before, checkpoint, statement);
    if (!fits) this.tree = treeOf(checkpoint);
  }

  /** What the agent's disk kept of these leaves, if they are those of the checkpoint. */
  private async provenLeaves(
    before: number,
    { size, root }: TrustedCheckpoint,
  ): Promise<readonly KeptLeaf[] | undefined> {
    const kept: KeptLeaf[] = [];
    for await (const leaf of this.ports.leaves(this.log.origin, before, size)) kept.push(leaf);
    if (kept.length !== size - before || this.tree === undefined) return undefined;
    const tree = CompactRange.of(this.tree.kept());
    for (const { hash } of kept) tree.append(leafOfRecord(hash));
    return rootText(tree) === root ? kept : undefined;
  }

  /** Each place of a segment, in order, with all that is found there. */
  private async *places({ chain, from, to }: Segment): AsyncIterable<readonly [number, readonly FoundAtPlace[]]> {
    let next = from;
    let found: FoundAtPlace[] = [];
    for await (const record of this.ports.reader.chain(chain, from, to)) {
      this.ports.read();
      const placed = atPlace(record);
      if (placed === undefined) continue;
      while (next < placed.seq) {
        yield [next, found];
        [found, next] = [[], next + 1];
      }
      found.push(placed);
    }
    for (; next <= to; next += 1) {
      yield [next, found];
      found = [];
    }
  }

  /** @returns the hash of the place; undefined if nobody knows it */
  private place(
    place: { readonly chain: string; readonly seq: number },
    found: readonly FoundAtPlace[],
    { leaf, fault }: { readonly leaf: KeptLeaf | undefined; readonly fault: Fault | undefined },
  ): string | undefined {
    const { findings, missing, reader } = this.ports;
    const prev = place.seq === 0 ? undefined : this.heads.get(place.chain);
    const checked = checkPlace({ ...place, prev, expected: leaf?.hash, fault }, found);
    this.heads.set(place.chain, checked.hash);
    const [first] = found;
    if (first !== undefined) missing.there(first.index);
    for (const record of checked.besides)
      findings.add({
        kind: 'inserted',
        text: `${named(record)} stands in a place that another record has`,
        ...ofRecord(record),
      });
    for (const record of found) {
      const index = reader.indexOf(record.family as KeptLeaf['family'], record.at);
      if (index === record.index) continue;
      findings.add({ kind: 'misplaced', text: `${named(record)} belongs to \`${index}\``, ...ofRecord(record) });
    }
    this.tell(place, checked, leaf);
    return checked.hash;
  }

  private tell(
    place: { readonly chain: string; readonly seq: number },
    { verdict, hash }: Checked,
    leaf: KeptLeaf | undefined,
  ): void {
    const { findings, missing, reader } = this.ports;
    switch (verdict.kind) {
      case 'explained':
        return findings.explain(verdict.why);
      case 'missing':
        return missing.gone(place, leaf && reader.indexOf(leaf.family, leaf.at), { leaf, hash });
      case 'moved': {
        const { record } = verdict;
        const text = `${named(record)} is the record \`${record.saysId ?? ''}\`, stored under another id`;
        return findings.add({ kind: 'moved', text, ...ofRecord(record, hash) });
      }
      case 'unlinked': {
        const { record } = verdict;
        const text = `${named(record)} does not follow the record before it: one of the two was written anew`;
        return findings.add({ kind: 'rewritten', text, ...ofRecord(record) });
      }
      case 'edited':
        return this.noteEdited(verdict.record, leaf?.hash ?? verdict.record.hash);
      case 'whole':
        return undefined;
    }
  }

  private noteEdited(record: FoundAtPlace, expected: string): void {
    if (this.edited.length < MOST_PAIRED) this.edited.push({ record, expected });
    else this.ports.findings.add(editedFinding(record, expected));
  }

  /** What was edited is told once all of it is known: two records may have each other's content. */
  private tellEdited(): void {
    const { findings } = this.ports;
    const swapped = new Set<FoundAtPlace>();
    for (const { record: one, expected } of this.edited)
      for (const { record: other } of this.edited) {
        if (one === other || swapped.has(one) || swapped.has(other) || !areSwapped(one, other)) continue;
        swapped.add(one).add(other);
        const text = `${named(one)} and ${named(other)} have each other's content`;
        findings.add({ kind: 'swapped', text, ...ofRecord(one, expected) });
      }
    for (const { record, expected } of this.edited)
      if (!swapped.has(record)) findings.add(editedFinding(record, expected));
  }

  private tellRewritten(before: number, { size }: TrustedCheckpoint, { segments }: Statement): void {
    const [first] = segments;
    const text = `records ${before} to ${size - 1} of \`${this.log.origin}\` fit each other, but not the checkpoint of ${size}: somebody wrote them anew`;
    this.ports.findings.add({
      kind: 'rewritten',
      text,
      ...present({ chain: first?.chain, seq: first?.from, to_seq: first?.to }),
    });
  }
}

const rootText = (tree: CompactRange): string => Buffer.from(tree.root()).toString('base64');

/** The tree of a checkpoint, if what was kept of it is the one that was signed. */
const treeOf = ({ tree, root, size }: TrustedCheckpoint): CompactRange | undefined => {
  try {
    const made = tree && CompactRange.of(tree);
    return made?.size === size && rootText(made) === root ? made : undefined;
  } catch {
    return undefined;
  }
};
