import { anything, idText, nothing, route } from '../common/api/contract';
import { record } from '../common/codec/codecs';

/** Becomes another of the demo's embedded users. Only where `status.users` offers some. */
export const switchUser = route({
  method: 'post',
  path: '/api/reflex/session/user',
  summary: 'Become another of the embedded users',
  access: 'open',
  params: nothing,
  query: nothing,
  body: record({ name: idText }),
  answer: anything,
});
