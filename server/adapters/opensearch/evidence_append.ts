import { present } from '../../../common/present';
import {
  StoreUnavailable,
  type AppendTried,
  type AuditStamp,
  type EvidenceChain,
  type EvidenceEntry,
} from '../../runner/ports';
import { sendBulk, type BulkAction, type BulkItem } from './bulk';
import { deadLetterOf } from './dead_letter';
import type { IndexOptions } from './definitions';
import { EvidenceIndices } from './evidence_indices';
import { searchFieldsOf } from './search_fields';
import type { OpenSearchTransport } from './transport';

export interface AppendOptions extends IndexOptions {
  /** Longest time of an append, ms; default 10,000. Repeating it is harmless. */
  readonly appendTimeoutMs?: number;
  /** Gives each record its place; without it records have none. */
  readonly chain?: EvidenceChain;
  /** Told of each record that OpenSearch refused in every form; `isFiled` if the quarantine has it instead. */
  readonly onRefused?: (record: {
    readonly family: string;
    readonly id: string;
    readonly why: string;
    readonly isFiled: boolean;
  }) => void;
}

/** A record on its way into its index. */
interface Placed {
  readonly entry: EvidenceEntry;
  readonly index: string;
  /** As it is stored whole. */
  readonly source: Readonly<Record<string, unknown>>;
  readonly audit?: AuditStamp;
}

/** A record that OpenSearch will not have. */
interface Refused {
  readonly place: Placed;
  readonly why: string;
}

type Tell = (place: Placed, how: AppendTried) => void;

/** What of a record is stored. Less is better than nothing: losing a record would be worse, and so would stalling. */
type Much = 'whole' | 'without_fields' | 'without_chain';

const WHOLE_FIRST: readonly Much[] = ['whole', 'without_fields', 'without_chain'];
/** A letter is found by its reason alone. */
const LETTER: readonly Much[] = ['whole', 'without_chain'];

/** What a record is stored with besides what it is searched by. */
const KEPT = ['@timestamp', 'id', 'record', 'audit'] as const;

const sourceAs = ({ source }: Placed, much: Much): Readonly<Record<string, unknown>> => {
  if (much === 'whole') return source;
  const names = KEPT.filter((name) => source[name] !== undefined && (name !== 'audit' || much === 'without_fields'));
  return Object.fromEntries(names.map((name) => [name, source[name]]));
};

/** Appends records to their indices, each in its place of the chain. */
export class EvidenceAppender {
  private readonly transport: OpenSearchTransport;
  private readonly indices: EvidenceIndices;
  private readonly timeoutMs: number;
  private readonly chain: EvidenceChain | undefined;
  private readonly onRefused: NonNullable<AppendOptions['onRefused']>;

  constructor(transport: OpenSearchTransport, options: AppendOptions) {
    this.transport = transport;
    this.indices = new EvidenceIndices(transport, options);
    this.timeoutMs = options.appendTimeoutMs ?? 10_000;
    this.chain = options.chain;
    this.onRefused = options.onRefused ?? (() => undefined);
  }

  /** Durable when it returns; throws `StoreUnavailable`. Entries that are there already count as appended. */
  async append(entries: readonly EvidenceEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const letters = await this.appendPlaced(await this.place(entries, searchFieldsOf), WHOLE_FIRST);
    if (letters.length > 0) await this.fileRefused(letters);
  }

  /** Names the index of each record, and gives it its place in the chain. */
  private async place(entries: readonly EvidenceEntry[], fieldsOf: typeof searchFieldsOf): Promise<readonly Placed[]> {
    const names: string[] = [];
    for (const { family, at } of entries) names.push(await this.indices.forRecord(family, at));
    return entries.map((entry, number) => {
      const { family, id, at, body } = entry;
      const fields = fieldsOf(family, body);
      const record = JSON.stringify(body);
      const audit = this.chain?.stamp({ family, id, at, record, fields });
      const source = { ...fields, '@timestamp': at, id, record, ...present({ audit }) };
      return { entry, index: names[number] ?? '', source, ...present({ audit }) };
    });
  }

  /** @returns what OpenSearch will not have in any form */
  private async appendPlaced(places: readonly Placed[], attempts: readonly Much[]): Promise<readonly Refused[]> {
    const untold = new Set(places);
    const tell: Tell = (place, how) => {
      if (untold.delete(place) && place.audit !== undefined) this.chain?.tried(place.audit, how);
    };
    try {
      let left: readonly Refused[] = places.map((place) => ({ place, why: '' }));
      const conflicts: Placed[] = [];
      for (const much of attempts) {
        if (left.length === 0 || (much === 'without_chain' && this.chain === undefined)) break;
        left = await this.attempt(
          left.map(({ place }) => place),
          much,
          { tell, conflicts },
        );
      }
      for (const { place } of left) tell(place, 'refused');
      await this.settle([...new Set(conflicts.map(({ index }) => index))]);
      for (const place of conflicts) tell(place, 'there');
      return left;
    } finally {
      for (const place of untold) tell(place, 'unanswered');
    }
  }

  /** @returns what was refused */
  private async attempt(
    places: readonly Placed[],
    much: Much,
    { tell, conflicts }: { readonly tell: Tell; readonly conflicts: Placed[] },
  ): Promise<readonly Refused[]> {
    const items = await this.create(places, much);
    return places.flatMap((place, number) => {
      const item = items[number];
      if (item?.kind === 'refused') return [{ place, why: item.message }];
      if (item?.kind === 'conflict') conflicts.push(place);
      else tell(place, much === 'whole' ? 'appended' : much);
      return [];
    });
  }

  /** What OpenSearch refuses in every form must not hold up the rest: it is filed in the quarantine, and told. */
  private async fileRefused(refused: readonly Refused[]): Promise<void> {
    for (const {
      place: { entry },
      why,
    } of refused) {
      let isFiled = false;
      for (const letter of [deadLetterOf(entry, why), deadLetterOf(entry, why, 0)]) {
        if (isFiled) break;
        const refusedToo = await this.appendPlaced(await this.place([letter], () => ({})), LETTER);
        isFiled = refusedToo.length === 0;
      }
      this.onRefused({ family: entry.family, id: entry.id, why, isFiled });
    }
  }

  private async create(places: readonly Placed[], much: Much): Promise<readonly BulkItem[]> {
    const actions = places.map((place): BulkAction => ({
      verb: 'create',
      meta: { _index: place.index, _id: place.entry.id },
      source: sourceAs(place, much),
    }));
    try {
      return await sendBulk(this.transport, { path: '/_bulk', timeoutMs: this.timeoutMs }, actions);
    } catch (cause) {
      if (cause instanceof StoreUnavailable) this.indices.forget();
      throw cause;
    }
  }

  /**
   * A record that is there already may be one whose first append was never answered: OpenSearch knows it before it is
   * on disk. A flush is answered once everything before it is.
   */
  private async settle(indices: readonly string[]): Promise<void> {
    if (indices.length === 0) return;
    const answer = await this.transport.request(
      { method: 'POST', path: `/${indices.join(',')}/_flush`, querystring: { wait_if_ongoing: true } },
      { timeoutMs: this.timeoutMs },
    );
    const failed = (answer.body as { _shards?: { failed?: number } })._shards?.failed ?? 0;
    if (answer.status >= 400 || failed > 0) throw new StoreUnavailable('records could not be made durable');
  }
}
