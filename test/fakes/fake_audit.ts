import { evidenceIndexOf } from '../../server/adapters/opensearch/definitions';
import {
  EVIDENCE_FAMILIES,
  StoreUnavailable,
  type AnchoredCheckpoint,
  type AuditDisk,
  type AuditRange,
  type AuditReader,
  type BegunChain,
  type ChainTally,
  type CheckpointIndex,
  type FoundRecord,
  type KeptLeaf,
} from '../../server/runner/ports';
import type { FakeEvidence, Stored } from './fake_evidence';

/* The audit's ports in memory. */

type Ask = <Answer>(answer: () => Answer) => Promise<Answer>;

const atOnce: Ask = async (answer) => answer();

async function* each<Item>(items: Promise<readonly Item[]>): AsyncIterable<Item> {
  yield* await items;
}

/** Reads what a fake evidence stored. */
export const fakeAuditReader = (evidence: FakeEvidence, ask: Ask = atOnce): AuditReader => {
  const recordOf = (
    family: FoundRecord['family'],
    { id, at, body, index, record, fields, audit }: Stored,
  ): FoundRecord => ({
    ...{ family, id, at, index: index ?? evidenceIndexOf(family, at) },
    record: record ?? JSON.stringify(body),
    fields: fields ?? {},
    ...(audit === undefined ? {} : { audit }),
  });
  const all = (range: AuditRange = {}): FoundRecord[] =>
    EVIDENCE_FAMILIES.flatMap((family) =>
      [...(evidence.records.get(family)?.values() ?? [])].map((stored) => recordOf(family, stored)),
    ).filter(({ at }) => (range.from === undefined || at >= range.from) && (range.to === undefined || at < range.to));
  return {
    indexOf: (family, at) => evidenceIndexOf(family, at),
    stampsOf: (records) =>
      ask(() =>
        records.map(({ family, id }) => {
          const found = evidence.records.get(family)?.get(id);
          const { audit, fields = {} } = found ?? {};
          const fieldless = Object.keys(fields).length === 0;
          return { there: found !== undefined, fieldless, ...(audit === undefined ? {} : { audit }) };
        }),
      ),
    chain: (chain, from, to) =>
      each(
        ask(() =>
          all()
            .filter(({ audit }) => audit?.chain === chain && audit.seq >= from && audit.seq <= to)
            .sort((one, other) => (one.audit?.seq ?? 0) - (other.audit?.seq ?? 0)),
        ),
      ),
    chains: (range) =>
      each(
        ask(() => {
          const found = new Map<string, ChainTally>();
          for (const { audit, at } of all(range)) {
            if (audit === undefined) continue;
            const { chain, seq } = audit;
            const known = found.get(chain) ?? { chain, records: 0, lowest: seq, highest: seq, from: at, to: at };
            found.set(chain, {
              chain,
              records: known.records + 1,
              lowest: Math.min(known.lowest, seq),
              highest: Math.max(known.highest, seq),
              from: known.from < at ? known.from : at,
              to: known.to > at ? known.to : at,
            });
          }
          return [...found.values()];
        }),
      ),
    unchained: (range, most) =>
      ask(() => {
        const found = all(range).filter(({ audit }) => audit === undefined);
        return { total: found.length, first: found.slice(0, most) };
      }),
    refresh: () => ask(() => undefined),
    indices: () => ask(() => Object.fromEntries(all().map(({ index }) => [index, 'made-once']))),
  };
};

/** A disk that keeps what was written to it; as a disk does, over restarts. */
export class FakeAuditDisk implements AuditDisk {
  noted: { readonly origin: string; readonly begun: readonly BegunChain[] } | undefined;
  readonly kept: AnchoredCheckpoint[] = [];
  readonly leafs = new Map<string, KeptLeaf[]>();
  /** Writes fail while it is full. */
  isFull = false;

  /** The same disk, as one process writes to it. */
  of(write: () => Promise<void>): AuditDisk {
    const written = async (): Promise<void> => {
      await write();
      if (this.isFull) throw new Error('no space left on device');
    };
    return {
      ...{
        origin: this.origin,
        begun: this.begun,
        last: this.last,
        checkpoints: this.checkpoints,
        leaves: this.leaves,
      },
      note: (noted) => written().then(() => this.note(noted)),
      keep: (checkpoint, leaves) => written().then(() => this.keep(checkpoint, leaves)),
    };
  }

  readonly origin = (): string | undefined => this.noted?.origin;
  readonly begun = (): readonly BegunChain[] => this.noted?.begun ?? [];

  readonly note: AuditDisk['note'] = async (noted) => {
    await this.written();
    this.noted = noted;
  };

  readonly last: AuditDisk['last'] = async (origin) => {
    const ofLog = this.kept.filter((checkpoint) => checkpoint.origin === origin);
    return ofLog[ofLog.length - 1];
  };

  readonly keep: AuditDisk['keep'] = async (checkpoint, leaves) => {
    await this.written();
    const known = this.leafs.get(checkpoint.origin) ?? [];
    this.leafs.set(checkpoint.origin, [...known.slice(0, checkpoint.size - leaves.length), ...leaves]);
    this.kept.push(checkpoint);
  };

  readonly checkpoints: AuditDisk['checkpoints'] = () => each(Promise.resolve(this.kept));

  readonly leaves: AuditDisk['leaves'] = (origin, from, to) =>
    each(Promise.resolve((this.leafs.get(origin) ?? []).slice(from, to)));

  private async written(): Promise<void> {
    if (this.isFull) throw new Error('no space left on device');
  }
}

/** Checkpoints that nobody can change. */
export class FakeCheckpointIndex implements CheckpointIndex {
  isAway = false;

  constructor(
    private readonly ask: Ask = atOnce,
    readonly filed = new Map<string, AnchoredCheckpoint>(),
  ) {}

  /** The same index, as one process reaches it. */
  of(ask: Ask): FakeCheckpointIndex {
    return new FakeCheckpointIndex(ask, this.filed);
  }

  readonly file: CheckpointIndex['file'] = (checkpoint) =>
    this.asked(() => {
      const key = `${checkpoint.origin}@${checkpoint.size}`;
      const known = this.filed.get(key);
      if (known === undefined) this.filed.set(key, checkpoint);
      const root = (note: string): string | undefined => note.split('\n')[2];
      return known === undefined || root(known.note) === root(checkpoint.note) ? 'filed' : 'differs';
    });

  readonly largest: CheckpointIndex['largest'] = (origin) =>
    this.asked(() => {
      const sizes = [...this.filed.values()].filter((each_) => each_.origin === origin).map(({ size }) => size);
      return sizes.length === 0 ? undefined : Math.max(...sizes);
    });

  readonly all: CheckpointIndex['all'] = () => each(this.asked(() => [...this.filed.values()]));

  private asked<Answer>(answer: () => Answer): Promise<Answer> {
    return this.ask(() => {
      if (this.isAway) throw new StoreUnavailable('away');
      return answer();
    });
  }
}
