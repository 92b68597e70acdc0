import { parseCheckpoint } from '../../../engine/audit/checkpoint';
import { openNote, parseNote } from '../../../engine/audit/signed_note';
import { isBound, readStatement, type Statement } from '../../../engine/audit/statement';
import type { VerifierKey } from '../../../engine/audit/verifier_key';
import type { AnchoredCheckpoint } from '../../ports';
import type { Findings } from './findings';

/** A checkpoint that a trusted key signed. */
export interface TrustedCheckpoint {
  readonly size: number;
  /** Base64. */
  readonly root: string;
  /** What it says of its leaves; undefined where only the note is known. */
  readonly statement: Statement | undefined;
  readonly tree: AnchoredCheckpoint['tree'] | undefined;
}

/** Checkpoints of one log, by size. */
export interface LogAnchors {
  readonly origin: string;
  readonly isTrusted: boolean;
  readonly checkpoints: ReadonlyMap<number, TrustedCheckpoint>;
}

type Given = Pick<AnchoredCheckpoint, 'note'> & Partial<AnchoredCheckpoint>;

interface Gathering {
  isTrusted: boolean;
  readonly checkpoints: Map<number, TrustedCheckpoint>;
}

const statementIn = (text: string | undefined, extensions: readonly string[]): Statement | undefined => {
  const read = text === undefined ? undefined : readStatement(text);
  return read !== undefined && isBound(read, extensions) ? read : undefined;
};

/** Gathers checkpoints from all the places where they are anchored, and finds those that contradict each other. */
export class Anchors {
  private readonly logs = new Map<string, Gathering>();
  /** Sizes of which two were told. */
  private readonly told = new Set<string>();

  constructor(
    private readonly keys: readonly VerifierKey[],
    private readonly findings: Findings,
  ) {}

  add({ note, statement, tree }: Given): void {
    const read = parseNote(note);
    const checkpoint = read.ok ? parseCheckpoint(read.value.text) : read;
    if (!checkpoint.ok)
      return this.findings.add({ kind: 'forged_checkpoint', text: `${checkpoint.error}: ${note.slice(0, 200)}` });
    const { origin, size, root, extensions } = checkpoint.value;
    const log = this.logs.get(origin) ?? { isTrusted: false, checkpoints: new Map<number, TrustedCheckpoint>() };
    this.logs.set(origin, log);
    const own = this.keys.filter(({ name }) => name === origin);
    if (own.length === 0) return;
    log.isTrusted = true;
    const opened = openNote(note, own);
    if (!opened.ok)
      return this.findings.add({
        kind: 'forged_checkpoint',
        text: `checkpoint ${size} of \`${origin}\`: ${opened.error}`,
      });
    const rootText = Buffer.from(root).toString('base64');
    const known = log.checkpoints.get(size);
    if (known !== undefined && known.root !== rootText) this.noteTwo(origin, size, [known.root, rootText]);
    const made = { size, root: rootText, statement: statementIn(statement, extensions), tree };
    if (known?.statement === undefined) log.checkpoints.set(size, made);
  }

  /** Every log that was found. */
  all(): readonly LogAnchors[] {
    return [...this.logs].map(([origin, { isTrusted, checkpoints }]) => ({
      origin,
      isTrusted,
      checkpoints: new Map([...checkpoints].sort(([one], [other]) => one - other)),
    }));
  }

  private noteTwo(origin: string, size: number, [expected = '', found = '']: readonly string[]): void {
    const key = `${size} ${origin}`;
    if (this.told.has(key)) return;
    this.told.add(key);
    this.findings.add({
      kind: 'two_checkpoints',
      text: `\`${origin}\` signed two checkpoints of ${size} records with different roots: whoever holds its key told two histories`,
      expected,
      found,
    });
  }
}
