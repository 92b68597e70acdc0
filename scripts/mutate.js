'use strict';
/*
 * npm run mutate -- [--seed N] [--count M] [--only WORD] [--list]: breaks the code on purpose, one slip after the
 * other, and tells which of them nobody notices. See docs/guides/simulation.md.
 */
const { existsSync, readFileSync } = require('fs');
const { join } = require('path');
const { root } = require('./bundle/sources');
const { makeCopy } = require('./mutate/copy');
const { simulate, unitTests } = require('./mutate/judge');
const { NAMED, withEdit } = require('./mutate/named');
const { sample, sitesOf, withSite } = require('./mutate/sites');
const { TARGETS } = require('./mutate/targets');
const { testsOf } = require('./mutate/tests_of');

/** The least share of mutants that must be noticed, percent. */
const BAR = 95;
/** Of a mutant in several sources. */
const MOST_TESTS = 48;
const USUAL_SEEDS = 60;
const HARSH_SEEDS = 48;
/** Far from the seeds that `npm test` runs and that people look at. */
const FIRST_SEED = 9_000_000;

const optionsOf = (words) => {
  const options = { seed: 1, count: 100, only: '', list: false };
  for (let index = 0; index < words.length; index += 1) {
    const name = words[index].replace(/^--/, '');
    if (!words[index].startsWith('--') || !(name in options)) throw new Error(`there is no option \`${words[index]}\``);
    if (name === 'list') options.list = true;
    else options[name] = words[(index += 1)];
  }
  for (const name of ['seed', 'count']) {
    options[name] = Number(options[name]);
    if (!Number.isSafeInteger(options[name]) || options[name] < 0) throw new Error(`--${name} takes a whole number`);
  }
  return options;
};

const sourceOf = (file) => readFileSync(join(root, file), 'utf8');

const namedMutants = () =>
  NAMED.map(({ name, breaks, edits }) => ({
    name,
    words: breaks,
    files: [...new Set(edits.map(({ file }) => file))],
    apply: (read, write) => {
      for (const edit of edits) write(edit.file, withEdit(read(edit.file), edit));
    },
  }));

const shortly = (text) => text.replace(/\s+/g, ' ').slice(0, 70);

const mechanicalMutants = ({ count, seed }) => {
  const missing = TARGETS.filter((file) => !existsSync(join(root, file)));
  if (missing.length > 0) throw new Error(`scripts/mutate/targets.js names what is not there: ${missing.join(', ')}`);
  const all = TARGETS.flatMap((file) => sitesOf(file, sourceOf(file)).map((site) => ({ file, site })));
  return sample(all, count, seed).map(({ file, site }) => ({
    name: `${file}:${site.line}`,
    words: `${site.kind}: ${shortly(site.from)}${site.to === ';' ? '' : ` -> ${shortly(site.to)}`}`,
    files: [file],
    apply: (read, write) => write(file, withSite(read(file), site)),
  }));
};

const say = (line) => console.log(line);

/** What is there before anything is broken: tests must pass, and seeds that fail are no witnesses. */
const baseline = (copy, seeds) => {
  const { failed, hung, slowest } = simulate(copy.folder, seeds, { stop: false });
  if (hung) throw new Error('the simulation does not end without any mutant: the machine is too busy to tell anything');
  const lame = [...failed.usual, ...failed.harsh];
  if (lame.length > 0) say(`${lame.length} seeds fail without any mutant and are left out: ${lame.join(', ')}`);
  return { known: failed, longestMs: slowest };
};

/** Who notices a mutant, or undefined. */
const noticedBy = (copy, mutant, { tests, seeds, known, longestMs }) => {
  mutant.apply(copy.read, copy.write);
  try {
    const unit = unitTests(copy.folder, [...new Set(mutant.files.flatMap(tests))].slice(0, MOST_TESTS));
    if (!unit.passed) return unit.hung ? 'a unit test that hangs' : 'a unit test';
    const run = simulate(copy.folder, seeds, { known, longestMs });
    if (run.passed) return undefined;
    if (run.hung) return 'a simulation that hangs';
    const [usual] = run.failed.usual;
    const [harsh] = run.failed.harsh;
    if (usual !== undefined) return `seed ${usual}`;
    return harsh === undefined ? 'a simulation that breaks' : `harsh seed ${harsh}`;
  } finally {
    copy.restore();
  }
};

const judgeAll = (mutants, seed) => {
  const copy = makeCopy();
  const lives = [];
  try {
    const seeds = { usual: USUAL_SEEDS, harsh: HARSH_SEEDS, from: FIRST_SEED + seed * 1_000 };
    const judging = { tests: testsOf(copy.folder), seeds, ...baseline(copy, seeds) };
    for (const mutant of mutants) {
      const by = noticedBy(copy, mutant, judging);
      if (by === undefined) lives.push(mutant);
      say(`${by === undefined ? 'LIVES  ' : 'noticed'}  ${mutant.name}  ${mutant.words}${by ? `  (${by})` : ''}`);
    }
  } finally {
    copy.remove();
  }
  return lives;
};

const main = (words) => {
  const { only, list, ...options } = optionsOf(words);
  const all = [...namedMutants(), ...mechanicalMutants(options)];
  const mutants = all.filter(({ name, words: told }) => `${name} ${told}`.includes(only));
  // An edit that does not apply any more is told before an hour of running.
  for (const { apply } of mutants) apply(sourceOf, () => undefined);
  if (list) {
    for (const { name, words: told } of mutants) say(`${name}  ${told}`);
    return 0;
  }
  const lives = judgeAll(mutants, options.seed);
  const share = (100 * (mutants.length - lives.length)) / Math.max(1, mutants.length);
  if (lives.length > 0)
    say(`\nNobody notices:\n${lives.map(({ name, words: told }) => `  ${name}  ${told}`).join('\n')}`);
  say(
    `\n${mutants.length - lives.length} of ${mutants.length} mutants were noticed: ${share.toFixed(1)} %, at least ${BAR} % are wanted`,
  );
  return share < BAR ? 1 : 0;
};

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
