import { readFile } from 'fs/promises';
import { parse } from 'yaml';
import { previewGrant, type GrantPreviewView } from '../../../common/api/routes';
import { VERDICTS } from '../../../common/flow/decision';
import { present } from '../../../common/present';
import type { Address } from './address';
import type { TriedGrant } from './arguments';
import { ask } from './ask';
import { EXIT, type Outcome } from './outcome';

const CUT: Readonly<Record<NonNullable<GrantPreviewView['cut']>, string>> = {
  count: 'older ones were left out: there are too many',
  time: 'older ones were left out: it took too long',
};

/** What a grant would have meant, for people. */
export const previewLines = (view: GrantPreviewView): readonly string[] => [
  `${view.changed} of ${view.decisions} decisions of the last ${view.days} days would have been others, by policies version ${view.version}`,
  `acts newly permitted: ${view.newly_permitted}, no longer: ${view.no_longer_permitted}`,
  ...VERDICTS.map(
    (verdict) => `  ${verdict.padEnd(8)} ${view.verdicts_before[verdict]} → ${view.verdicts_after[verdict]}`,
  ),
  ...view.fields.map(({ field, granted, claimed }) => `  ${field}: ${granted} newly granted, ${claimed} only claimed`),
  ...(view.untold === 0
    ? []
    : [`${view.untold} left out: an earlier version did not keep where their fields were read`]),
  ...(view.undecidable === 0 ? [] : [`not certain: ${view.undecidable}, for facts that nobody had looked up`]),
  ...(view.cut === undefined ? [] : [CUT[view.cut]]),
];

/** Asks the running Reflex what a grant would have meant. Nothing is kept. */
export const tryGrant = async (address: Address, { type, id, file, days }: TriedGrant): Promise<Outcome> => {
  let grant: unknown = null;
  try {
    if (file !== undefined) grant = parse(await readFile(file, 'utf8'));
  } catch (cause) {
    return { exit: EXIT.error, lines: [`\`${file ?? ''}\` cannot be read as YAML (${(cause as Error).message})`] };
  }
  if (file !== undefined && (typeof grant !== 'object' || grant === null))
    return { exit: EXIT.error, lines: [`\`${file}\` holds no grant; write its fields, such as \`severity: {}\``] };
  const answer = await ask(address, previewGrant, { type, id }, { grant, ...present({ days }) });
  return answer.ok
    ? { exit: EXIT.done, lines: previewLines(answer.value) }
    : { exit: EXIT.error, lines: [answer.error] };
};
