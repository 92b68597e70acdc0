import { list, record, text } from '../../../common/codec/codecs';
import type { BadField } from '../../../common/codec/decode';
import { isEgressEntry } from '../../../common/entity/egress';

const Entries = list(text({ min: 1, max: 300 }), 512);

/** To where this installation may connect, and where OpenSearch may be. */
export const EgressFile = record({}, { allow: Entries, opensearch: Entries });

interface Given {
  readonly allow?: readonly string[];
  readonly opensearch?: readonly string[];
}

export const egressFaults = (given: Given | undefined): readonly BadField[] =>
  (['allow', 'opensearch'] as const).flatMap((list) =>
    (given?.[list] ?? []).flatMap((entry, index) =>
      isEgressEntry(entry)
        ? []
        : [
            {
              path: `egress.${list}.${index}`,
              message: `\`${entry}\` is no host and no network, such as \`fw.example:8443\`, \`*.soc.example\` or \`10.20.0.0/16\``,
            },
          ],
    ),
  );
