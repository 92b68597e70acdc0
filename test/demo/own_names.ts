import type { OpenSearchTransport } from '../../server/adapters/opensearch/transport';

/** Beginnings of names of indices that Reflex, its demo and Alerting use, as patterns. */
const USUAL = ['reflex-(?!test-)', 'demo-(?=logs-|\\*)', '\\.opendistro-alerting-', '\\.opensearch-alerting-'];

/** Such names, unless they are a test's own already. */
const namesOf = (beginnings: readonly string[]): RegExp =>
  new RegExp(`(?:(?<![\\w-])|(?<=%2C))(${beginnings.join('|')})`, 'g');

/**
 * A node on which every index has a name of this test's own, so that the whole wiring, which knows only the usual
 * names, can run beside others on the same node. Requests get the prefix, answers lose it.
 *
 * @param prefix such as `reflex-test-0123-`
 * @param further beginnings of names that the test uses besides, as patterns
 */
export const withOwnNames = (
  transport: OpenSearchTransport,
  prefix: string,
  further: readonly string[] = [],
): OpenSearchTransport => {
  const names = namesOf([...USUAL, ...further]);
  const own = (text: string): string => text.replace(names, (name) => `${prefix}${name}`);
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
