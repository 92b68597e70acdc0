import { listConnectors, testConnector, type ConnectorView, type SelfTestView } from '../../../common/api/routes';
import type { Address } from './address';
import { ask } from './ask';
import { EXIT, type Outcome } from './outcome';

type Action = ConnectorView['actions'][number];
type Offline = NonNullable<Action['promises']>['offline'];

const offlineWords = ({ order, for_s, ends }: Offline): string => {
  if (order === 'not_needed') return 'the target need not be there';
  if (order === 'refused') return 'an order for a target that is off is refused';
  return `an order for a target that is off is queued for ${for_s} s, ${ends === 'cancelled' ? 'until undoing cancels it' : 'then it ends by itself'}`;
};

/** One action of a connector, for people. */
export const actionLine = ({ action, cannot, promises, milder }: Action): string => {
  const parts = [
    ...(cannot === undefined ? [] : [`CANNOT NOW: ${cannot}`]),
    ...(promises === undefined
      ? ['its configuration states nothing of it']
      : [
          `disruption ${promises.disruption.usual}`,
          ...Object.entries(promises.disruption.by_tag ?? {}).map(([tag, share]) => `${share} of \`${tag}\``),
          offlineWords(promises.offline),
          ...(promises.second_observer === undefined ? [] : [`seen by ${promises.second_observer}`]),
          ...(promises.needs.length === 0 ? [] : [`needs ${promises.needs.join(', ')}`]),
        ]),
    ...(milder.length === 0 ? [] : [`milder: ${milder.join(', ')}`]),
  ];
  return `  ${action}: ${parts.join('; ')}`;
};

/** One self-test, for people. */
export const testLines = ({ action, target, by, at, state, steps }: SelfTestView): readonly string[] => [
  `  self-test ${state.toUpperCase()}: ${action} ${target}, by ${by} at ${at}`,
  ...steps.map(({ step, ok, text }) => `    ${ok ? 'ok  ' : 'FAIL'} ${step}: ${text}`),
];

/** One connector with its actions, for people. */
export const connectorLines = (view: ConnectorView): readonly string[] => {
  const { name, kind, state, text, since, seen_at, actions, test, retries } = view;
  return [
    `${name} (${kind}): ${state}${since === undefined ? '' : ` since ${since}`}${text === '' ? '' : `, ${text}`}`,
    `  an effect was last seen ${seen_at === undefined ? 'never' : `at ${seen_at}`}; tried again after ${retries.join(', ')}`,
    ...actions.map(actionLine),
    ...(test === undefined ? [] : testLines(test)),
  ];
};

const failed = (why: string): Outcome => ({ exit: EXIT.error, lines: [why] });

/** What each connector promises, cannot do now, and how it is. */
export const connectors = async (address: Address): Promise<Outcome> => {
  const answer = await ask(address, listConnectors);
  if (!answer.ok) return failed(answer.error);
  const found = answer.value.connectors;
  const lines =
    found.length === 0 ? ['no connector is configured: nothing is executed'] : found.flatMap(connectorLines);
  return { exit: EXIT.done, lines };
};

/** A test takes no longer than three waits of half a minute and its requests. */
const PATIENCE_MS = 180_000;

export interface TestWish {
  readonly connector: string;
  /** Undefined: the first that can be tested. */
  readonly action?: string;
}

/** Tests a connector and waits for the end of it. Exit code 1: some step failed. */
export const testOne = async (address: Address, { connector, action }: TestWish, pauseMs = 500): Promise<Outcome> => {
  const begun = await ask(address, testConnector, { name: connector }, action === undefined ? {} : { action });
  if (!begun.ok) return failed(begun.error);
  for (let waited = 0; waited <= PATIENCE_MS; waited += pauseMs) {
    const answer = await ask(address, listConnectors);
    if (!answer.ok) return failed(answer.error);
    const test = answer.value.connectors.find(({ name }) => name === connector)?.test;
    if (test === undefined || test.at !== begun.value.at)
      return failed('another host answers now, which knows nothing of this test; the record has what came of it');
    if (test.state !== 'running')
      return { exit: test.state === 'passed' ? EXIT.done : EXIT.differs, lines: [connector, ...testLines(test)] };
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  return failed('the test is not over after three minutes; `reflex connectors` shows how it goes on');
};
