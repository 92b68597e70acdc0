import * as t from 'io-ts';
import { described, instant, list, number, record } from '../../codec/codecs';
import { anything, BASE, idText, nothing, reasonText, route } from '../contract';
import { ContainmentView } from '../views';

const id = idText;

export const listContainments = route({
  method: 'get',
  path: `${BASE}/containments`,
  summary: 'What is in effect because of us, soonest to end first',
  access: 'read',
  params: nothing,
  query: nothing,
  body: anything,
  answer: record({ as_of: instant, total: number(), containments: list(ContainmentView, 1000) }),
});

export const getContainment = route({
  method: 'get',
  path: `${BASE}/containments/{effect_id}`,
  summary: 'One effect as it is now (realtime), absent ones included',
  access: 'read',
  params: record({ effect_id: id }),
  query: nothing,
  body: anything,
  answer: record({ state: id }, { containment: ContainmentView }),
});

export const liftContainment = route({
  method: 'post',
  path: `${BASE}/containments/{effect_id}/lift`,
  summary: 'Undo an effect now',
  access: 'respond',
  params: record({ effect_id: id }),
  query: nothing,
  body: record({ reason: reasonText }, { force: described(t.boolean, 'Undo although somebody changed it since') }),
  answer: record({ effect_id: id }),
});

export const CONTAINMENTS_ROUTES = { listContainments, getContainment, liftContainment } as const;
