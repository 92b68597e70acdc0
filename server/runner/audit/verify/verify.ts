import { iso } from '../../../../common/iso';
import { present } from '../../../../common/present';
import type { AuditReport } from '../../../../common/api/routes/audit';
import type { VerifierKey } from '../../../engine/audit/verifier_key';
import type { AnchoredCheckpoint, AuditRange, AuditReader, Clock, KeptLeaf } from '../../ports';
import { readBeyond } from './beyond';
import { Coverage } from './coverage';
import { Findings } from './findings';
import { Anchors, type LogAnchors } from './log_anchors';
import { Missing } from './missing';
import { LogWalk } from './walk_log';

export interface VerifyPorts {
  readonly reader: AuditReader;
  /** Every place where checkpoints are anchored. */
  readonly anchors: ReadonlyArray<AsyncIterable<AnchoredCheckpoint>>;
  /** Leaves that an agent's disk kept. */
  readonly leaves: (origin: string, from: number, to: number) => AsyncIterable<KeptLeaf>;
  readonly clock: Pick<Clock, 'utc'>;
}

export interface VerifyRequest extends AuditRange {
  /** Whose checkpoints are believed. */
  readonly keys: readonly VerifierKey[];
  /** Notes that were kept elsewhere. */
  readonly notes: readonly string[];
  /** Told of the records that were read so far. */
  readonly progress?: (records: number) => void;
}

const MOST_STRETCHES = 1_000;

/** Where a time begins and ends in a log: sizes of its checkpoints. */
const boundsOf = ({ checkpoints }: LogAnchors, { from, to }: AuditRange): { base: number; upTo: number } => {
  let [base, upTo] = [0, Infinity];
  for (const { size, statement } of checkpoints.values()) {
    if (statement === undefined) continue;
    if (from !== undefined && statement.at < from) base = size;
    if (to !== undefined && statement.at >= to && upTo === Infinity) upTo = size;
  }
  return { base, upTo };
};

const verdictOf = (findings: Findings, late: number): AuditReport['verdict'] =>
  findings.total > 0 ? 'changed' : late > 0 ? 'unanchored' : 'intact';

const logView = ({ origin, isTrusted, checkpoints }: LogAnchors): AuditReport['logs'][number] => ({
  origin,
  key: isTrusted ? 'trusted' : 'unknown',
  checkpoints: checkpoints.size,
  size: [...checkpoints.keys()].reduce((most, size) => Math.max(most, size), 0),
});

/** When the first record of any chain was written. */
const firstChain = async (reader: AuditReader): Promise<string | undefined> => {
  let first: string | undefined;
  for await (const { from } of reader.chains({})) if (first === undefined || from < first) first = from;
  return first;
};

/**
 * Checks the stored records of a time against their chains, and the chains against the checkpoints of all anchors.
 * Reads a page at a time.
 *
 * @throws StoreUnavailable
 */
export const verifyEvidence = async (ports: VerifyPorts, request: VerifyRequest): Promise<AuditReport> => {
  const { reader, clock } = ports;
  const { keys, notes, from, to, progress } = request;
  const [findings, coverage] = [new Findings(), new Coverage()];
  const [missing, anchors] = [new Missing(findings), new Anchors(keys, findings)];
  let records = 0;
  const read = (): void => {
    records += 1;
    progress?.(records);
  };
  for (const note of notes) anchors.add({ note });
  for (const source of ports.anchors) for await (const checkpoint of source) anchors.add(checkpoint);
  await reader.refresh();
  const logs = anchors.all();
  const walked = new Coverage();
  for (const { origin, checkpoints } of logs)
    for (const { statement } of checkpoints.values()) if (statement !== undefined) coverage.take(statement, origin);
  const walk = { reader, leaves: ports.leaves, findings, missing, coverage: walked, read };
  for (const log of logs) {
    const { base, upTo } = boundsOf(log, { ...present({ from, to }) });
    if (log.isTrusted) await new LogWalk(walk, log).walk(base, upTo);
  }
  missing.tell(await reader.indices());
  const range = present({ from, to }) as AuditRange;
  const now = clock.utc();
  const beyond = await readBeyond({ reader, findings, coverage, now, read }, range, await firstChain(reader));
  return {
    verdict: verdictOf(findings, beyond.late),
    as_of: iso(now),
    ...range,
    records,
    checkpoints: logs.reduce((sum, { checkpoints }) => sum + checkpoints.size, 0),
    logs: logs.map(logView),
    anchored: [...walked.stretches(MOST_STRETCHES)],
    unanchored: [...beyond.unanchored],
    before_chain: beyond.beforeChain,
    explained: [...findings.explanations],
    findings: [...findings.first],
    found: findings.total,
  };
};
