import type { Troubles } from '../contracts/connector';
import type { Connector } from '../../server/connectors/connector';
import { makeConnectors } from '../../server/connectors/registry';
import type { SeenRequest } from './fault_proxy';
import type { LdapProxy } from './ldap_proxy';

export const isLdapOrder = ({ method }: SeenRequest): boolean => method === 'modify';

/** A connector of kind `ldap`, from its parameters. */
export const ldapConnectorTo = (parameters: object, secrets: Readonly<Record<string, string>>): Connector => {
  const { connectors, faults } = makeConnectors(
    [
      {
        name: 'directory',
        kind: 'ldap',
        parameters: {
          allow_addresses: ['127.0.0.1'],
          timeouts: { connect_ms: 1_000, total_ms: 1_000 },
          settle_time_ms: 1_000,
          ...parameters,
        },
      },
    ],
    (name) => secrets[name],
  );
  const connector = connectors.get('directory');
  if (connector === undefined) throw new Error(JSON.stringify(faults));
  return connector;
};

/** What a directory answers on bad days. */
export const ldapTroubles = (proxy: LdapProxy): Troubles => {
  const answers =
    (status: number, error: object, on = isLdapOrder) =>
    (): object => {
      proxy.fail({ kind: 'answer', status }, on);
      return error;
    };
  const says = (bytes: Buffer) => (): object => {
    proxy.fail({ kind: 'say', bytes }, isLdapOrder);
    return { code: 'no_answer' };
  };
  return {
    refused: answers(50, { code: 'not_permitted' }),
    missing: answers(0, { code: 'no_such_account' }, ({ method }) => method === 'search'),
    unsure: {
      operationsError: answers(1, { code: 'result' }),
      timeLimitExceeded: answers(3, { code: 'result' }),
      unavailable: answers(52, { code: 'result' }),
      other: answers(80, { code: 'result' }),
      'a result that nobody knows': answers(4242, { code: 'result' }),
      'no LDAP': says(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')),
      'an answer to something else': says(Buffer.from('300c02010763070a010004000400', 'hex')),
      closed: () => {
        proxy.fail({ kind: 'close' }, isLdapOrder);
        return { code: 'no_answer' };
      },
    },
    onlySaid: answers(0, {}),
    deniedAndDone: () => proxy.fail({ kind: 'apply_and_answer', status: 80 }, isLdapOrder),
    throttled: answers(51, {}),
    lost: answers(49, {}, ({ method }) => method === 'bind'),
    useless: answers(52, {}, ({ method }) => method === 'bind'),
  };
};
