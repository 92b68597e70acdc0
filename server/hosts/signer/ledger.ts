import { dirname } from 'path';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, truncateSync, writeSync } from 'fs';
import { instant, list, number, oneOf, record, text } from '../../../common/codec/codecs';
import { decode, sentence } from '../../../common/codec/decode';
import { PRIVATE_FILE, syncFolder } from '../../adapters/system/durable_file';
import type { Signed } from './judge';

/** Of what is written on, a signer needs the highest versions and the last hour; the file keeps everything. */
const Entry = record(
  {
    kind: oneOf(['bundle', 'freshness', 'adopted']),
    at: instant,
    version: number({ min: 1, max: 1_000_000_000, integer: true }),
    statement_digest: text({ min: 64, max: 64 }),
  },
  { author: text(), approvers: list(text(), 16), not_after: instant },
);

const entryOf = (line: string, place: string): Signed => {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new Error(`${place} is not JSON; put the file back from a backup, or begin a new one with \`signer adopt\``);
  }
  const entry = decode(Entry, value);
  if (!entry.ok) throw new Error(`${place} is no entry of a signer: ${sentence(entry.error)}`);
  return entry.value;
};

/** What a signer signed, one JSON document a line. Each line is durable before its signature leaves. */
export class Ledger {
  private constructor(
    private readonly path: string,
    private readonly entries: Signed[],
  ) {}

  get signed(): readonly Signed[] {
    return this.entries;
  }

  /**
   * Reads the file, or begins it.
   *
   * @throws Error if a line is not what was written: then nobody knows what was signed
   */
  static async open(path: string): Promise<Ledger> {
    if (!existsSync(path)) {
      closeSync(openSync(path, 'ax', PRIVATE_FILE));
      await syncFolder(dirname(path));
    }
    const content = readFileSync(path);
    const whole = content.lastIndexOf(0x0a) + 1;
    // INVARIANT: of a line that was not written to its end no signature left.
    if (whole < content.length) truncateSync(path, whole);
    const lines = content.subarray(0, whole).toString('utf8').split('\n').slice(0, -1);
    return new Ledger(
      path,
      lines.map((line, index) => entryOf(line, `${path}:${index + 1}`)),
    );
  }

  /** Returns once it is on the disk. */
  append(entry: Signed): void {
    const file = openSync(this.path, 'a');
    try {
      writeSync(file, `${JSON.stringify(entry)}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    this.entries.push(entry);
  }
}
