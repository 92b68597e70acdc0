import { Client, Pool } from 'undici';
import { makeConnectors } from '../../server/connectors/registry';
import type { Connector } from '../../server/runner/ports';
import { aCall, aClearedCommand, effectOf } from '../targets/commands';
import { firewallConnector, startFirewall } from './firewall';
import { rounded, spread } from './figures';

/*
 * What the REST connector adds to its HTTP client: the same orders to the same server by undici alone, in turns within
 * one run. The connector opens a connection for each order, because an order that is written into one which the target
 * is just closing has no answer; so does the fair side of the comparison.
 */

const ORDERS = 1_000;
const ROUNDS = 5;
const AT_ONCE = 16;

type Order = (address: string) => Promise<void>;

const addressOf = (nth: number): string => `198.18.${(nth >> 8) & 255}.${nth & 255}`;

/** Orders a second. */
const rateOf = async (order: Order, atOnce: number): Promise<number> => {
  const began = performance.now();
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let nth = next++; nth < ORDERS; nth = next++) await order(addressOf(nth));
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return (ORDERS * 1_000) / (performance.now() - began);
};

const byConnector =
  (connector: Connector): Order =>
  async (value) => {
    const done = await connector.execute(aClearedCommand({ target: { type: 'ip', value } }), aCall());
    if (done.kind !== 'succeeded') throw new Error(JSON.stringify(done));
  };

const body = (address: string): string => JSON.stringify({ address, tag: crypto.randomUUID() });
const REQUEST = { path: '/blocks', method: 'POST', headers: { 'content-type': 'application/json' } } as const;

const byUndici =
  (url: string): Order =>
  async (address) => {
    const client = new Client(url);
    const answer = await client.request({ ...REQUEST, body: body(address) });
    await answer.body.json();
    await client.close();
  };

const byPool =
  (pool: Pool): Order =>
  async (address) => {
    const answer = await pool.request({ ...REQUEST, body: body(address) });
    await answer.body.json();
  };

/** From the order to the look that sees it, ms. */
const seenAfter = async (connector: Connector): Promise<number> => {
  const command = aClearedCommand({ target: { type: 'ip', value: '198.18.0.1' } });
  const began = performance.now();
  await connector.execute(command, aCall());
  await connector.verify(effectOf(command), aCall());
  return performance.now() - began;
};

export const benchRest = async () => {
  const firewall = await startFirewall();
  const url = `http://127.0.0.1:${firewall.port}`;
  const connector = makeConnectors([firewallConnector(firewall.port)], () => undefined).connectors.get('edge');
  if (connector === undefined) throw new Error('the connector was not made');
  const pool = new Pool(url, { connections: AT_ONCE });
  try {
    const figures = [];
    for (const atOnce of [1, AT_ONCE]) {
      const rates = { connector: [] as number[], undici: [] as number[], kept: [] as number[], share: [] as number[] };
      for (let round = 0; round < ROUNDS; round += 1) {
        const ours = await rateOf(byConnector(connector), atOnce);
        const alone = await rateOf(byUndici(url), atOnce);
        rates.connector.push(ours);
        rates.undici.push(alone);
        rates.kept.push(await rateOf(byPool(pool), atOnce));
        rates.share.push(ours / alone);
      }
      figures.push({
        at_once: atOnce,
        connector_per_second: spread(rates.connector),
        undici_per_second: spread(rates.undici),
        undici_kept_connections_per_second: spread(rates.kept),
        connector_of_undici: spread(rates.share),
      });
    }
    const seen: number[] = [];
    for (let nth = 0; nth < 100; nth += 1) seen.push(await seenAfter(connector));
    return { orders: ORDERS, rounds: ROUNDS, figures, order_to_seen_ms: { ...spread(seen), of: rounded(seen.length) } };
  } finally {
    await pool.close();
    await firewall.close();
  }
};
