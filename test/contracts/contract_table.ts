/*
 * What the contract suite tried at which connector. A row that cannot be tried says why: what is skipped silently is
 * believed to work.
 */

export const CONTRACT_ROWS = [
  'act',
  'act again',
  'act on what is already so',
  'act on what does not exist',
  'verify',
  'undo',
  'undo again',
  'undo after a human changed it',
  'renew',
  'cut off before the effect',
  'cut off after the effect',
  'slow',
  'throttled',
  '200 but not applied',
  '500 but applied',
  'offline target',
  'capability lost after the self-test',
] as const;
export type ContractRow = (typeof CONTRACT_ROWS)[number];

type Result = 'yes' | 'NO' | { readonly skipped: string };

/** At most this share of the rows may be skipped. */
const MOST_SKIPPED = 1 / 5;

export class ContractTable {
  private readonly columns = new Map<string, Map<ContractRow, Result>>();

  note(connector: string, row: ContractRow, result: Result): void {
    const column = this.columns.get(connector) ?? new Map<ContractRow, Result>();
    this.columns.set(connector, column);
    column.set(row, result);
  }

  /** Rows that a connector was neither tried on nor skipped with a reason, or undefined if all were. */
  missing(connector: string): readonly ContractRow[] {
    return CONTRACT_ROWS.filter((row) => !this.columns.get(connector)?.has(row));
  }

  skipped(connector: string): readonly ContractRow[] {
    return CONTRACT_ROWS.filter((row) => typeof this.columns.get(connector)?.get(row) === 'object');
  }

  skipsTooMuch(connector: string): boolean {
    return this.skipped(connector).length > CONTRACT_ROWS.length * MOST_SKIPPED;
  }

  /** Rows by connectors, and below it each reason. */
  lines(): readonly string[] {
    const names = [...this.columns.keys()];
    const wide = Math.max(...CONTRACT_ROWS.map(({ length }) => length));
    const wordOf = (result: Result | undefined): string =>
      result === undefined ? 'not tried' : typeof result === 'object' ? 'skipped' : result;
    const row = (head: string, cells: readonly string[]): string =>
      `| ${head.padEnd(wide)} | ${cells.map((cell, index) => cell.padEnd(Math.max(9, names[index]?.length ?? 0))).join(' | ')} |`;
    const reasons = [...this.columns].flatMap(([name, column]) =>
      [...column].flatMap(([each, result]) =>
        typeof result === 'object' ? [`skipped at ${name}: ${each}: ${result.skipped}`] : [],
      ),
    );
    return [
      row('connector contract', names),
      ...CONTRACT_ROWS.map((each) =>
        row(
          each,
          names.map((name) => wordOf(this.columns.get(name)?.get(each))),
        ),
      ),
      ...reasons,
    ];
  }
}
