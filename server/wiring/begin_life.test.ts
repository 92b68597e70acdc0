import { quietLog } from '../../test/builders/store_port';
import type { LoadingStep } from '../../common/api/views';
import type { Agent } from '../runner/agent/agent';
import {
  preparationOf,
  standAndJoin,
  startAgent,
  startFollowing,
  untilJoined,
  untilPrepared,
  watchForAdoption,
  watchForSecrets,
} from './begin_life';
import type { Engine } from './build';
import { LifeOver, OneLife } from './life';
import { StartSteps } from './start_steps';

/** Parts that only note what becomes of them. The life is over before they look, so that none runs on. */
const sceneOf = () => {
  const happened: string[] = [];
  const life = new OneLife(quietLog());
  const runs = (name: string) => async (over: () => boolean) => {
    happened.push(`run ${name} until over: ${over === life.isOver}`);
  };
  const starts = (name: string) => (over: unknown) => {
    happened.push(`start ${name} until over: ${over === life.isOver || over === life}`);
  };
  const engine = {
    agent: {
      start: () => happened.push('start the agent'),
      stop: async () => happened.push('stop the agent'),
      parts: { reach: { follow: runs('looks at hosts') } },
    },
    health: { start: starts('health') },
    subscriptions: { start: starts('subscriptions') },
    configured: { start: starts('configured sources') },
    telling: { start: starts('telling outcomes') },
    handing: { start: starts('handing over') },
    made: { follow: runs('made tokens') },
    revoked: { follow: runs('revoked tokens') },
    freshness: { run: runs('freshness') },
    alerts: { run: runs('alerts') },
    grants: { follow: runs('grants') },
    readings: { follow: runs('chosen presets') },
    storedSecrets: { follow: runs('stored secrets'), value: () => undefined },
    lacked: ['edge'],
    inventoryStore: {},
    alertSource: {},
    desk: {},
  };
  return { life, happened, engine: engine as unknown as Engine };
};

describe('what runs by itself', () => {
  it('is started to run until the life is over, and the agent is stopped with it', async () => {
    const { life, happened, engine } = sceneOf();
    life.end();
    startAgent(engine, life);
    startFollowing(engine, life);
    expect(happened).toEqual([
      'start the agent',
      'start health until over: true',
      'run freshness until over: true',
      'run grants until over: true',
      'run chosen presets until over: true',
      'start subscriptions until over: true',
      'start configured sources until over: true',
      'start telling outcomes until over: true',
      'start handing over until over: true',
      'run made tokens until over: true',
      'run revoked tokens until over: true',
      'run stored secrets until over: true',
      'run looks at hosts until over: true',
      'run alerts until over: true',
    ]);
    await life.close();
    expect(happened.at(-1)).toBe('stop the agent');
  });
});

describe('a life whose OpenSearch does not answer', () => {
  it('stands and works as far as that goes, follows nobody, and gives up once it is over', async () => {
    const { life, happened, engine } = sceneOf();
    const preparation = { isDone: false, why: 'OpenSearch does not answer', isOrderedAnew: false };
    const whole = { ...engine, preparation } as unknown as Engine;
    const turns = { stands: () => happened.push('stands'), renew: () => undefined };
    const begun = standAndJoin(whole, { demo: undefined, steps: new StartSteps(() => undefined) }, life, turns);
    const given = expect(begun).rejects.toThrow(LifeOver);
    await new Promise((resolve) => setImmediate(resolve));
    expect(happened).toEqual([
      'start the agent',
      'start health until over: true',
      'run freshness until over: true',
      'stands',
    ]);
    life.end();
    await given;
    expect(happened).toHaveLength(4);
  });
});

describe('joining', () => {
  const joining = () => {
    const agent: { shift: Agent['shift']; cannotJoin: Agent['cannotJoin'] } = {
      shift: undefined,
      cannotJoin: undefined,
    };
    const told: LoadingStep[] = [];
    const life = new OneLife(quietLog());
    return { agent, told, life, steps: new StartSteps((step) => told.push(step)) };
  };
  const aShift = {} as Agent['shift'];

  it('waits for the agent, and says what a person has to do meanwhile', async () => {
    const { agent, told, life, steps } = joining();
    agent.cannotJoin = { code: 'older_agents_run', text: 'older agents run' };
    const joined = untilJoined(agent, steps, life);
    agent.shift = aShift;
    await joined;
    expect(told.map(({ id, state, detail }) => [id, state, detail])).toEqual([
      ['join', 'running', undefined],
      ['join', 'running', 'older agents run'],
      ['join', 'done', undefined],
    ]);
  });

  it('gives up when the life ends', async () => {
    const { agent, told, life, steps } = joining();
    const joined = expect(untilJoined(agent, steps, life)).rejects.toBeInstanceOf(LifeOver);
    life.end();
    await joined;
    expect(told).toHaveLength(1);
  });
});

describe('preparing the state', () => {
  const preparing = () => {
    const preparation = { isDone: false, why: undefined as string | undefined, isOrderedAnew: false };
    const told: LoadingStep[] = [];
    return { preparation, told, life: new OneLife(quietLog()), steps: new StartSteps((step) => told.push(step)) };
  };
  const soon = () => new Promise((resolve) => setTimeout(resolve, 120));

  it('says why the agent may not begin it, as where its data folder is a copy', () => {
    const preparation: { isDone: boolean; why: string | undefined } = { isDone: false, why: undefined };
    const agent: Pick<Agent, 'cannotJoin'> = { cannotJoin: { code: 'folder_copied', text: 'it was copied' } };
    const told = preparationOf({ preparation, agent });
    expect([told.isDone, told.why]).toEqual([false, 'it was copied']);
    preparation.why = 'nobody answers';
    expect(told.why).toBe('nobody answers');
  });

  it('is waited for, and each reason for waiting is told once', async () => {
    const { preparation, told, life, steps } = preparing();
    const prepared = untilPrepared(preparation, steps, life);
    preparation.why = 'nobody answers';
    await soon();
    preparation.isDone = true;
    await prepared;
    expect(told.map(({ id, state, detail }) => [id, state, detail])).toEqual([
      ['indices', 'running', undefined],
      ['indices', 'running', 'nobody answers'],
      ['indices', 'done', undefined],
    ]);
  });

  it('gives up when the life ends', async () => {
    const { preparation, life, steps } = preparing();
    const prepared = expect(untilPrepared(preparation, steps, life)).rejects.toBeInstanceOf(LifeOver);
    life.end();
    await prepared;
  });

  it('begins anew, once, when a person orders to adopt the state of a life that lives', async () => {
    const { preparation, life } = preparing();
    const renew = jest.fn();
    preparation.isOrderedAnew = true;
    await watchForAdoption(preparation, renew, life);
    expect(renew).toHaveBeenCalledTimes(1);
  });

  it('does not look any more once the life is over', async () => {
    const { preparation, life } = preparing();
    const renew = jest.fn();
    const watched = watchForAdoption(preparation, renew, life);
    life.end();
    preparation.isOrderedAnew = true;
    await watched;
    expect(renew).not.toHaveBeenCalled();
  });
});

describe('a stored secret that was not there when everything was built', () => {
  const watching = (lacked: readonly string[]) => {
    const life = new OneLife(quietLog());
    const values = new Map<string, string>();
    const renewed: string[] = [];
    const storedSecrets = { value: (name: string) => values.get(name) } as unknown as Engine['storedSecrets'];
    const watched = watchForSecrets({ lacked, storedSecrets }, () => renewed.push('renewed'), life);
    return { life, values, renewed, watched };
  };

  it('begins a new life once it is there, and only one', async () => {
    const { values, renewed, watched } = watching(['edge', 'other']);
    values.set('edge', 'there');
    await watched;
    expect(renewed).toEqual(['renewed']);
  });

  it('does nothing where none was lacking, nor once the life is over', async () => {
    await watching([]).watched;
    const { life, values, renewed, watched } = watching(['edge']);
    life.end();
    values.set('edge', 'too late');
    await watched;
    expect(renewed).toEqual([]);
  });
});
