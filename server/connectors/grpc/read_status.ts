import type { ActionPromise, ConnectorHealth } from '../connector';
import type { GrpcParts } from './grpc_parts';
import type { Send } from './grpc_target';
import { isRefused, readLook, textOf } from './read_answer';

type Body = Readonly<Record<string, unknown>>;

const bodiesOf = (value: unknown): readonly Body[] => (Array.isArray(value) ? (value as readonly Body[]) : []);

type Cannot = NonNullable<ConnectorHealth['cannot']>;

const observerFault = (
  action: string,
  { second_observer: stated }: ActionPromise,
  { second_observer: said }: Body,
): string | undefined => {
  if (stated === undefined || textOf(said) !== '') return undefined;
  return `\`${action}\`: \`second_observer\` is configured, and the agent has none`;
};

/** What the agent says of itself, compared with what the engine relies on. */
const compare = (
  { actions, graceS, settleMs }: GrpcParts,
  body: Body,
): { readonly cannot: Cannot; readonly differs: readonly string[] } => {
  const offered = new Map(bodiesOf(body.actions).map((each) => [textOf(each.action), each]));
  const cannot = Object.keys(actions).flatMap((action) =>
    offered.has(action) ? [] : [{ action, why: 'the agent does not do it' }],
  );
  const differs = Object.entries(actions).flatMap(([action, promise]) => {
    const offer = offered.get(action);
    return (offer && observerFault(action, promise, offer)) ?? [];
  });
  const ends = body.native_ttl === true;
  if (ends !== (graceS !== undefined))
    differs.push(
      ends
        ? 'the agent ends effects by itself: `native_ttl` is missing'
        : '`native_ttl` is configured, and the agent ends nothing by itself',
    );
  const settles = Number(body.settle_time_ms ?? 0);
  if (settles > settleMs)
    differs.push(`the agent may take ${settles} ms, which is longer than \`settle_time_ms\` (${settleMs})`);
  return { cannot, differs };
};

const cannotNow = ({ actions, target }: GrpcParts, body: Body): Cannot =>
  bodiesOf(body.cannot).flatMap(({ action, why }) =>
    textOf(action) in actions
      ? [{ action: textOf(action), why: target.shown(textOf(why) || 'it does not say why') }]
      : [],
  );

/** How the agent is, and whether it is what its configuration says. */
export const readStatus = async (parts: GrpcParts, send: Send): Promise<ConnectorHealth> => {
  const { shown } = parts.target;
  const answers = [
    await send({ method: 'Status', message: {} }),
    await send({ method: 'GetCapabilities', message: {} }),
  ] as const;
  const [status, capabilities] = answers.map((answer) => readLook(answer, shown));
  const error = status?.error ?? capabilities?.error;
  if (error !== undefined || status?.body === undefined || capabilities?.body === undefined) {
    const text = error?.message ?? 'no answer';
    if (answers.some(isRefused)) return { state: 'degraded', authorised: false, text };
    return { state: 'down', text };
  }
  const health = textOf(status.body.health);
  const said = shown(textOf(status.body.text));
  if (health === 'HEALTH_DOWN') return { state: 'down', text: said === '' ? 'it says that it is down' : said };
  const { cannot: lacks, differs } = compare(parts, capabilities.body);
  const cannot = [...cannotNow(parts, status.body), ...lacks];
  const texts = [
    ...(health === 'HEALTH_OK' || health === 'HEALTH_DEGRADED' ? [] : ['it does not say how it is']),
    ...cannot.map(({ action, why }) => `\`${action}\`: ${why}`),
    ...differs,
  ];
  const agent = shown(textOf(capabilities.body.agent)) || 'the agent';
  const text = [said === '' ? `${agent} answers` : `${agent}: ${said}`, ...texts].join('; ').slice(0, 1_000);
  return {
    state: texts.length === 0 && health === 'HEALTH_OK' ? 'ok' : 'degraded',
    authorised: true,
    text,
    ...(cannot.length > 0 && { cannot }),
  };
};
