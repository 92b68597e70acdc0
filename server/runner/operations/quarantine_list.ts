import { present } from '../../../common/present';
import { instant } from '../../../common/codec/codecs';
import { decode } from '../../../common/codec/decode';
import type { QuarantineEntryView } from '../../../common/api/routes';
import type { AgentWith } from '../agent/views';
import type { QuarantineResolution } from '../keeping/kinds';
import { readMany } from '../keeping/state_docs';
import type { EvidenceFound, EvidenceQuery } from '../ports';
import { recordOf, type Records } from '../record/records';

/* What is in quarantine, and what of it waits. An entry stays as it is; what became of it stands in the state. */

type Entry = EvidenceFound['entries'][number];

/** Entries that are read at once while those that wait are looked for; each may hold a whole original. */
const AT_ONCE = 200;
/** So many entries are looked at for one answer about those that wait. */
const MOST_LOOKED_AT = 2_000;

/** The document of the state that says what became of an entry. */
export const resolutionId = (entryId: string): string => `quarantine:${entryId}`;

type Reason = Records['quarantine']['reason'];

const MESSAGE_REASONS: ReadonlySet<Reason> = new Set(['unreadable', 'unverified', 'lookup_failed'] as const);

/** What a channel sent is only a doorbell; whoever could edit one could ring for events that nobody saw. */
export const isMessage = ({ reason, intake }: Records['quarantine']): boolean =>
  intake.type === 'alerting' && MESSAGE_REASONS.has(reason);

type Resolutions = ReadonlyMap<string, QuarantineResolution>;

const resolutionsOf = ({ parts }: AgentWith<'store'>, entries: readonly Entry[]): Promise<Resolutions> =>
  readMany(
    parts.store,
    'quarantine',
    entries.map(({ id }) => resolutionId(id)),
  );

const viewOf = ({ id, at, body }: Entry, resolutions: Resolutions): QuarantineEntryView => {
  const entry = recordOf('quarantine', body);
  const { reason, intake, fields, original } = entry;
  const resolution = resolutions.get(resolutionId(id));
  return {
    id,
    at,
    reason,
    intake: { ...intake },
    fields: fields.map((field) => ({ ...field })),
    message: isMessage(entry),
    ...present({ original, resolution: resolution && { ...resolution } }),
  };
};

/** A place in the list, which reaches further than an offset. */
type Place = NonNullable<EvidenceQuery['after']>;

/** A place as it is written on the wire: moment and id of the last entry that was looked at. */
const placeText = ({ at, id }: Place): string => `${at} ${id}`;

/** Reads such a text; undefined if it is none. */
export const placeIn = (text: string): Place | undefined => {
  const [at = '', ...id] = text.split(' ');
  return decode(instant, at).ok && id.length > 0 ? { at, id: id.join(' ') } : undefined;
};

interface QuarantineWish {
  readonly limit: number;
  readonly offset: number;
  readonly reason?: string;
  /** Only what nobody has dealt with. */
  readonly waiting?: boolean;
  /** Only what comes behind this place. */
  readonly after?: Place;
}

interface Listed {
  readonly total: number;
  readonly looked_at: number;
  readonly entries: QuarantineEntryView[];
  readonly next?: string;
}

type Looking = AgentWith<'evidence' | 'store'>;

/** A page of the entries, newest first. */
const find = (
  { parts }: Looking,
  { reason, after, offset, limit }: Omit<QuarantineWish, 'waiting'>,
): Promise<EvidenceFound> =>
  parts.evidence.find({
    family: 'quarantine',
    order: 'newest',
    limit,
    offset,
    ...present({ where: reason === undefined ? undefined : { reason }, after }),
  });

const listAll = async (agent: Looking, wish: QuarantineWish): Promise<Listed> => {
  const { total, entries } = await find(agent, wish);
  const resolutions = await resolutionsOf(agent, entries);
  const isEnd = wish.after === undefined ? total <= wish.offset + entries.length : entries.length < wish.limit;
  const last = isEnd ? undefined : entries[entries.length - 1];
  return {
    total,
    looked_at: entries.length,
    entries: entries.map((entry) => viewOf(entry, resolutions)),
    ...present({ next: last && placeText(last) }),
  };
};

/** No index knows what waits: entries are looked through, newest first, until there are enough. */
const listWaiting = async (agent: Looking, wish: QuarantineWish): Promise<Listed> => {
  const wanted = wish.offset + wish.limit;
  const waiting: QuarantineEntryView[] = [];
  let looked_at = 0;
  for (let { after } = wish; ;) {
    const { total, entries } = await find(agent, { ...wish, ...present({ after }), offset: 0, limit: AT_ONCE });
    const resolutions = await resolutionsOf(agent, entries);
    let looked = 0;
    for (; looked < entries.length && waiting.length < wanted; looked += 1) {
      const entry = entries[looked];
      if (entry && !resolutions.has(resolutionId(entry.id))) waiting.push(viewOf(entry, resolutions));
    }
    looked_at += looked;
    const isEnd = wish.after === undefined ? looked_at >= total : looked === entries.length && looked < AT_ONCE;
    const last = isEnd ? undefined : entries[looked - 1];
    if (last === undefined || waiting.length >= wanted || looked_at >= MOST_LOOKED_AT)
      return {
        total,
        looked_at,
        entries: waiting.slice(wish.offset),
        ...present({ next: last && placeText(last) }),
      };
    after = last;
  }
};

/**
 * What could not be accepted, newest first, with what became of it.
 *
 * @returns `total` entries of the reason; for this answer `looked_at` of them were looked at, and `next` is where to go
 *   on if there may be more
 * @throws StoreUnavailable
 */
export const listQuarantine = async (
  agent: Looking,
  wish: QuarantineWish,
): Promise<Listed & { readonly reasons: Record<string, number> }> => {
  const listed = await (wish.waiting === true ? listWaiting(agent, wish) : listAll(agent, wish));
  const reasons = await agent.parts.evidence.tally({ family: 'quarantine', field: 'reason' });
  return { ...listed, reasons: Object.fromEntries(reasons) };
};

/**
 * How much waits in quarantine. Resolutions are kept longer than what they are about: those of before the oldest entry
 * that is there do not count.
 */
export const waitingInQuarantine = async ({ parts }: AgentWith<'evidence' | 'store'>): Promise<number> => {
  const { total, entries } = await parts.evidence.find({ family: 'quarantine', order: 'oldest', limit: 1 });
  const oldest = entries[0]?.at;
  if (oldest === undefined) return 0;
  const [resolved, before] = await Promise.all([
    parts.store.count({ kinds: ['quarantine'] }),
    parts.store.count({ kinds: ['quarantine'], atBefore: oldest }),
  ]);
  return Math.max(0, total - (resolved - before));
};
