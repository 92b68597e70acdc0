import { boolean, date, double, integer, keptText, keyword, long, strict, words } from './fields';

/** `reflex-bundles`: one document a released bundle, with its files. */
export const BUNDLE_MAPPINGS = strict(1, {
  version: long,
  digest: keyword,
  statement_digest: keyword,
  files: keptText,
});

/** `reflex-assets`: per origin a head, and the items in portions. */
export const ASSET_MAPPINGS = strict(1, {
  origin: keyword,
  batch: keyword,
  portion: integer,
  items: keptText,
  head: keptText,
});

/** `reflex-checkpoints`: signed notes over the records, and the statements that they bind. */
export const CHECKPOINT_MAPPINGS = strict(1, {
  origin: keyword,
  size: long,
  note: keptText,
  statement: keptText,
  tree: keptText,
});

/** `reflex-proposals`: the review queue. */
export const PROPOSAL_MAPPINGS = strict(1, {
  '@timestamp': date,
  id: keyword,
  kind: keyword,
  state: keyword,
  author: keyword,
  reviewer: keyword,
  policy: keyword,
  digest: keyword,
  title: words,
  demo: boolean,
  record: keptText,
});

/** `reflex-models`: the versioned weights. */
export const MODEL_MAPPINGS = strict(1, {
  '@timestamp': date,
  version: long,
  digest: keyword,
  state: keyword,
  author: keyword,
  record: keptText,
});

/** `reflex-training-*`: masked, anonymised summaries; nothing in it names a person or a machine. */
export const TRAINING_MAPPINGS = strict(1, {
  '@timestamp': date,
  id: keyword,
  verdict: keyword,
  label: keyword,
  outcome: keyword,
  severity: keyword,
  confidence: double,
  score: double,
  action: keyword,
  rule_origin: keyword,
  demo: boolean,
  record: keptText,
});
