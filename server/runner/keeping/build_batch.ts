import { errorOf } from '../../../common/why';
import type { OutboxEntry } from '../ports';
import { materialise } from './evidence_copier';
import type { Built, Plan, Seen, View } from './plan';
import type { Remembered } from './remembered';
import type { PlannedDoc } from './state_docs';

/** A document as the plans of a batch leave it. */
export interface Working {
  readonly doc: PlannedDoc;
  /** Records that must stay in it: those before that were not copied yet, and the new ones. */
  readonly carried: readonly OutboxEntry[];
}

/** What the plans of a batch are made with. */
interface BatchView {
  readonly remembered: Pick<Remembered, 'get'>;
  /** Documents that were read for this batch. */
  readonly fresh: ReadonlySet<string>;
  readonly isCopied: (entry: OutboxEntry) => boolean;
  readonly session: string;
  /** Monotonic ms. */
  readonly now: number;
}

export interface Batch<Waiting> {
  readonly built: ReadonlyArray<{ readonly waiting: Waiting; readonly built: Built<unknown> }>;
  readonly working: ReadonlyMap<string, Working>;
  /** Their plans want fresh documents. */
  readonly unsure: readonly Waiting[];
  /** Their plans threw; nobody else sees anything of them. */
  readonly failed: ReadonlyArray<{ readonly waiting: Waiting; readonly error: Error }>;
}

const seen = ({ remembered, session, now }: BatchView, working: Working | undefined, id: string): Seen | undefined => {
  if (working) {
    const { kind, content, owner = session } = working.doc;
    return { kind, content, owner, knownSince: now };
  }
  const known = remembered.get(id);
  if (known?.doc === undefined) return undefined;
  const { kind, content, owner } = known.doc;
  return { kind, content, owner, knownSince: known.knownSince };
};

const carriedTo = (
  { remembered, isCopied }: BatchView,
  doc: PlannedDoc,
  earlier: Working | undefined,
): readonly OutboxEntry[] => {
  const stored = remembered.get(doc.id)?.doc;
  const notCopied = (stored?.outbox ?? []).filter((entry) => !isCopied(entry));
  const before = earlier
    ? earlier.carried.map((entry) => materialise(entry, earlier.doc))
    : notCopied.flatMap((entry) => (stored ? [materialise(entry, stored)] : []));
  return [...before, ...(doc.records ?? [])];
};

/** Makes all plans of a batch in order: each sees what those before it leave. One that throws fails alone. */
export const buildBatch = <Waiting extends { readonly plan: Plan<unknown> }>(
  batch: readonly Waiting[],
  given: BatchView,
): Batch<Waiting> => {
  const working = new Map<string, Working>();
  const built: Array<Batch<Waiting>['built'][number]> = [];
  const unsure: Waiting[] = [];
  const failed: Array<Batch<Waiting>['failed'][number]> = [];
  const view: View = {
    now: given.now,
    isFresh: (id) => given.fresh.has(id),
    get: (id) => seen(given, working.get(id), id),
  };
  for (const waiting of batch) {
    try {
      const result = waiting.plan.build(view);
      if (result === 'read_again') {
        unsure.push(waiting);
        continue;
      }
      const left = result.docs.map((doc) => ({ doc, carried: carriedTo(given, doc, working.get(doc.id)) }));
      built.push({ waiting, built: result });
      for (const each of left) working.set(each.doc.id, each);
    } catch (cause) {
      failed.push({ waiting, error: errorOf(cause) });
    }
  }
  return { built, working, unsure, failed };
};
