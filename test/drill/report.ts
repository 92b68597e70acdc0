import type { Finding } from './judge/finding';
import type { FaultCount } from './judge/took_effect';

/** Everything that a run came to; what `--json` writes. */
export interface DrillReport {
  readonly seed: number;
  readonly rounds: number;
  readonly duration_s: number;
  readonly machine: {
    readonly cores: number;
    readonly load_mean: number;
    readonly load_most: number;
    readonly busy: boolean;
  };
  readonly counts: Readonly<Record<string, number>>;
  readonly faults: readonly FaultCount[];
  readonly findings: ReadonlyArray<Finding & { readonly verdict: Verdict }>;
  /** What this machine cannot do. */
  readonly skipped: readonly string[];
}

type Verdict = 'kept' | 'BROKEN' | 'not judged' | 'did not happen';

/** A broken promise fails the run; but what was only late on a busy machine says nothing of Reflex alone. */
export const verdictOf = (
  { id, broken, looked }: Pick<Finding, 'id' | 'broken' | 'looked'>,
  { busy }: Pick<DrillReport['machine'], 'busy'>,
): Verdict => {
  if (broken.length > 0) return busy && id.startsWith('late.') ? 'not judged' : 'BROKEN';
  return looked === 0 ? 'did not happen' : 'kept';
};

const SHOWN = 5;

const figuresIn = (figures: Finding['figures']): string =>
  Object.entries(figures ?? {})
    .map(([name, value]) => `${name.replace(/_s$/, '')} ${value}${name.endsWith('_s') ? ' s' : ''}`)
    .join(', ');

/** The table on the terminal. */
export const tableOf = ({
  seed,
  rounds,
  duration_s,
  machine,
  counts,
  faults,
  findings,
  skipped,
}: DrillReport): string => {
  const lines = [
    '',
    `Drill: seed ${seed}, ${rounds} ${rounds === 1 ? 'round' : 'rounds'}, ${Math.round(duration_s)} s, load ${machine.load_mean} (most ${machine.load_most}) on ${machine.cores} cores${machine.busy ? ': A BUSY MACHINE, times are not those of Reflex alone' : ''}`,
    Object.entries(counts)
      .map(([name, count]) => `${count} ${name.replace(/_/g, ' ')}`)
      .join(', '),
    '',
    'What was done, and how often it took effect:',
    ...faults.map(
      ({ fault, tried, effective }) =>
        `  ${String(effective).padStart(5)} ${fault}${effective === tried ? '' : ` (of ${tried})`}`,
    ),
    '',
    'What came of it:',
  ];
  for (const { id, promise, looked, broken, figures, verdict } of findings) {
    lines.push(`  ${verdict.padEnd(14)} ${id.padEnd(22)} ${`${broken.length} of ${looked}`.padStart(10)}  ${promise}`);
    const told = figuresIn(figures);
    if (told !== '') lines.push(`  ${''.padEnd(14)} ${''.padEnd(22)} ${''.padStart(10)}  ${told}`);
    lines.push(...broken.slice(0, SHOWN).map((line) => `      - ${line}`));
    if (broken.length > SHOWN) lines.push(`      - and ${broken.length - SHOWN} more`);
  }
  lines.push(...skipped.map((what) => `  SKIPPED ${what}`));
  const having = (wanted: Verdict): number => findings.filter(({ verdict }) => verdict === wanted).length;
  lines.push(
    '',
    `${having('kept')} kept, ${having('BROKEN')} broken, ${having('not judged')} not judged, ${having('did not happen')} did not happen`,
  );
  return lines.join('\n');
};
