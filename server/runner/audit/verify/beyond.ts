import { present } from '../../../../common/present';
import type { AuditFinding, AuditStretch } from '../../../../common/api/routes/audit';
import { hashNow, type FoundAtPlace } from '../../../engine/audit/check_place';
import type { AuditRange, AuditReader, ChainTally } from '../../ports';
import type { Coverage } from './coverage';
import type { Findings } from './findings';
import { atPlace } from './walk_log';

/* What stands beside what checkpoints cover: newer records, chains that none names, records without a chain. */

export interface BeyondPorts {
  readonly reader: Pick<AuditReader, 'chain' | 'chains' | 'unchained'>;
  readonly findings: Findings;
  readonly coverage: Coverage;
  /** Now, UTC ms. */
  readonly now: number;
  readonly read: () => void;
}

export interface Beyond {
  readonly unanchored: readonly AuditStretch[];
  /** Records without a checkpoint for longer than any agent needs for one. */
  readonly late: number;
  readonly beforeChain: number;
}

/** Within it an agent covers what it wrote, ms. */
const GRACE_MS = 10 * 60_000;
/** Agents of a version without chains may run for so long beside newer ones, ms. */
const UPGRADE_MS = 24 * 3_600_000;
const MOST_TOLD = 100;
const MOST_STRETCHES = 1_000;

const instant = (utc: number): string => new Date(utc).toISOString();

/** Reads what follows the covered part of a chain. It vouches for nothing; what does not fit is told. */
const readTail = async (
  { reader, findings, read }: BeyondPorts,
  { chain, highest }: ChainTally,
  from: number,
): Promise<AuditStretch> => {
  const told: { since?: string; until?: string; records: number; first: number } = { records: 0, first: highest };
  let head: { readonly seq: number; readonly hash: string } | undefined;
  for await (const record of reader.chain(chain, from, highest)) {
    read();
    const found = atPlace(record);
    if (found === undefined) continue;
    const { seq, hash, prev, at } = found;
    const isLinked = head === undefined || seq > head.seq + 1 || (seq === head.seq + 1 && head.hash === prev);
    if (hashNow(found) !== hash || !isLinked || found.saysId !== undefined) {
      const { family, id, index } = found;
      const text = `\`${family}/${id}\` is not what was written, or was put there`;
      findings.add({ kind: 'edited', text, chain, seq, family, id, at, index, expected: hash });
    }
    head = { seq, hash };
    told.records += 1;
    told.first = Math.min(told.first, seq);
    if (told.since === undefined || at < told.since) told.since = at;
    if (told.until === undefined || at > told.until) told.until = at;
  }
  const { records, first } = told;
  return { chain, from_seq: first, to_seq: highest, records, ...present({ since: told.since, until: told.until }) };
};

/** The records of some places, by place. */
const placesOf = async ({ reader, read }: BeyondPorts, chain: string, from: number, to: number) => {
  const places = new Map<number, FoundAtPlace[]>();
  for await (const record of reader.chain(chain, from, to)) {
    const found = atPlace(record);
    // The place after a hole was read before.
    if (found === undefined || found.seq < to) read();
    if (found !== undefined) places.set(found.seq, [...(places.get(found.seq) ?? []), found]);
  }
  return places;
};

/**
 * What stands in places that were empty when a checkpoint went past them. The place after it is covered and names its
 * hash: so what landed late proves itself.
 */
const readHoles = async (ports: BeyondPorts, chain: string): Promise<void> => {
  const { findings, coverage } = ports;
  for (const { from, to } of coverage.holes(chain)) {
    const places = await placesOf(ports, chain, from, to + 1);
    let wanted = places.get(to + 1)?.[0]?.prev;
    for (let seq = to; seq >= from; seq -= 1) {
      const found = places.get(seq) ?? [];
      const proven = found.find((record) => record.hash === wanted && hashNow(record) === wanted);
      wanted = proven?.prev;
      findings.explain('late', proven === undefined ? 0 : 1);
      for (const record of found)
        if (record !== proven && !coverage.isVouched(record)) findings.add(strayFinding(record));
    }
  }
};

const strayFinding = ({ family, id, at, index, seq, chain }: FoundAtPlace): AuditFinding => ({
  kind: 'inserted',
  text: `\`${family}/${id}\` stands in a place that was empty when its chain was covered`,
  ...{ chain, seq, family, id, at, index },
});

const within = (range: AuditRange, from: string | undefined, to: string | undefined): AuditRange => {
  const later = [range.from, from].filter((each): each is string => each !== undefined).sort();
  const earlier = [range.to, to].filter((each): each is string => each !== undefined).sort();
  return present({ from: later[later.length - 1], to: earlier[0] });
};

/** Records without a chain: before the first chain, during the upgrade, or put there. */
const readUnchained = async (
  { reader, findings, coverage }: BeyondPorts,
  range: AuditRange,
  began: string | undefined,
): Promise<number> => {
  if (began === undefined) return (await reader.unchained(range, 0)).total;
  const upgraded = instant(Date.parse(began) + UPGRADE_MS);
  const before = await reader.unchained(within(range, undefined, began), 0);
  const during = await reader.unchained(within(range, began, upgraded), MOST_TOLD);
  const after = await reader.unchained(within(range, upgraded, undefined), MOST_TOLD);
  const bare = during.first.filter((record) => coverage.isBare(record)).length;
  findings.explain('upgrade', during.total - bare);
  const strange = after.first.filter((record) => !coverage.isBare(record));
  for (const { family, id, at, index } of strange)
    findings.add({ kind: 'inserted', text: `\`${family}/${id}\` has no place in any chain`, family, id, at, index });
  const untold = after.total - after.first.length;
  if (untold > 0 && strange.length > 0)
    findings.add({ kind: 'inserted', text: `${untold} more records have no place in any chain` });
  return before.total;
};

/** Reads all that is not covered by a checkpoint of a trusted log. */
export const readBeyond = async (ports: BeyondPorts, range: AuditRange, began: string | undefined): Promise<Beyond> => {
  const { reader, coverage, now } = ports;
  const unanchored: AuditStretch[] = [];
  let late = 0;
  for await (const tally of reader.chains(range)) {
    await readHoles(ports, tally.chain);
    const end = coverage.end(tally.chain);
    if (tally.highest < end) continue;
    const stretch = await readTail(ports, tally, Math.max(end, tally.lowest));
    if (stretch.records === 0) continue;
    if (Date.parse(stretch.since ?? tally.from) < now - GRACE_MS) late += stretch.records;
    if (unanchored.length < MOST_STRETCHES) unanchored.push(stretch);
  }
  return { unanchored, late, beforeChain: await readUnchained(ports, range, began) };
};
