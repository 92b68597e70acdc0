import type { OpenSearchTransport } from '../../server/adapters/opensearch/transport';
import { quantile, rounded } from './figures';
import type { Firewall } from './firewall';
import type { ReflexClient } from './reflex_client';

interface Quantiles {
  readonly p50: number;
  readonly p99: number;
}

/** From sending an alert to the request at the enforcement system, beside what one durable write costs. */
interface LatencySeries {
  readonly samples: number;
  readonly webhook_to_connector_ms: Quantiles;
  readonly durable_create_ms: Quantiles;
  readonly ratio_p50: number;
  readonly ratio_p99: number;
}

/**
 * `idle`: what came before is written down. `back_to_back`: its outcome is still being written when the next one comes.
 */
interface LatencyFigures {
  readonly idle: LatencySeries;
  readonly back_to_back: LatencySeries;
}

const SAMPLES = 300;
const WARM_UP = 40;
/** So long after an alert its outcome, its verification and its records are written. */
const IDLE_MS = 150;
const PATIENCE_MS = 20_000;

const RAW_INDEX = 'bench-creates';

/** About as large as what Reflex writes for one event. */
const DOCUMENT = { content: 'x'.repeat(4_000), kind: 'case' };

/** Waits without turning in circles: the machine has few cores, and what is measured needs them. */
const untilReached = async (firewall: Firewall, address: string): Promise<number> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the block of ${address} never reached the target`)), PATIENCE_MS);
  });
  return Promise.race([firewall.reached(address), late]).finally(() => clearTimeout(timer));
};

const eventOf = (index: number): { readonly address: string; readonly event: object } => {
  const address = `203.0.${113 + Math.floor(index / 250)}.${(index % 250) + 1}`;
  return {
    address,
    event: {
      event_id: `latency-${index}`,
      timestamp: new Date().toISOString(),
      confidence: 0.97,
      severity: 'critical',
      source: { ip: address },
      rule: { id: 'bench-block' },
    },
  };
};

interface Rig {
  readonly reflex: ReflexClient;
  readonly firewall: Firewall;
  readonly node: OpenSearchTransport;
}

/** Alternates one durable create and one alert, so that both meet the same state of the machine. */
const seriesOf = async (
  { reflex, firewall, node }: Rig,
  { from, warmUp, pauseMs }: { readonly from: number; readonly warmUp: number; readonly pauseMs: number },
): Promise<LatencySeries> => {
  const creates: number[] = [];
  const ways: number[] = [];
  for (let index = from; index < from + warmUp + SAMPLES; index += 1) {
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    const before = performance.now();
    await node.request({ method: 'PUT', path: `/${RAW_INDEX}/_create/${index}`, body: DOCUMENT });
    const created = performance.now() - before;
    const { address, event } = eventOf(index);
    const sent = performance.now();
    const [reached] = await Promise.all([untilReached(firewall, address), reflex.send([event])]);
    if (index < from + warmUp) continue;
    creates.push(created);
    ways.push(reached - sent);
  }
  const both = (values: readonly number[]) => ({
    p50: rounded(quantile(values, 0.5)),
    p99: rounded(quantile(values, 0.99)),
  });
  const [way, create] = [both(ways), both(creates)];
  return {
    samples: SAMPLES,
    webhook_to_connector_ms: way,
    durable_create_ms: create,
    ratio_p50: rounded(way.p50 / create.p50),
    ratio_p99: rounded(way.p99 / create.p99),
  };
};

/** One alert at a time: on a quiet system, and each as soon as the one before has reached the target. */
export const benchLatency = async (
  reflex: ReflexClient,
  firewall: Firewall,
  node: OpenSearchTransport,
): Promise<LatencyFigures> => {
  const settings = { number_of_shards: 1, number_of_replicas: 0, 'translog.durability': 'request' };
  await node.request({ method: 'PUT', path: `/${RAW_INDEX}`, body: { settings: { index: settings } } });
  const rig = { reflex, firewall, node };
  const back_to_back = await seriesOf(rig, { from: 0, warmUp: WARM_UP, pauseMs: 0 });
  const idle = await seriesOf(rig, { from: WARM_UP + SAMPLES, warmUp: 0, pauseMs: IDLE_MS });
  return { idle, back_to_back };
};
