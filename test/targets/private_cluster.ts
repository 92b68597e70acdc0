import type { OpenSearchTransport } from '../../server/adapters/opensearch/transport';

/*
 * Reflex's indices have fixed names. This makes a cluster of its own out of a shared node: on the way there every
 * `reflex-…` index, and Alerting's, gets another name, on the way back its own.
 */

const REFLEX = 'reflex-';
const ALERTING = '.opendistro-alerting-';

const replaceAll = (text: string, from: string, to: string): string => text.split(from).join(to);

/** @param prefix begins every index name on the node, such as `reflex-test-5f-` */
export const privateCluster = (transport: OpenSearchTransport, prefix: string): OpenSearchTransport => {
  const alerting = `${prefix}alerting-`;
  // In one pass each way: what was replaced must not be replaced again.
  const there = (text: string): string =>
    text
      .split(REFLEX)
      .map((part) => replaceAll(part, ALERTING, alerting))
      .join(prefix);
  const back = (text: string): string =>
    text
      .split(prefix)
      .map((part, index) =>
        index > 0 && part.startsWith('alerting-') ? ALERTING + part.slice(9) : index > 0 ? REFLEX + part : part,
      )
      .join('');
  const renamed = <Value>(value: Value, rename: (text: string) => string): Value =>
    value === undefined ? value : (JSON.parse(rename(JSON.stringify(value))) as Value);
  return {
    request: async ({ bulkBody, ...request }, options) => {
      const bulk = bulkBody === undefined ? {} : { bulkBody: there(bulkBody) };
      const answer = await transport.request({ ...renamed(request, there), ...bulk }, options);
      return renamed(answer, back);
    },
  };
};
