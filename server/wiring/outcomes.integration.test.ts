import { createHash } from 'crypto';
import { writeFileSync } from 'fs';
import { join } from 'path';
import type { OutcomeDocument } from '../../common/api/outcome_document';
import { listOutcomeReceivers, postEvents, type ReceiverView } from '../../common/api/routes';
import { iso } from '../../common/iso';
import { anEvent } from '../../test/builders/events';
import { realNode, type RealNode } from '../../test/contracts/real_node';
import { temporaryFolder } from '../../test/contracts/temporary_folder';
import { BareHost } from '../../test/demo/bare_host';
import { withOwnNames } from '../../test/demo/own_names';
import { bodyOf, httpServer, type LoopbackServer } from '../../test/targets/loopback_server';
import { until } from '../../test/targets/until';
import type { Wired } from '../hosts/host_parts';
import { wire } from '../wiring';

/* The real wiring on a real OpenSearch tells a real HTTP receiver, which goes away and comes back. */

jest.setTimeout(180_000);

const TOKEN = 'only-for-this-test';
const SECRET = 'a secret of this test';
const LONG = { withinMs: 60_000, everyMs: 250 };

let node: RealNode;
let folder: ReturnType<typeof temporaryFolder>;
let secrets: ReturnType<typeof temporaryFolder>;
let receiver: LoopbackServer;
let host: BareHost;
let wired: Wired;
let isDown = false;
const heard: Array<{ readonly document: OutcomeDocument; readonly headers: NodeJS.Dict<string | string[]> }> = [];

const start = async (): Promise<void> => {
  const webhook = { url: `${receiver.url}/outcomes`, allow_addresses: ['127.0.0.1'], auth: { secret: 'siem' } };
  const settings = {
    intake: {
      tokens: [{ name: 'siem', sha256: createHash('sha256').update(TOKEN).digest('hex'), may: ['intake'] }],
      outcomes: [{ source: 'webhook:siem', tell: ['decided'], webhook }],
    },
    secrets: [{ name: 'siem', file: join(secrets.folder, 'siem') }],
  };
  const transport = withOwnNames(node.transport, node.prefix);
  host = new BareHost({ transport, dataFolder: folder.folder, demo: false, settings });
  wired = wire(host.parts);
  await wired.start();
};

const report = async (event_id: string): Promise<void> => {
  const event = anEvent({ event_id, timestamp: iso(Date.now()) });
  const headers = { authorization: `Bearer ${TOKEN}` };
  const { status, body } = await host.call('post', postEvents.path, { body: JSON.stringify(event), headers });
  expect({ status, body }).toMatchObject({ status: 202 });
};
const ids = (): string[] => heard.map(({ document }) => document.event_id);
const receiverView = async (): Promise<ReceiverView | undefined> => {
  const { body } = await host.call<{ receivers: ReceiverView[] }>('get', listOutcomeReceivers.path);
  return body.receivers[0];
};

beforeAll(async () => {
  node = await realNode();
  folder = temporaryFolder();
  secrets = temporaryFolder();
  writeFileSync(join(secrets.folder, 'siem'), SECRET);
  receiver = await httpServer((request, response) => {
    void bodyOf(request).then((body) => {
      if (isDown) return response.writeHead(503).end();
      heard.push({ document: JSON.parse(body) as OutcomeDocument, headers: request.headers });
      return response.writeHead(204).end();
    });
  });
  await start();
});
afterAll(async () => {
  await wired?.stop();
  await receiver?.close();
  await node?.dispose();
  folder?.remove();
  secrets?.remove();
});

describe('a receiver of outcomes', () => {
  it('is told by the whole of Reflex, with its secret, its mark and a key', async () => {
    // What came about before Reflex first looked is not told.
    const path = `/${node.prefix}reflex-state/_doc/${encodeURIComponent('telling:webhook:siem>webhook')}`;
    const isFollowed = async () => (await node.transport.request({ method: 'GET', path })).status === 200;
    await until('it is followed', isFollowed, LONG);
    await report('first');
    await until('it is told', () => ids().includes('first'), { ...LONG, seen: receiverView });
    const [first] = heard;
    expect(first?.document).toMatchObject({
      sequence: 1,
      transition: 'decided',
      source: { type: 'webhook', id: 'siem' },
    });
    expect(first?.headers).toMatchObject({
      authorization: `Bearer ${SECRET}`,
      'x-reflex-outcome': 'v1',
      'idempotency-key': first?.document.key,
    });
    await until('the page says so', async () => (await receiverView())?.told === 1, LONG);
  });

  it('hears, once it is back, what came about while it was away and while Reflex started anew', async () => {
    isDown = true;
    await report('while-away');
    await until('it is missed', async () => (await receiverView())?.error === 'HTTP 503', LONG);
    await wired.stop();
    await start();
    await until('it is missed again', async () => (await receiverView())?.failing_since !== undefined, LONG);
    isDown = false;
    await report('after');
    await until('all is told', () => ids().includes('after'), LONG);
    expect(ids()).toEqual(['first', 'while-away', 'after']);
    expect(heard.map(({ document }) => document.sequence)).toEqual([1, 2, 3]);
  });
});
