import * as t from 'io-ts';
import type { BadField } from '../../../common/codec/decode';
import { list, number, record, text } from '../../../common/codec/codecs';
import { parseVkey, type VerifierKey } from '../../engine/audit/verifier_key';

/* How evidence is kept from being changed unseen (`docs/guides/audit.md`). */

export const AuditFile = record(
  {},
  {
    checkpoint_every_s: number({ min: 5, max: 3_600 }),
    index: t.boolean,
    stdout: t.boolean,
    keys: list(text({ min: 1, max: 1024 }), 64),
  },
);
type AuditGiven = t.TypeOf<typeof AuditFile>;

export interface AuditSettings {
  readonly checkpointEveryMs: number;
  /** Checkpoints go into an index of their own, too. */
  readonly index: boolean;
  /** Checkpoints go to standard output, too. */
  readonly stdout: boolean;
  /** Whose checkpoints are believed, besides this agent's own. */
  readonly keys: readonly VerifierKey[];
}

const DEFAULT_EVERY_S = 60;

export const auditFaults = ({ keys = [] }: AuditGiven = {}): readonly BadField[] =>
  keys.flatMap((text, index) => {
    const read = parseVkey(text);
    return read.ok ? [] : [{ path: `audit.keys.${index}`, message: read.error }];
  });

export const auditSettings = ({ checkpoint_every_s, index, stdout, keys = [] }: AuditGiven = {}): AuditSettings => ({
  checkpointEveryMs: (checkpoint_every_s ?? DEFAULT_EVERY_S) * 1_000,
  index: index ?? true,
  stdout: stdout ?? false,
  keys: keys.flatMap((text) => {
    const read = parseVkey(text);
    return read.ok ? [read.value] : [];
  }),
});
