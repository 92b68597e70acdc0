import * as t from 'io-ts';
import { described, instant, list, record, text } from '../codec/codecs';
import { idText } from './contract';
import { PolicyFaultView, TestResultView } from './policy_views';

/* Changed texts that are not released yet: policies, and the Rego guards that policies ask. */

const id = idText;
const longText = text({ max: 262_144 });

/** What both kinds of drafts tell. `deleted`: the release will not have the text any more. */
const told = {
  source: longText,
  author: id,
  updated_at: instant,
  deleted: t.boolean,
  /** Everybody who saved it since it last said what is written. */
  writers: list(id, 1000),
  faults: list(PolicyFaultView, 200),
};

const mayBeTold = {
  /** The text that it would replace, with its hash: of a policy the one in force, of a guard the newest one written. */
  base_hash: id,
  base_source: longText,
  /** Hash of the text that its author last saw as the one to change. */
  made_from: id,
  /** True: the text that it would replace was changed since then, to another text than this. */
  is_overtaken: t.boolean,
};

/** A changed policy that is not released yet. */
export const DraftView = record({ id, ...told, tests: list(TestResultView, 500) }, mayBeTold);
export type DraftView = t.TypeOf<typeof DraftView>;

/** A changed Rego guard that is not released yet. `unchecked`: why it could not be compiled here. */
export const GuardDraftView = record({ guard: id, ...told }, { ...mayBeTold, unchecked: text({ max: 8192 }) });
export type GuardDraftView = t.TypeOf<typeof GuardDraftView>;

/** For `seen`: its author saw that there is no such text. */
export const SEEN_NOTHING = 'none';

/** What is saved: a text, or that the text goes. Without a text the one that would be replaced stays. */
export const DraftChange = record(
  {},
  {
    source: text({ min: 1, max: 262_144 }),
    deleted: t.boolean,
    seen: described(
      id,
      'Hash of the text that its author saw as the one to change, `none` if there was none; left out: the same as before',
    ),
  },
);
export type DraftChange = t.TypeOf<typeof DraftChange>;
