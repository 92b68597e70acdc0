import { CONTRACT_ONLY, connectorPresets, exampleOf, type Preset } from '../../connectors/presets';
import { EXIT, type Outcome } from './outcome';

const listLine = ({ name, contract, actions }: Preset): string =>
  `${name} (${contract.product}): ${actions.map(({ action }) => action).join(', ')}; ${CONTRACT_ONLY}`;

const items = (title: string, all: readonly string[]): readonly string[] => [
  `${title}:`,
  ...all.map((each) => `  ${each}`),
];

/** One preset with all that it says of itself, and parameters to copy. */
const presetLines = (preset: Preset): readonly string[] => {
  const { name, title, contract, fields, actions, needs, limits, kind } = preset;
  return [
    `${name}: ${title}, ${contract.version}`,
    `${CONTRACT_ONLY}; looked at ${contract.looked_at}`,
    ...items('sources', contract.sources),
    ...actions.flatMap(({ action, does, undo, states }) => [
      `${action}: ${does}; undo: ${undo ?? 'none'}`,
      ...Object.entries(states).map(([state, means]) => `  ${state}: ${means}`),
    ]),
    ...items('permissions', needs),
    ...items('limits', limits),
    ...items(
      'to fill in',
      fields.map((field) => `${field.name}: ${field.what}, such as \`${field.example}\``),
    ),
    `parameters of a connector of kind \`${kind}\`, with the examples:`,
    ...JSON.stringify(exampleOf(preset), null, 2).split('\n'),
  ];
};

/** Presets of connectors, or one of them. Asks no Reflex. */
export const presets = (name: string | undefined): Outcome => {
  if (name === undefined) return { exit: EXIT.done, lines: connectorPresets.map(listLine) };
  const found = connectorPresets.find((each) => each.name === name);
  return found === undefined
    ? { exit: EXIT.error, lines: [`there is no preset \`${name}\`; \`reflex connectors presets\` lists them`] }
    : { exit: EXIT.done, lines: presetLines(found) };
};
