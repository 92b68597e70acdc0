import { runSeed } from './run';

const seed = Number(process.argv[2] ?? 1);
const verbose = process.argv.includes('--trace');
const many = process.argv[3] && !process.argv[3].startsWith('-') ? Number(process.argv[3]) : 1;

const main = async (): Promise<void> => {
  let steps = 0;
  let sendings = 0;
  let bad = 0;
  const started = process.hrtime.bigint();
  for (let current = seed; current < seed + many; current += 1) {
    const result = await runSeed({ seed: current, ...(verbose ? { trace: (line: string) => console.log(line) } : {}) });
    steps += result.steps;
    sendings += result.sendings;
    if (result.violations.length > 0 || result.errors.length > 0) {
      bad += 1;
      console.log(`seed ${current}:`);
      for (const each of result.violations) console.log(`  ${each.at} ${each.promise} ${each.text}`);
      for (const each of result.errors.slice(0, 5)) console.log(`  ERROR ${each.slice(0, 1500)}`);
    }
  }
  console.log({ bad, many, steps, sendings, seconds: Number(process.hrtime.bigint() - started) / 1e9 });
};
void main();
