import { number, record } from '../../codec/codecs';
import { BASE, nothing, route } from '../contract';

export const endDemo = route({
  method: 'post',
  path: `${BASE}/demo/end`,
  summary: 'End the demo and clear everything of it: events, decisions, effects, inventory, connectors',
  access: 'admin',
  params: nothing,
  query: nothing,
  body: nothing,
  answer: record({ cleared: number() }),
});

export const DEMO_ROUTES = { endDemo } as const;
