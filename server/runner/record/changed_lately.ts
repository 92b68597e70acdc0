import { iso } from '../../../common/iso';

/*
 * Who gave a source its authority lately. Whoever grants a source what it may say, or maps its fields, could make it
 * ask for an act and then agree to it; so for a day somebody else approves what it asks for (INV-10).
 */

/** Somebody who changed something, and when. */
export interface ChangedBy {
  readonly by: string;
  /** UTC. */
  readonly at: string;
}

const LATELY_MS = 24 * 3_600_000;

const isLately = (now: number, { at }: ChangedBy): boolean => Date.parse(at) > now - LATELY_MS;

/**
 * Everybody who changed something within the last 24 hours; each once, with the last time.
 *
 * @param now ms since 1970
 */
export const changedLately = (changes: readonly ChangedBy[], now: number): readonly ChangedBy[] => {
  const last = new Map<string, number>();
  for (const { by, at } of changes.filter((change) => isLately(now, change)))
    last.set(by, Math.max(last.get(by) ?? 0, Date.parse(at)));
  return [...last].map(([by, at]) => ({ by, at: iso(at) }));
};
