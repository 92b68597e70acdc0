import { whyUnanswered, type ConnectorHealth, type Reachability } from '../connector';
import type { Exchange } from './exchange';
import { hostNamed, type SshHost } from './hosts';
import { requestLine } from './line';
import { unknownHost, type Call } from './ssh_parts';

/** What the forced command of a host says of itself. */
interface Hello {
  readonly can: readonly string[];
  /** Programs that are missing there. */
  readonly missing: string;
  readonly nft: string;
}

const readHello = ({ can, missing, nft }: Readonly<Record<string, unknown>>): Hello => ({
  can: Array.isArray(can) ? can.filter((each): each is string => typeof each === 'string') : [],
  missing: typeof missing === 'string' ? missing : '',
  nft: typeof nft === 'string' ? nft : 'missing',
});

/** How one host is. `refused`: it is there, and lets our key do nothing. */
interface HostHealth {
  readonly host: SshHost;
  readonly hello?: Hello;
  readonly refused?: boolean;
  readonly why?: string;
}

/** As who acts, unless it is said otherwise: what counts is whether an order would get there. */
const greet = async (
  { parts: { target }, send }: Call,
  host: SshHost,
  as: 'hand' | 'observer' = 'hand',
): Promise<HostHealth> => {
  const line = requestLine('hello');
  const answer: Exchange = await (as === 'hand' ? send(host, line, () => true) : send(host, line));
  if (answer.kind === 'answered')
    return answer.reply.ok
      ? { host, hello: readHello(answer.reply.body) }
      : {
          host,
          refused: true,
          why: target.shown(`${host.name}: refused (${answer.reply.code}): ${answer.reply.text}`),
        };
  const refused = answer.kind === 'not_sent' && ['credentials', 'no_hand'].includes(answer.code);
  return { host, refused, why: whyUnanswered(answer) };
};

/** What the host has to allow for an action. */
const VERBS: Readonly<Record<string, string>> = {
  block_ip: 'block',
  isolate_host: 'isolate',
  quarantine_file: 'quarantine',
  kill_process: 'kill',
};

/** Why an action cannot be done on a host that answers; undefined if it can. */
const whyNot = (action: string, { host, hello }: HostHealth): string | undefined => {
  if (hello === undefined) return undefined;
  if (!hello.can.includes(VERBS[action] ?? '')) return `the key may not do it on ${host.name}`;
  if (hello.missing !== '') return `${host.name} lacks ${hello.missing}`;
  const needsNft = action === 'block_ip' || action === 'isolate_host';
  if (needsNft && hello.nft !== 'ok') return `${host.name}: nft is ${hello.nft}`;
  return undefined;
};

const cannotDo = ({ parts }: Call, healths: readonly HostHealth[]): NonNullable<ConnectorHealth['cannot']> =>
  parts.actions.flatMap((action) => {
    const concerned = action === 'block_ip' ? healths.filter(({ host }) => parts.blockOn.includes(host)) : healths;
    const answering = concerned.filter(({ hello }) => hello !== undefined);
    const reasons = answering.flatMap((each) => whyNot(action, each) ?? []);
    // A block has to be on every host that blocks; the others act on one host each, and any may be meant.
    const stops =
      action === 'block_ip' ? reasons.length > 0 : reasons.length === answering.length && reasons.length > 0;
    return stops ? [{ action, why: reasons.join('; ').slice(0, 500) }] : [];
  });

/** Why the key that only looks sees nothing somewhere. */
const cannotLook = async (call: Call): Promise<string | undefined> => {
  const looks = await Promise.all(call.parts.hosts.map((host) => greet(call, host, 'observer')));
  const whys = looks.flatMap(({ why }) => why ?? []);
  return whys.length === 0 ? undefined : whys.join('; ').slice(0, 500);
};

/** How all hosts are: each is asked for itself. */
export const readStatus = async (call: Call): Promise<ConnectorHealth> => {
  const { parts } = call;
  const healths = await Promise.all(parts.hosts.map((host) => greet(call, host)));
  const troubled = healths.filter(({ why }) => why !== undefined);
  const lacking = healths.flatMap((each) => parts.actions.flatMap((action) => whyNot(action, each) ?? []));
  const texts = [...troubled.flatMap(({ why }) => why ?? []), ...new Set(lacking)].join('; ').slice(0, 1_000);
  const answered = `${healths.length - troubled.length} of ${healths.length} hosts answer`;
  const cannot = cannotDo(call, healths);
  const told = cannot.length > 0 ? { cannot } : {};
  const refused = troubled.filter((each) => each.refused === true);
  // No host takes the key: nothing can be done anywhere. One that is only away says nothing of the key.
  if (refused.length > 0 && refused.length === troubled.length && troubled.length === healths.length)
    return { state: 'degraded', authorised: false, text: texts, ...told };
  if (troubled.length === healths.length) return { state: 'down', text: texts };
  if (troubled.length > 0 || lacking.length > 0)
    return { state: 'degraded', authorised: true, text: `${answered}; ${texts}`, ...told };
  const blind = parts.ownObserver ? await cannotLook(call) : undefined;
  return blind === undefined
    ? { state: 'ok', authorised: true, text: answered }
    : { state: 'degraded', authorised: true, text: `${answered}; cannot read back: ${blind}` };
};

/** Whether an order to a host would get there now. */
export const readReachable = async (call: Call, name: string): Promise<Reachability> => {
  const host = hostNamed(call.parts.hosts, name);
  if (host === undefined) return { why: unknownHost(name).error.message };
  const { hello, why = '' } = await greet(call, host);
  return hello === undefined ? { state: 'unreachable', said: why } : { state: 'reachable' };
};
