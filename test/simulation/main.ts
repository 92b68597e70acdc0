import { runSeed } from './run';

/*
 * Any number of seeds: `npm run simulate -- --seeds 10000 --from 1`. A failing seed is printed with what it broke and
 * replays exactly: `npm run simulate -- --seed 4711 --trace`.
 */

const options = new Map<string, string>();
process.argv.slice(2).forEach((word, index, words) => {
  if (word.startsWith('--'))
    options.set(word.slice(2), words[index + 1]?.startsWith('--') === false ? (words[index + 1] ?? '') : '');
});

const number = (name: string, usual: number): number => {
  const given = Number(options.get(name) ?? usual);
  if (!Number.isSafeInteger(given) || given < 1) throw new Error(`--${name} takes a whole number of at least 1`);
  return given;
};

const show = (line: string): void => void process.stdout.write(`${line}\n`);

const main = async (): Promise<number> => {
  const first = options.has('seed') ? number('seed', 1) : number('from', 1);
  const count = options.has('seed') ? 1 : number('seeds', 1_000);
  const trace = options.has('trace') ? { trace: show } : {};
  let failed = 0;
  let steps = 0;
  let sendings = 0;
  const started = Date.now();
  for (let seed = first; seed < first + count; seed += 1) {
    const result = await runSeed({ seed, ...trace });
    steps += result.steps;
    sendings += result.sendings;
    if (result.violations.length + result.errors.length > 0) {
      failed += 1;
      show(`seed ${seed}:`);
      for (const { at, promise, text } of result.violations) show(`  ${(at / 1000).toFixed(1)} s  ${promise}  ${text}`);
      for (const error of result.errors.slice(0, 5)) show(`  fault in the code: ${error.slice(0, 1_500)}`);
    }
    if ((seed - first + 1) % 100 === 0 && count > 100) {
      show(`${seed - first + 1} of ${count} seeds, ${failed} failed, ${Math.round((Date.now() - started) / 1000)} s`);
    }
  }
  show(
    `${count} seeds, ${failed} failed, ${steps} steps, ${sendings} orders sent, ${((Date.now() - started) / 1000).toFixed(1)} s`,
  );
  return failed === 0 ? 0 : 1;
};

void main().then((code) => {
  process.exitCode = code;
});
