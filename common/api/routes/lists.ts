import { record, text } from '../../codec/codecs';
import { anything, BASE, route } from '../contract';

const listName = text({ min: 1, max: 64 });

const listParts = {
  method: 'get',
  access: 'open',
  // Some firewalls add words of their own to an address.
  query: anything,
  body: anything,
  answer: anything,
  answerTypes: ['text/plain', 'text/csv', 'application/json'],
  ownAuthentication: true,
  whileStarting: 'disk',
} as const;

export const getList = route({
  ...listParts,
  path: `${BASE}/lists/{name}`,
  summary:
    'A block list, as the settings say for the device that asks. By the token of the device, as a bearer or as the password of Basic; with `If-None-Match` 304 where nothing changed, and 503 where the list is not known',
  params: record({ name: listName }),
});

export const getListWithToken = route({
  ...listParts,
  path: `${BASE}/lists/{name}/{token}`,
  summary:
    'The same for firewalls that can set no header: the token is the end of the address. Only for devices whose settings say `in_path`',
  params: record({ name: listName, token: text({ min: 1, max: 512 }) }),
});

export const LISTS_ROUTES = { getList, getListWithToken } as const;
