import { whyUnanswered, type ConnectorHealth } from '../connector';
import type { HaproxyTarget, Send } from './haproxy_target';
import { isByAddress, isInUse, isNotThere, LINES, readInfo, refusalIn } from './map';

interface Asked {
  readonly target: HaproxyTarget;
  readonly map: string;
}

const ACTION = 'block_ip';

const lacking = (why: string): ConnectorHealth => ({
  state: 'degraded',
  authorised: true,
  text: why,
  cannot: [{ action: ACTION, why }],
});

/** What stands in the way of an order, of what haproxy says of itself; undefined: nothing does. */
const obstacle = async ({ target, map }: Asked, send: Send): Promise<ConnectorHealth | undefined> => {
  const texts: string[] = [];
  for (const line of [LINES.showAll(), LINES.typeOf(map), LINES.mayRemove(map)]) {
    const answer = await send(line);
    if (answer.kind !== 'answered') return { state: 'down', text: target.shown(whyUnanswered(answer)) };
    if (refusalIn(answer.text)?.code === 'not_allowed')
      return {
        state: 'degraded',
        authorised: false,
        text: 'the stats socket may not change maps: give it `level admin`',
      };
    texts.push(answer.text);
  }
  const [all = '', type = '', removed = ''] = texts;
  const used = isInUse(all, map);
  if (used === false)
    return lacking(`haproxy has no map \`${map}\` in use: name it in a rule as \`src,map_ip(${map})\``);
  const byAddress = isByAddress(type);
  if (byAddress === false)
    return lacking(`\`${map}\` is not looked up by address everywhere: use \`map_ip\`, or give us a map of our own`);
  if (used === undefined || byAddress === undefined || !isNotThere(removed))
    return { state: 'degraded', authorised: true, text: 'haproxy answers in a way that is not understood' };
  return undefined;
};

/** How haproxy is, and whether an order would get into the map. */
export const readStatus = async (asked: Asked, send: Send): Promise<ConnectorHealth> => {
  const answer = await send(LINES.info());
  if (answer.kind !== 'answered') return { state: 'down', text: asked.target.shown(whyUnanswered(answer)) };
  const found = await obstacle(asked, send);
  if (found !== undefined) return found;
  const info = readInfo(answer.text);
  if (info === undefined) return { state: 'degraded', authorised: true, text: 'haproxy does not say what it is' };
  const text = `haproxy ${asked.target.shown(info.version)}, up for ${info.uptimeS} s, has the map; whether a rule denies by it is not seen`;
  return { state: 'ok', authorised: true, text };
};
