import { readSettings } from '../hosts/settings';
import { nameOf, tasksOf } from './build_agent';

const noSecret = (): undefined => undefined;

const tasks = (value: object, secret: (name: string) => string | undefined = noSecret): readonly string[] => {
  const settings = readSettings(value);
  if (!settings.ok) throw new Error(JSON.stringify(settings.error));
  return tasksOf(settings.value, secret);
};
const index = { name: 'edr', pattern: 'edr-*', map: { event_id: 'id', confidence: 'c' } };

describe('what an agent may do for all', () => {
  it('follows its roles and its settings', () => {
    expect(tasks({})).toEqual(['alerts']);
    expect(tasks({ agent: { roles: ['decide', 'act', 'undo'] } })).toEqual([]);
    expect(tasks({ policies: { git: { remote: 'https://git.example/policies.git', branch: 'main' } } })).toEqual([
      'alerts',
      'policies',
    ]);
  });

  it('tells the receivers of its settings only where it takes events in', () => {
    const outcomes = [{ source: 'alerting:*', acknowledge: {} }];
    expect(tasks({ intake: { outcomes } })).toEqual(['alerts', 'tell:alerting:*>acknowledge']);
    expect(tasks({ intake: { outcomes }, agent: { roles: ['decide', 'act', 'undo'] } })).toEqual([]);
  });

  it('leaves a receiver to others where it lacks its secret', () => {
    const webhook = { url: 'https://siem.example/x', auth: { secret: 'a' }, sign: { secret: 'b' } };
    const kafka = {
      topic: 'o',
      brokers: ['k:1'],
      sasl: { mechanism: 'scram-sha-256', username: 'u', password_secret: 'c' },
    };
    const rabbitmq = { exchange: 'o', hosts: ['r:1'], username: 'u', password_secret: 'd' };
    const source = 'webhook:siem';
    const value = {
      intake: {
        outcomes: [
          { source, webhook },
          { source, kafka },
          { source, rabbitmq },
        ],
      },
    };
    const has = (...names: readonly string[]) =>
      tasks(value, (name) => (names.includes(name) ? 'secret' : undefined)).filter((task) => task.startsWith('tell:'));
    expect(has('a', 'b', 'c', 'd')).toHaveLength(3);
    expect([has('a', 'c'), has('a', 'b'), has('d')]).toEqual([
      ['tell:webhook:siem>kafka'],
      ['tell:webhook:siem>webhook'],
      ['tell:webhook:siem>rabbitmq'],
    ]);
  });

  it('has the indices of its settings only where it takes events in', () => {
    const { intake, ...rest } = { intake: { indices: [index] } };
    const settings = readSettings({ intake, ...rest });
    if (!settings.ok) throw new Error(JSON.stringify(settings.error));
    expect(tasksOf(settings.value, noSecret)).toEqual(['alerts', 'index:edr']);
    expect(tasksOf({ ...settings.value, agent: { roles: ['undo'] } }, noSecret)).toEqual([]);
  });
});

describe('the name of an agent', () => {
  it('tells agents of one machine apart', () => {
    const [one, two] = ['a1b2c3', 'd4e5f6'].map((agentId) => nameOf({ kind: 'agent' }, { agentId }));
    expect(one?.agent).toMatch(/^agent@.+#a1b2c3$/);
    expect(one?.agent).not.toBe(two?.agent);
    expect(one?.host).toBe(two?.host);
  });
});
