import type { BesideView } from '../../../common/api/routes';
import { present } from '../../../common/present';
import { countedAs } from '../../engine/entity/target_keys';
import { commandsOf } from '../../engine/execution/effect';
import type { AgentWith } from '../agent/views';
import { contentOf, findAll } from '../keeping/state_docs';
import type { Connector, ListedEffect } from '../ports';

/*
 * What is contained at the targets beside what Reflex knows of: by other people and programs, or under a mark of ours
 * that no containment has. It is asked for when somebody looks, and remembered for a moment, so that ten open pages ask
 * once.
 */

const REMEMBERED_MS = 30_000;
const PATIENCE_MS = 10_000;
/** Of one connector. */
const MOST = 1_000;

type Looking = AgentWith<'clock' | 'connectors' | 'inventory' | 'store'>;
type Row = BesideView['connectors'][number];

/** What the containments in force answer for. */
interface Ours {
  readonly commands: ReadonlySet<string>;
  /** Connector, action and thing, however that is spelt. */
  readonly aims: ReadonlySet<string>;
}

const aimOf = (
  { parts: { inventory } }: Looking,
  connector: string,
  { action, target }: Pick<ListedEffect, 'action' | 'target'>,
): string => `${connector} ${action} ${countedAs(target, inventory)}`;

const oursIn = async (agent: Looking): Promise<Ours> => {
  const commands = new Set<string>();
  const aims = new Set<string>();
  for await (const doc of findAll(agent.parts.store, { kinds: ['effect'], notStates: ['absent'] })) {
    const effect = contentOf('effect', doc);
    if (effect === undefined) continue;
    for (const id of commandsOf(effect)) commands.add(id);
    aims.add(aimOf(agent, effect.connector, effect));
  }
  return { commands, aims };
};

type Listed = Awaited<ReturnType<Connector['list']>>;

export class BesideUs {
  private readonly heard = new Map<string, { readonly at: number; readonly listed: Promise<Listed> }>();

  /** @throws StoreUnavailable: without the state nobody can tell ours from others' */
  async look(agent: Looking): Promise<readonly Row[]> {
    const connectors = [...agent.parts.connectors.values()];
    // The targets first: what begins meanwhile is among ours, and never taken for somebody else's.
    const asked = await Promise.all(connectors.map(async (each) => [each, await this.ask(agent, each)] as const));
    const ours = await oursIn(agent);
    return asked.map(([connector, listed]) => rowOf(agent, connector, { listed, ours }));
  }

  private ask({ parts: { clock } }: Looking, connector: Connector): Promise<Listed> {
    const known = this.heard.get(connector.name);
    if (known !== undefined && clock.monotonic() - known.at < REMEMBERED_MS) return known.listed;
    const listed = connector.list({ signal: AbortSignal.timeout(PATIENCE_MS) });
    this.heard.set(connector.name, { at: clock.monotonic(), listed });
    return listed;
  }
}

const rowOf = (
  agent: Looking,
  connector: Connector,
  { listed, ours }: { readonly listed: Listed; readonly ours: Ours },
): Row => {
  const { name, kind, capabilities } = connector;
  if (!listed.ok) return { connector: name, kind, why: listed.error.message, effects: [] };
  const isOurs = (effect: ListedEffect): boolean =>
    effect.command_id !== undefined
      ? ours.commands.has(effect.command_id)
      : // Where nothing carries our mark, what we did looks like what anybody did.
        !capabilities.tagged && ours.aims.has(aimOf(agent, name, effect));
  const beside = listed.value.filter((effect) => !isOurs(effect));
  return {
    connector: name,
    kind,
    effects: beside.slice(0, MOST).map(({ action, target, command_id, since }) => ({
      action,
      target,
      whose: command_id === undefined ? 'others' : 'unknown_mark',
      ...present({ command_id, since }),
    })),
    ...present({ more: beside.length > MOST ? beside.length - MOST : undefined }),
  };
};
