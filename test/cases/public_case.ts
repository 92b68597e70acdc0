import type { Act, Verdict } from '../../common/flow/decision';
import type { DetectionEvent } from '../../common/flow/event';
import type { CaseContent } from '../../server/runner/keeping/kinds/case';
import { Rig, type Sent, type Setting } from './rig';

/*
 * What users of other products reported, or what their products really send, rebuilt small for Reflex. Each says in
 * one sentence what is right, and shows it. `not_yet.ts` names those that are not right yet.
 */

export interface PublicCase extends Setting {
  /** Its kind, a slash, and what happens. */
  readonly name: string;
  /** Where the idea is from: repositories with the number of the issue, or documentation. */
  readonly from: readonly string[];
  /** What is right, in one sentence. */
  readonly right: string;
  /** Sends, and says with `expect` what has to come of it. */
  readonly run: (rig: Rig) => Promise<void>;
}

/** The same case with several inputs, each by itself. */
export const each = <Input>(
  about: Omit<PublicCase, 'run' | 'name'> & { readonly name: string },
  inputs: Readonly<Record<string, Input>>,
  run: (rig: Rig, input: Input) => Promise<void>,
): readonly PublicCase[] =>
  Object.entries(inputs).map(([what, input]) => ({
    ...about,
    name: `${about.name}: ${what}`,
    run: (rig) => run(rig, input),
  }));

/** A plain alert of a source with the map `generic`; a test says what it is about. */
export const alert = (rig: Rig, about: object): object => ({
  id: rig.id(),
  ts: rig.now(),
  confidence: 0.96,
  severity: 'high',
  rule: 'r1',
  ...about,
});

export const alertText = (rig: Rig, more = ''): string => {
  const text = JSON.stringify(alert(rig, {}));
  return more === '' ? text : `${text.slice(0, -1)}, ${more}}`;
};

/** The only case that was made. */
export const onlyCase = ({ cases, answer }: Sent): CaseContent => {
  const [first] = cases;
  if (cases.length !== 1 || first === undefined)
    throw new NotSo(`${cases.length} cases came of it: ${JSON.stringify(answer)}`);
  return first;
};

export const eventOf = (sent: Sent): DetectionEvent => onlyCase(sent).received.event;
export const eventsOf = ({ cases }: Sent): readonly DetectionEvent[] => cases.map(({ received }) => received.event);
/** The verdicts as they are now; they may have changed since it was sent. */
export const verdictsNow = (rig: Rig, { cases }: Pick<Sent, 'cases'>): ReadonlyArray<Verdict | undefined> =>
  cases.map((each) => rig.caseOf(each).decision?.verdict);
export const verdictOf = (sent: Sent): Verdict | undefined => onlyCase(sent).decision?.verdict;

/** Whether a person is asked: by the policies, or by the brakes. */
export const asksSomebody = (sent: Sent): boolean => onlyCase(sent).acts.some(({ status }) => status === 'waiting');

/** What stopped the acts of the policies in force, and how they fare. */
export const faresOf = (sent: Sent): readonly string[] =>
  onlyCase(sent)
    .acts.filter(({ status }) => status !== 'shadow')
    .map(({ status, stopped }) => (stopped === undefined ? status : `${status}: ${stopped.reason}`));

export const actsOf = (sent: Sent): readonly Act[] => onlyCase(sent).decision?.acts ?? [];

/** Something is not as it is right; `expect` throws the same of its own. */
export class NotSo extends Error {}

/** What a case came to: right, not right, or broken in itself. */
export const outcomeOf = async (publicCase: PublicCase): Promise<{ readonly notSo?: Error }> => {
  const rig = await Rig.start(publicCase);
  try {
    await publicCase.run(rig);
    return {};
  } catch (cause) {
    // Whatever else is thrown is a fault of the case itself, which no list excuses.
    if (cause instanceof NotSo || (cause instanceof Error && 'matcherResult' in cause)) return { notSo: cause };
    throw cause;
  }
};
