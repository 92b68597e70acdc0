import { readFileSync } from 'fs';
import { setTimeout as sleep } from 'timers/promises';
import type { TypeOf } from 'io-ts';
import { getAudit, verifyAudit, type AuditReport } from '../../../common/api/routes';
import { present } from '../../../common/present';
import { err, ok, type Result } from '../../../common/result';
import { whyOf } from '../../../common/why';
import { ask } from './ask';
import type { Address } from './address';
import { EXIT, type Outcome } from './outcome';

/** What `reflex verify` takes. */
export interface VerifyWish {
  readonly from?: string;
  readonly to?: string;
  /** File with checkpoints that were kept elsewhere: lines of JSON with a `note`, or one note as it is. */
  readonly anchors?: string;
  /** Verifier keys to trust besides those of the settings. */
  readonly keys: readonly string[];
  readonly json: boolean;
  /** Told how far it is. */
  readonly tell?: (line: string) => void;
}

type Verification = NonNullable<TypeOf<typeof getAudit.answer>['verification']>;

const ASK_MS = 500;

const noteIn = (value: unknown): readonly string[] => {
  if (typeof value !== 'object' || value === null) return [];
  const { note, reflex } = value as { readonly note?: unknown; readonly reflex?: unknown };
  return typeof note === 'string' ? [note] : noteIn(reflex);
};

/** The notes of a file: of checkpoints that Reflex kept, of its log, or one note as it is. */
export const notesIn = (text: string): readonly string[] => {
  const notes = text.split('\n').flatMap((line) => {
    try {
      return noteIn(JSON.parse(line));
    } catch {
      return [];
    }
  });
  return notes.length > 0 ? notes : [text];
};

const notesOf = ({ anchors }: VerifyWish): Result<readonly string[], string> => {
  if (anchors === undefined) return ok([]);
  try {
    return ok(notesIn(readFileSync(anchors, 'utf8')));
  } catch (cause) {
    return err(`the anchors cannot be read: ${whyOf(cause)}`);
  }
};

const until = async (
  address: Address,
  begun: Verification,
  tell?: VerifyWish['tell'],
): Promise<Result<Verification, string>> => {
  let seen = begun;
  while (seen.state === 'running') {
    await sleep(ASK_MS);
    const answer = await ask(address, getAudit);
    if (!answer.ok) return answer;
    const { verification } = answer.value;
    if (verification === undefined) return err('that Reflex began anew meanwhile; verify again');
    if (verification.records !== seen.records) tell?.(`  ${verification.records} records read`);
    seen = verification;
  }
  return ok(seen);
};

const VERDICTS: Readonly<Record<AuditReport['verdict'], string>> = {
  intact: 'intact: every record is what was written, and checkpoints cover all but the newest',
  unanchored: 'nothing was found changed, but for some older records no checkpoint vouches',
  changed: 'changed: what is stored is not what was written',
};

const stretch = ({ chain, from_seq, to_seq, records, since, until: to }: AuditReport['anchored'][number]): string =>
  `  ${chain} ${from_seq}–${to_seq}: ${records} records${since === undefined ? '' : `, ${since} to ${to ?? since}`}`;

const findingLines = ({
  kind,
  text,
  chain,
  seq,
  to_seq,
  index,
  at,
  expected,
  found,
}: AuditReport['findings'][number]): string[] => [
  `  ${kind}: ${text}`,
  ...(chain === undefined ? [] : [`    place ${chain} ${seq ?? ''}${to_seq === undefined ? '' : `–${to_seq}`}`]),
  ...(index === undefined ? [] : [`    index ${index}${at === undefined ? '' : `, written ${at}`}`]),
  ...(expected === undefined ? [] : [`    expected ${expected}`]),
  ...(found === undefined ? [] : [`    found    ${found}`]),
];

/** A report in words. */
export const reportLines = (report: AuditReport): readonly string[] => [
  VERDICTS[report.verdict],
  `${report.records} records, ${report.checkpoints} checkpoints, as of ${report.as_of}`,
  ...report.logs.map(
    ({ origin, key, size }) =>
      `  log ${origin}: ${size} records${key === 'trusted' ? '' : ', signed by a key that is not trusted here'}`,
  ),
  ...(report.anchored.length === 0 ? [] : ['Anchored:', ...report.anchored.map(stretch)]),
  ...(report.unanchored.length === 0 ? [] : ['Not anchored:', ...report.unanchored.map(stretch)]),
  ...(report.before_chain === 0
    ? []
    : [`${report.before_chain} records from before there were chains: nothing vouches for them`]),
  ...report.explained.map(({ records, text }) => `${records} ${records === 1 ? 'place' : 'places'}: ${text}`),
  ...(report.found === 0 ? [] : [`Found ${report.found}:`, ...report.findings.flatMap(findingLines)]),
  ...(report.found > report.findings.length ? [`  and ${report.found - report.findings.length} more`] : []),
];

/** 0: intact; 1: changed; 2: could not be verified; 3: for some older records no checkpoint vouches. */
const EXITS: Readonly<Record<AuditReport['verdict'], number>> = {
  intact: EXIT.done,
  changed: EXIT.differs,
  unanchored: 3,
};

/** Has the stored records checked, and says what was found. */
export const verify = async (address: Address, wish: VerifyWish): Promise<Outcome> => {
  const notes = notesOf(wish);
  if (!notes.ok) return { exit: EXIT.error, lines: [notes.error] };
  const { from, to, keys, json, tell } = wish;
  const order = { ...present({ from, to }), notes: [...notes.value], keys: [...keys] };
  const begun = await ask(address, verifyAudit, {}, order);
  if (!begun.ok) return { exit: EXIT.error, lines: [begun.error] };
  const over = await until(address, begun.value, json ? undefined : tell);
  if (!over.ok) return { exit: EXIT.error, lines: [over.error] };
  const { report, why = 'it ended without a report' } = over.value;
  if (report === undefined) return { exit: EXIT.error, lines: [`could not be verified: ${why}`] };
  return { exit: EXITS[report.verdict], lines: json ? [JSON.stringify(report, undefined, 2)] : reportLines(report) };
};
