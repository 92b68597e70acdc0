import { iso } from '../../../common/iso';
import { whyOf } from '../../../common/why';
import { present } from '../../../common/present';
import { checkpointText, parseCheckpoint } from '../../engine/audit/checkpoint';
import type { Place } from '../../engine/audit/chain_book';
import { CompactRange } from '../../engine/audit/compact_range';
import { leafHash } from '../../engine/audit/merkle';
import { parseNote } from '../../engine/audit/signed_note';
import { statementLine, type Segment, type Statement } from '../../engine/audit/statement';
import {
  StoreUnavailable,
  type AnchoredCheckpoint,
  type AuditDisk,
  type AuditReader,
  type BegunChain,
  type CheckpointIndex,
  type CheckpointSigner,
  type Clock,
  type KeptLeaf,
  type Log,
} from '../ports';
import type { AgentChain } from './agent_chain';
import { tailOf } from './unfinished_chains';

export interface CheckpointPorts {
  readonly chain: AgentChain;
  readonly reader: Pick<AuditReader, 'stampsOf' | 'chain' | 'refresh' | 'indices' | 'indexOf'>;
  readonly disk: AuditDisk;
  readonly signer: CheckpointSigner;
  /** A second place; undefined: none is wanted. */
  readonly index: CheckpointIndex | undefined;
  /** Told of each checkpoint, for a collector; undefined: none is wanted. */
  readonly say: ((checkpoint: AnchoredCheckpoint) => void) | undefined;
  /** A name for a log that is new. */
  readonly newOrigin: () => string;
  readonly clock: Clock;
  readonly log: Pick<Log, 'warn' | 'error'>;
}

/** Why a place does not take checkpoints, since when (UTC). */
export interface AnchorTrouble {
  readonly anchor: 'file' | 'index';
  readonly code: 'failing' | 'two_checkpoints';
  readonly since: string;
  readonly why: string;
}

/** What a checkpoint is to cover. */
interface Next {
  readonly segments: readonly Segment[];
  readonly leaves: readonly KeptLeaf[];
  readonly own: readonly Place[];
  readonly begun: readonly BegunChain[];
}

export interface AuditFigures {
  /** Records that got a place since this agent started. */
  readonly chained: number;
  /** Records that no checkpoint covers yet. */
  readonly waiting: number;
  /** Leaves of the last checkpoint; 0 before the first. */
  readonly size: number;
  /** When it was made, UTC. */
  readonly at: string | undefined;
}

/** What was on its way when a process died may land later: its chain is looked at again for so long, ms. */
const AGAIN_MS = 5 * 60_000;

const leafOf = ({ stamp: { hash }, family, at, id }: Place): KeptLeaf => ({
  hash,
  family: family as KeptLeaf['family'],
  at,
  id,
});

/** The leaf of a record: its hash is its content. */
export const leafOfRecord = (hash: string): Uint8Array => leafHash(Buffer.from(hash, 'hex'));

/** Up to where segments cover a chain that was begun. */
const coveredBy = (begun: readonly BegunChain[], segments: readonly Segment[]): readonly BegunChain[] =>
  begun.map((each) => ({
    ...each,
    from: Math.max(each.from, ...segments.filter(({ chain }) => chain === each.chain).map(({ to }) => to + 1)),
  }));

const rootLineOf = (note: string): string | undefined => {
  const read = parseNote(note);
  const found = read.ok ? parseCheckpoint(read.value.text) : read;
  return found.ok ? Buffer.from(found.value.root).toString('base64') : undefined;
};

/** Covers the records of this agent by checkpoints, and anchors each outside of the evidence. */
export class CheckpointKeeper {
  private origin: string | undefined;
  private tree = CompactRange.empty();
  private last: AnchoredCheckpoint | undefined;
  private follows: Statement['follows'];
  private making: Promise<void> = Promise.resolve();
  private isOpen = false;
  private openedAt = 0;
  private isOwn = false;
  /** Size of the last checkpoint that the index has; undefined: it has to be asked. */
  private filed: number | undefined;
  private readonly failing = new Map<AnchorTrouble['anchor'], AnchorTrouble>();

  constructor(private readonly ports: CheckpointPorts) {}

  get troubles(): readonly AnchorTrouble[] {
    return [...this.failing.values()];
  }

  get figures(): AuditFigures {
    const { size, waiting } = this.ports.chain;
    const at = this.last === undefined ? undefined : (JSON.parse(this.last.statement) as Statement).at;
    return { chained: size, waiting, size: this.tree.size, at };
  }

  /** The log that this agent's checkpoints are of, and the key that verifies them; undefined before the first. */
  async vkey(): Promise<string | undefined> {
    return this.origin === undefined ? undefined : this.ports.signer.vkey(this.origin);
  }

  /** Takes up the log that the disk tells of. A disk that cannot be written is tried again with each checkpoint. */
  async open(): Promise<void> {
    const { disk, chain, newOrigin } = this.ports;
    if (this.isOpen) return;
    this.origin = disk.origin() ?? newOrigin();
    this.last = await disk.last(this.origin);
    this.tree = this.last === undefined ? CompactRange.empty() : CompactRange.of(this.last.tree);
    const covered = this.last === undefined ? [] : (JSON.parse(this.last.statement) as Statement).segments;
    const begun = [...coveredBy(disk.begun(), covered), { chain: chain.id, from: 0 }];
    this.openedAt = this.ports.clock.monotonic();
    const origin = this.origin;
    await this.anchor('file', () => disk.note({ origin, begun }));
    this.isOpen = true;
  }

  /** Makes checkpoints until it is over, once it may. */
  async run(
    everyMs: number,
    { isOver, signal }: { readonly isOver: () => boolean; readonly signal?: AbortSignal },
    mayBegin: () => boolean,
  ): Promise<void> {
    while (!isOver()) {
      await this.ports.clock.sleep(everyMs, signal);
      if (!isOver() && mayBegin()) await this.make();
    }
  }

  /** The last checkpoint of a life: nobody tries any record again. Gives up after a time. */
  async finish(mostMs: number): Promise<void> {
    await Promise.race([this.make(0), this.ports.clock.sleep(mostMs)]);
  }

  /**
   * Covers what is new by a checkpoint, if anything is, and anchors it.
   *
   * @param patienceMs for which a record without an answer may still be tried again; missing: the usual
   */
  make(patienceMs?: number): Promise<void> {
    this.making = this.making.then(() => this.makeNow(patienceMs));
    return this.making;
  }

  private async makeNow(patienceMs: number | undefined): Promise<void> {
    const { chain, reader, log } = this.ports;
    try {
      await this.open();
      const reachable = await this.whileReachable(() => this.makeOwn());
      if (reachable === undefined && !this.isOwn) return;
      await this.whileReachable(() => chain.settle(reader, patienceMs));
      const next = await this.next();
      if (next.leaves.length > 0) await this.cover(next);
      await this.fileAll();
    } catch (cause) {
      log.error('a checkpoint of the audit could not be made', { why: whyOf(cause) });
    }
  }

  /** @returns undefined if OpenSearch is away */
  private async whileReachable<Value>(work: () => Promise<Value>): Promise<{ readonly value: Value } | undefined> {
    try {
      return { value: await work() };
    } catch (cause) {
      if (cause instanceof StoreUnavailable) return undefined;
      throw cause;
    }
  }

  /**
   * INVARIANT: never two checkpoints of one size. Where the index knows a larger one than the disk, the folder was put
   * back or copied: another log begins, which names the one before.
   */
  private async makeOwn(): Promise<void> {
    if (this.isOwn) return;
    const { index, disk, newOrigin, log } = this.ports;
    const largest = await index?.largest(this.origin ?? '');
    if (largest !== undefined && largest > this.tree.size) {
      log.warn('the audit folder is older than its last checkpoint; another log begins', { largest });
      const root = this.last === undefined ? undefined : rootLineOf(this.last.note);
      this.follows = present({ origin: this.origin, size: this.tree.size, root: root ?? '' }) as Statement['follows'];
      this.origin = newOrigin();
      this.tree = CompactRange.empty();
      this.last = undefined;
      await disk.note({ origin: this.origin, begun: disk.begun() });
    }
    this.isOwn = true;
  }

  /** What a checkpoint is to cover: what chains that ended left behind, then what is settled of this one. */
  private async next(): Promise<Next> {
    const { chain, disk } = this.ports;
    const others = disk.begun().filter((each) => each.chain !== chain.id);
    const tails = others.length === 0 ? undefined : await this.whileReachable(() => this.tails(others));
    const own = chain.settled();
    const [first, last] = [own[0], own[own.length - 1]];
    const ownSegments = first && last ? [{ chain: chain.id, from: first.stamp.seq, to: last.stamp.seq }] : [];
    const segments = [...(tails?.value.segments ?? []), ...ownSegments];
    const left = tails === undefined ? others : tails.value.left;
    const ownBegun = disk.begun().filter((each) => each.chain === chain.id);
    return {
      segments,
      leaves: [...(tails?.value.leaves ?? []), ...own.map(leafOf)],
      own,
      begun: coveredBy([...left, ...ownBegun], segments),
    };
  }

  private async tails(
    begun: readonly BegunChain[],
  ): Promise<Pick<Next, 'segments' | 'leaves'> & { left: BegunChain[] }> {
    const { reader } = this.ports;
    await reader.refresh();
    const segments: Segment[] = [];
    const leaves: KeptLeaf[] = [];
    const left: BegunChain[] = [];
    for (const each of begun) {
      const tail = await tailOf(reader, each);
      segments.push(...tail.segments);
      leaves.push(...tail.leaves);
      if (tail.isCut || this.ports.clock.monotonic() - this.openedAt < AGAIN_MS) left.push(each);
    }
    return { segments, leaves, left };
  }

  private async cover({ segments, leaves, own, begun }: Next): Promise<void> {
    const { disk, chain, clock, say } = this.ports;
    const origin = this.origin ?? '';
    const tree = CompactRange.of(this.tree.kept());
    for (const { hash } of leaves) tree.append(leafOfRecord(hash));
    const statement: Statement = {
      form: 1,
      at: iso(clock.utc()),
      segments,
      ...faultsOf(own),
      indices: await this.indicesOf(leaves),
      ...present({ follows: this.last === undefined ? this.follows : undefined }),
    };
    const body = { origin, size: tree.size, root: tree.root(), extensions: [statementLine(statement)] };
    const note = await this.signed(origin, checkpointText(body));
    const kept = { origin, size: tree.size, note, statement: JSON.stringify(statement), tree: tree.kept() };
    await this.anchor('file', () => disk.keep(kept, leaves));
    [this.tree, this.last] = [tree, kept];
    chain.forget(own);
    say?.(kept);
    await this.anchor('file', () => disk.note({ origin, begun }));
  }

  private async signed(origin: string, text: string): Promise<string> {
    let note = '';
    await this.anchor('file', async () => {
      note = await this.ports.signer.sign(origin, text);
    });
    return note;
  }

  private async indicesOf(leaves: readonly KeptLeaf[]): Promise<Statement['indices']> {
    const { reader } = this.ports;
    const found = await this.whileReachable(() => reader.indices());
    const names = new Set(leaves.map(({ family, at }) => reader.indexOf(family, at)));
    return Object.fromEntries(Object.entries(found?.value ?? {}).filter(([name]) => names.has(name)));
  }

  /** Files what the index does not have yet: all of it after a start or an outage, else the last. */
  private async fileAll(): Promise<void> {
    const { index } = this.ports;
    if (index === undefined || this.last === undefined) return;
    await this.anchor('index', async () => {
      for await (const checkpoint of this.unfiled(index))
        if ((await index.file(checkpoint)) === 'differs') this.noteTwo(checkpoint.size);
      this.filed = this.last?.size ?? 0;
    }).catch((cause: unknown) => {
      this.filed = undefined;
      if (!(cause instanceof StoreUnavailable)) throw cause;
    });
  }

  private async *unfiled(index: CheckpointIndex): AsyncIterable<AnchoredCheckpoint> {
    if (this.last === undefined || this.filed === this.last.size) return;
    if (this.filed !== undefined) return yield this.last;
    const from = (await index.largest(this.last.origin)) ?? 0;
    for await (const checkpoint of this.ports.disk.checkpoints()) if (checkpoint.size >= from) yield checkpoint;
  }

  private noteTwo(size: number): void {
    const why = `another checkpoint of ${size} records is in the index of checkpoints`;
    this.ports.log.error('two checkpoints of the audit contradict each other', { origin: this.origin, size });
    this.failing.set('index', { anchor: 'index', code: 'two_checkpoints', since: this.now(), why });
  }

  private async anchor(anchor: AnchorTrouble['anchor'], work: () => Promise<void>): Promise<void> {
    try {
      await work();
      if (this.failing.get(anchor)?.code === 'failing') this.failing.delete(anchor);
    } catch (cause) {
      const since = this.failing.get(anchor)?.since ?? this.now();
      if (this.failing.get(anchor)?.code !== 'two_checkpoints')
        this.failing.set(anchor, { anchor, code: 'failing', since, why: whyOf(cause) });
      throw cause;
    }
  }

  private now(): string {
    return iso(this.ports.clock.utc());
  }
}

const faultsOf = (own: readonly Place[]): Pick<Statement, 'voids' | 'lessened'> => {
  const faults = own.flatMap(({ fault }) => (fault === undefined ? [] : [fault]));
  return {
    voids: faults.flatMap((fault) => ('why' in fault ? [fault] : [])),
    lessened: faults.flatMap((fault) => ('without' in fault ? [fault] : [])),
  };
};
