import type { OpenSearchTransport } from '../../server/adapters/opensearch/transport';

/** Names of indices that Reflex and its demo use, unless they are a test's own already. */
const NAMES =
  /(?:(?<![\w-])|(?<=%2C))(reflex-(?!test-)|demo-(?=logs-|\*)|\.opendistro-alerting-|\.opensearch-alerting-)/g;

/**
 * A node on which every index has a name of this test's own, so that the whole wiring, which knows only the usual
 * names, can run beside others on the same node. Requests get the prefix, answers lose it.
 *
 * @param prefix such as `reflex-test-0123-`
 */
export const withOwnNames = (transport: OpenSearchTransport, prefix: string): OpenSearchTransport => {
  const own = (text: string): string => text.replace(NAMES, (name) => `${prefix}${name}`);
  const usual = <Value>(value: Value): Value =>
    value === undefined ? value : (JSON.parse(JSON.stringify(value).replaceAll(prefix, '')) as Value);
  return {
    request: async ({ path, body, bulkBody, ...rest }, options) => {
      const answer = await transport.request(
        {
          ...rest,
          path: own(path),
          ...(body === undefined ? {} : { body: JSON.parse(own(JSON.stringify(body))) as Record<string, unknown> }),
          ...(bulkBody === undefined ? {} : { bulkBody: own(bulkBody) }),
        },
        options,
      );
      return { ...answer, body: usual(answer.body) };
    },
  };
};
