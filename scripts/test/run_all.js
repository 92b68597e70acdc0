'use strict';
// The stages of `npm test` in their order, two at a time where they do not need each other.
const { rmSync } = require('fs');
const { installPackages } = require('../setup/packages');
const { endAll } = require('./children');
const { Report } = require('./report');
const { makeWorkFolder } = require('./work_folder');

/** Seeds of the simulation; `npm run simulate` takes any number. */
const SEEDS = { quick: '60', full: '800' };

const timed = async (report, name, work) => {
  const began = performance.now();
  try {
    report.stage(name, { ...(await work()), ms: performance.now() - began });
    return true;
  } catch (error) {
    report.stage(name, { passed: 0, failures: [error.message], ms: performance.now() - began });
    return false;
  }
};

/** Two lanes for two cores. */
const twoAtATime = async (jobs) => {
  const waiting = [...jobs];
  const lane = async () => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) await job();
  };
  await Promise.all([lane(), lane()]);
};

const runChecks = async (report, options) => {
  const { CHECKS, runCheck } = require('./checks');
  await twoAtATime(CHECKS.map((name) => () => timed(report, name, () => runCheck(name, options))));
};

/** What needs neither network nor servers. The quick run leaves slow suites and rules of access to the full one. */
const localStages = async (report, folder, { quick }) => {
  const { jestStage } = require('./jest');
  const seeds = process.env.REFLEX_SEEDS ?? (quick ? SEEDS.quick : SEEDS.full);
  const env = { REFLEX_SEEDS: seeds, ...(quick ? { REFLEX_QUICK: '1' } : {}) };
  await runChecks(report, { quick });
  for (const project of ['unit', 'page', 'simulation'])
    await timed(report, project, () => jestStage(project, { folder, env, args: ['--maxWorkers=2'] }));
};

const buildAll = (report) =>
  timed(report, 'build', async () => {
    try {
      await require('../build').build(['server', 'public', 'standalone']);
      // X18: the same sources give the same bytes.
      require('../release').buildTwice();
    } finally {
      await require('esbuild').stop();
    }
    return { passed: 1, failures: [] };
  });

/** What needs a real OpenSearch, and a browser. */
const serverStages = async (report, folder, provided) => {
  const { jestStage } = require('./jest');
  let node;
  const isUp = await timed(report, 'OpenSearch node', async () => {
    node = await provided.node;
    return { passed: 1, failures: [] };
  });
  if (!isUp) {
    report.skip('integration, e2e and drill: no OpenSearch node could be started');
    return;
  }
  const { path, why } = await provided.browser;
  const env = { REFLEX_TEST_OPENSEARCH: node.url };
  await timed(report, 'integration', () => jestStage('integration', { folder, env, args: ['--maxWorkers=2'] }));
  if (path === undefined) report.skip(`e2e: ${why}`);
  else
    await timed(report, 'e2e', () =>
      jestStage('e2e', { folder, env: { ...env, REFLEX_TEST_CHROMIUM: path }, args: ['--runInBand'] }),
    );
  await node.end();
  // It kills nodes and hosts, so it has its own, and the machine to itself.
  const { drillStage } = require('./drill');
  await timed(report, 'drill', () => drillStage(folder));
};

const fullStages = async (report, folder) => {
  if (!(await buildAll(report))) {
    await localStages(report, folder, { quick: false });
    report.skip('integration, e2e and drill: Reflex could not be built');
    return;
  }
  // Both take long the first time, and mostly wait for the network.
  const node = require('./node').startNode(folder);
  node.catch(() => undefined);
  const browser = require('./chromium').provideChromium();
  await localStages(report, folder, { quick: false });
  await serverStages(report, folder, { browser, node });
};

const onceStopped = (folder) => {
  let asked = false;
  const stop = async () => {
    if (asked) return;
    asked = true;
    console.log('\nStopping …');
    await endAll();
    rmSync(folder, { recursive: true, force: true });
    console.log('0 passed, 1 failed');
    process.exit(130);
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => void stop());
  return () => asked;
};

/** Runs everything and exits. */
exports.runAll = async (args) => {
  const unknown = args.find((arg) => arg !== '--quick');
  if (unknown !== undefined) {
    console.error(`there is no option \`${unknown}\`; known: --quick`);
    process.exit(2);
  }
  const quick = args.includes('--quick');
  const report = new Report();
  const folder = makeWorkFolder();
  const isStopped = onceStopped(folder);
  const fault = installPackages();
  if (fault !== '') {
    report.stage('npm packages', { passed: 0, failures: [fault], ms: 0 });
  } else if (quick) await localStages(report, folder, { quick: true });
  else await fullStages(report, folder);
  if (isStopped()) return;
  await endAll();
  rmSync(folder, { recursive: true, force: true });
  process.exitCode = report.end();
};
