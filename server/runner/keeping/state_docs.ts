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

/** Reads several documents of one kind, each with its version; those that are not there are not in it. */
export const readDocs = async <K extends StateKind>(
  store: Pick<StateStore, 'getMany'>,
  kind: K,
  ids: readonly string[],
): Promise<ReadonlyMap<string, StateDocOf<K>>> =>
  new Map(
    [...(await store.getMany(ids))].flatMap(([id, doc]) => {
      const found = docOf(kind, doc);
      return found === undefined ? [] : [[id, found] as const];
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
 * Every document that a search finds, page by page, however many there are. They come in the order of ordinals, and
 * those of several writers that share one in the order of their writes: what is written again meanwhile may come twice.
 */
export async function* findAll(
  store: Pick<StateStore, 'search'>,
  query: Omit<StateQuery, 'sort' | 'limit' | 'dueBefore' | 'after'>,
): AsyncGenerator<StateDoc> {
  for (let after: StateDoc | undefined; ;) {
    const docs = await store.search({ ...query, ...present({ after }), sort: 'ordinal', limit: PAGE });
    yield* docs;
    after = docs[docs.length - 1];
    if (docs.length < PAGE) return;
  }
}

/** The ids of every document that a search finds. */
export const findIds = async (
  store: Pick<StateStore, 'search'>,
  query: Parameters<typeof findAll>[1],
): Promise<readonly string[]> => {
  const ids = new Set<string>();
  for await (const { id } of findAll(store, { ...query, bare: true })) ids.add(id);
  return [...ids];
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
