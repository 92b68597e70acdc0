import { present } from '../../../common/present';
import type { Facets, StateBody, StateDoc, StateKind, StateQuery, StateStore } from '../ports';
import type { Kinds } from './kinds';
import type { Planned } from './planned';

/*
 * Documents of the state with the type of what they hold. The store knows no contents: what it read is taken for a
 * document of one kind here, and nowhere else.
 */

/** A document of one kind. */
export type StateDocOf<K extends StateKind> = Omit<StateDoc, 'kind' | 'content'> & {
  readonly kind: K;
  readonly content: Kinds[K];
};

type Read = Pick<StateDoc, 'kind' | 'content'>;

/** @throws Error if it is of another kind: then its id was made wrong, or the state is not Reflex' own */
const mustBe = (kind: StateKind, found: StateKind): void => {
  if (found !== kind) throw new Error(`a document of the kind \`${found}\` was read as \`${kind}\``);
};

/** What a document of a kind holds; undefined if there is none. */
export const contentOf = <K extends StateKind>(kind: K, doc: Read | undefined): Kinds[K] | undefined => {
  if (doc === undefined) return undefined;
  mustBe(kind, doc.kind);
  return doc.content as Kinds[K];
};

/** A document as one of a kind; undefined if there is none. */
export const docOf = <K extends StateKind>(kind: K, doc: StateDoc | undefined): StateDocOf<K> | undefined => {
  if (doc === undefined) return undefined;
  mustBe(kind, doc.kind);
  return doc as StateDocOf<K>;
};

/** Reads what one document holds. */
export const read = async <K extends StateKind>(
  store: Pick<StateStore, 'get'>,
  kind: K,
  id: string,
): Promise<Kinds[K] | undefined> => contentOf(kind, await store.get(id));

/** Reads what several documents hold, by their ids; those that are not there are not in it. */
export const readMany = async <K extends StateKind>(
  store: Pick<StateStore, 'getMany'>,
  kind: K,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Kinds[K]>> =>
  new Map(
    [...(await store.getMany(ids))].flatMap(([id, doc]) => {
      const content = contentOf(kind, doc);
      return content === undefined ? [] : [[id, content] as const];
    }),
  );

/** Searches documents of one kind. Search only proposes candidates; truth is a realtime get. */
export const find = async <K extends StateKind>(
  store: Pick<StateStore, 'search'>,
  kind: K,
  query: Omit<StateQuery, 'kinds'>,
): Promise<ReadonlyArray<StateDocOf<K>>> =>
  (await store.search({ ...query, kinds: [kind] })).flatMap((doc) => docOf(kind, doc) ?? []);

const PAGE = 1_000;

/**
 * Every document that a search finds, page by page in the order of ordinals. Documents of several writers may have the
 * same ordinal, so each page begins with the last of the one before.
 */
export async function* findAll(
  store: Pick<StateStore, 'search'>,
  query: Omit<StateQuery, 'sort' | 'limit' | 'dueBefore'>,
): AsyncGenerator<StateDoc> {
  let { ordinalAbove } = query;
  let seen: ReadonlySet<string> = new Set();
  for (let limit = PAGE; ;) {
    const docs = await store.search({ ...query, ...present({ ordinalAbove }), sort: 'ordinal', limit });
    for (const doc of docs) if (!seen.has(doc.id)) yield doc;
    const last = docs[docs.length - 1];
    if (last === undefined || docs.length < limit) return;
    seen = new Set(docs.map(({ id }) => id));
    // A whole page of one ordinal: the next one must hold more than that.
    const isStuck = docs[0]?.ordinal === last.ordinal;
    limit = isStuck ? limit * 2 : PAGE;
    ordinalAbove = isStuck ? ordinalAbove : last.ordinal - 1;
  }
}

/** The ids of every document that a search finds. */
export const findIds = async (
  store: Pick<StateStore, 'search'>,
  query: Parameters<typeof findAll>[1],
): Promise<readonly string[]> => {
  const ids: string[] = [];
  for await (const { id } of findAll(store, { ...query, bare: true })) ids.push(id);
  return ids;
};

/** A document that a plan wants to write, of whichever kind. */
export type PlannedDoc = { readonly [K in StateKind]: Planned<K, Kinds[K]> }[StateKind];

/** What such a document holds, of whichever kind. */
export type PlannedBody = { readonly [K in StateKind]: { readonly kind: K; readonly content: Kinds[K] } }[StateKind];

/** What is stored of a document, to write it again with a change. */
export const bodyOf = ({ id: _id, version: _version, ...body }: StateDoc): StateBody => body;

/** A body that stands alone: it carries no records and nobody looks after it. */
export const loneBody = <K extends StateKind>(
  kind: K,
  content: Kinds[K],
  { write_id, facets, session = '' }: { readonly write_id: string; readonly facets: Facets; readonly session?: string },
): StateBody => ({ kind, write_id, session, owner: '', ordinal: 0, facets, content, outbox: [] });
