import type * as t from 'io-ts';
import type { listIntakeHealth } from '../../common/api/routes';
import type { DecisionBrief } from '../../common/api/views';
import { configSchema } from '../../server/hosts/dashboards/config_schema';
import { wholeReflex, type WholeReflex } from '../builders/whole_reflex';
import { NODE_URL, realNode, type RealNode } from '../contracts/real_node';
import { settingsInDashboards } from '../fakes/dashboards_settings';
import { whyNotKafka } from '../targets/kafka_packages';
import { mustRun } from '../targets/processes';
import { whyNotRabbitmq } from '../targets/rabbitmq_packages';
import { until } from '../targets/until';
import { ExampleWorld } from './example_world';
import { textOf } from './guide_blocks';
import { workedExamples, type WorkedExample } from './worked_examples';

/*
 * The worked examples of the guide, word for word, in one Reflex that has the settings of all of them as Dashboards
 * reads them. That the other host reads the same is seen in `settings_examples.test.ts`.
 */

jest.setTimeout(180_000);

const LONG = { withinMs: 60_000, everyMs: 250 };
const EXAMPLES = workedExamples(textOf('docs/guides/worked_examples.md'));
/** Where a monitor and a detector are made. */
const MAKES = ['_plugins/_alerting/monitors', '_plugins/_security_analytics/detectors'];

/** Why an example cannot be run on this machine. */
const whyNot = ({ settings }: WorkedExample): string | undefined =>
  settings.includes('kafka:') ? whyNotKafka() : settings.includes('rabbitmq:') ? whyNotRabbitmq() : undefined;

type Tree = Record<string, unknown>;

/** The lists of all settings one after the other. */
const together = (all: readonly unknown[]): Tree => {
  const whole: Tree = {};
  for (const each of all as readonly Tree[])
    for (const [key, value] of Object.entries(each)) {
      const before = whole[key];
      whole[key] =
        Array.isArray(before) && Array.isArray(value)
          ? [...(before as readonly unknown[]), ...(value as readonly unknown[])]
          : before !== undefined
            ? together([before, value])
            : value;
    }
  return whole;
};

describe('the worked examples of the guide', () => {
  let node: RealNode;
  let world: ExampleWorld;
  let reflex: WholeReflex;
  /** Monitors by the index that they read. */
  const monitors = new Map<string, string>();

  /** As it is printed, in a shell. */
  const typed = async (command: string): Promise<string> => {
    const text = world.here(command);
    const said = await mustRun('sh', ['-ec', `LOGIN='x-user: approver'\n${text.replaceAll('curl ', 'curl -sS ')}`]);
    return said;
  };
  const decisionAbout = async (target: string): Promise<DecisionBrief | undefined> =>
    (await reflex.decisions()).find(({ acts }) => acts.some((act) => act.target.value === target));
  const isConnected = async (): Promise<boolean> => {
    const { body } = await reflex.ask<t.TypeOf<(typeof listIntakeHealth)['answer']>>('GET', '/intake/health');
    const followed = body.sources.filter(({ type }) => ['kafka', 'rabbitmq', 'index'].includes(type));
    return followed.length > 0 && followed.every(({ connected }) => connected === true);
  };

  beforeAll(async () => {
    node = await realNode();
    const runnable = EXAMPLES.filter((each) => whyNot(each) === undefined);
    world = await ExampleWorld.start(
      { ...node, url: NODE_URL },
      { kafka: whyNotKafka() === undefined, rabbitmq: whyNotRabbitmq() === undefined },
    );
    // The grant of a monitor names it, so it is made first.
    const ids: string[] = [];
    for (const path of MAKES) {
      const made = EXAMPLES.flatMap(({ commands }) => commands).find((command) => command.includes(path));
      ids.push((JSON.parse(await typed(made ?? '')) as { _id: string })._id);
    }
    const [monitorId = '', detectorId = ''] = ids;
    const ofDetector = world.monitorOf(detectorId);
    monitors.set('app-logs', monitorId).set('windows-events', ofDetector);
    // The longer name first.
    world.name('DETECTORS_MONITOR_ID', ofDetector);
    world.name('DETECTOR_ID', detectorId);
    world.name('MONITOR_ID', monitorId);
    const read = runnable.map(({ settings }) => settingsInDashboards(world.here(settings)));
    const settings = configSchema.validate(together(read));
    reflex = await wholeReflex({ transport: world.transport, settings, dataFolder: world.dataFolder });
    world.name('https://reflex.example', reflex.url);
    await until('every source is connected', isConnected, LONG);
  }, 180_000);

  afterAll(async () => {
    await reflex.stop();
    await world.stop();
    await node.dispose();
  });

  it('cover every kind of source', () => {
    const all = EXAMPLES.map(({ settings }) => settings).join('');
    for (const kind of ['webhooks:', 'kafka:', 'rabbitmq:', 'indices:', 'preset:', 'alerting:'])
      expect(all).toContain(kind);
    expect(EXAMPLES.length).toBeGreaterThanOrEqual(10);
  });

  for (const example of EXAMPLES) {
    const why = whyNot(example);
    const name = `${example.title}: ${example.result} of ${example.action} ${example.target}`;
    const test = why === undefined ? it : it.skip;
    test(why === undefined ? name : `${name} (${why})`, async () => {
      const { commands, message, settings, verdict, result, action, target, policy } = example;
      expect(await decisionAbout(target)).toBeUndefined();
      const isMonitor = settings.includes('alerting:');
      for (const [index, command] of commands.entries()) {
        if (MAKES.some((path) => command.includes(path))) continue;
        if (isMonitor && index === commands.length - 1) await startingFrom(command);
        else await typed(command);
        // The guide says so: a mapping counts after some seconds.
        if (command.includes('/mapping')) await new Promise((resolve) => setTimeout(resolve, 6_000));
      }
      if (message !== undefined && settings.includes('kafka:')) await world.toKafka(world.here(message));
      if (message !== undefined && settings.includes('rabbitmq:')) await world.toRabbitmq(world.here(message));
      await until(`a decision about ${target}`, async () => (await decisionAbout(target)) !== undefined, {
        ...LONG,
        seen: async () => [await reflex.ask('GET', '/quarantine'), await reflex.decisions()],
      });
      const decision = await decisionAbout(target);
      expect(decision?.verdict).toBe(verdict);
      const acts = decision?.acts.map((act) => [act.result, act.action, act.target.value, act.policy, act.shadow]);
      expect(acts).toEqual([[result, action, target, policy, true]]);
    });
  }

  /** The first run of a monitor only notes where its index ends. */
  const startingFrom = async (command: string): Promise<void> => {
    const [index = '', monitorId = ''] = [...monitors].find(([name]) => command.includes(`/${name}/`)) ?? [];
    await node.transport.request({ method: 'PUT', path: `/${node.prefix}${index}` }, { timeoutMs: 30_000 });
    await world.runs.run(monitorId);
    await typed(command);
    await world.runs.run(monitorId);
  };
});
