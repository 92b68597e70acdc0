import { list, record, text } from '../../../common/codec/codecs';
import type { BadField } from '../../../common/codec/decode';
import { isEgressEntry } from '../../../common/entity/egress';

/** To where this installation may connect. */
export const EgressFile = record({}, { allow: list(text({ min: 1, max: 300 }), 512) });

export const egressFaults = (given: { readonly allow?: readonly string[] } | undefined): readonly BadField[] =>
  (given?.allow ?? []).flatMap((entry, index) =>
    isEgressEntry(entry)
      ? []
      : [
          {
            path: `egress.allow.${index}`,
            message: `\`${entry}\` is no host and no network, such as \`fw.example:8443\`, \`*.soc.example\` or \`10.20.0.0/16\``,
          },
        ],
  );
