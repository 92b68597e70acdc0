import { generateKeyPairSync } from 'crypto';
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'fs';
import { join } from 'path';
import { until } from '../targets/until';
import { inventory, POLICIES, REMOVED, settingsOf } from './fleet_settings';
import { DrillHost } from './host';
import { DrillNode } from './node';
import { HOSTS, type HostName, type Observer } from './observer';
import { smallDisk, type SmallDisk } from './small_disk';
import type { Target } from './target';

const WITHIN_MS = { withinMs: 60_000, everyMs: 500 };

interface FleetOptions {
  readonly root: string;
  readonly folder: string;
  readonly observer: Observer;
  readonly target: Target;
  /** Whether a small disk may be mounted for one of the hosts. */
  readonly mounts: boolean;
}

/** Three hosts on one OpenSearch node. */
export interface Fleet {
  readonly node: DrillNode;
  readonly hosts: Readonly<Record<HostName, DrillHost>>;
  /** The disk of `host-3`, if it has one of its own. */
  readonly disk?: SmallDisk;
  readonly end: () => Promise<void>;
}

const signingKeyIn = (folder: string): string => {
  const file = join(folder, 'signing.pem');
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  return file;
};

/** Puts the policies of the drill in force, as a person would over the API. */
const release = async (host: DrillHost): Promise<number> => {
  for (const [id, source] of POLICIES) await host.must('PUT', `/policies/drafts/${id}`, { source });
  for (const id of REMOVED) await host.must('PUT', `/policies/drafts/${id}`, { deleted: true });
  const made = (await host.must('POST', '/policies/candidates', { changelog: 'the drill' })) as {
    id: string;
    digest: string;
  };
  await host.must('POST', `/policies/candidates/${made.id}/approve`, { reason: 'the drill', digest: made.digest });
  await host.must('POST', `/policies/candidates/${made.id}/release`, {});
  return ((await host.must('GET', '/policies')) as { version: number }).version;
};

/** Starts everything; the policies are in force on every host by then. */
export const startFleet = async ({ root, folder, observer, target, mounts }: FleetOptions): Promise<Fleet> => {
  const disk = mounts ? await smallDisk(join(folder, 'host-3')) : undefined;
  const signingKey = signingKeyIn(folder);
  const started: { node?: DrillNode; hosts: DrillHost[] } = { hosts: [] };
  const end = async (): Promise<void> => {
    await Promise.all(started.hosts.map((host) => host.end()));
    await started.node?.end();
    await disk?.unmount();
  };
  try {
    const node = await DrillNode.start(root, folder);
    started.node = node;
    const made = HOSTS.map(async (name) => {
      const settings = settingsOf(name, target, signingKey);
      const host = await DrillHost.make({
        name,
        root,
        folder,
        dataFolder: join(folder, name),
        node: node.url,
        settings,
        observer,
      });
      started.hosts.push(host);
      return [name, host] as const;
    });
    const hosts = Object.fromEntries(await Promise.all(made)) as Record<HostName, DrillHost>;
    // The first one alone sets everything in force, so that the others come to what is there.
    hosts['host-1'].start();
    await hosts['host-1'].untilReady();
    await hosts['host-1'].must('PUT', '/inventory', inventory());
    const version = await release(hosts['host-1']);
    for (const host of [hosts['host-2'], hosts['host-3']]) host.start();
    for (const host of Object.values(hosts)) {
      await host.untilReady();
      await until(
        `version ${version} on ${host.name}`,
        async () => (await host.bundleVersion()) === version,
        WITHIN_MS,
      );
    }
    return { node, hosts, ...(disk === undefined ? {} : { disk }), end };
  } catch (cause) {
    await end();
    throw cause;
  }
};

/** Keeps what the hosts logged. */
export const keepLogs = (folder: string, to: string): void => {
  mkdirSync(to, { recursive: true });
  for (const name of HOSTS)
    if (existsSync(join(folder, `${name}.log`))) copyFileSync(join(folder, `${name}.log`), join(to, `${name}.log`));
};
