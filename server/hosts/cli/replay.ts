import { replayDecision } from '../../../common/api/routes';
import type { TypeOf } from 'io-ts';
import { ask } from './ask';
import type { Address } from './address';
import { EXIT, type Outcome } from './outcome';

type Replayed = TypeOf<typeof replayDecision.answer>;

const verdictOf = ({ status, verdict }: Replayed): string => {
  switch (status) {
    case 'same':
      return `same: the record alone gives the identical decision${verdict === undefined ? '' : ` (${verdict})`}`;
    case 'differs':
      return 'differs: the record was changed, or the decision cannot be made again from it';
    case 'engine_differs':
      return 'not comparable: another version of the engine decided';
    case 'bundle_missing':
      return 'not comparable: the bundle that decided is not there any more';
    case 'model_missing':
      return 'not comparable: the model that decided is not there any more';
    case 'erased':
      return 'not comparable: the personal data of the record was erased';
  }
};

const exitOf = (status: Replayed['status']): number =>
  status === 'same' ? EXIT.done : status === 'differs' ? EXIT.differs : EXIT.error;

/** Decides one recorded decision again and compares the hashes. */
export const replay = async (address: Address, decisionId: string): Promise<Outcome> => {
  const answer = await ask(address, replayDecision, { decision_id: decisionId });
  if (!answer.ok) return { exit: EXIT.error, lines: [answer.error] };
  const { status, recorded_hash: recorded, replayed_hash: replayed } = answer.value;
  return {
    exit: exitOf(status),
    lines: [
      verdictOf(answer.value),
      `  recorded ${recorded}`,
      ...(replayed === undefined ? [] : [`  replayed ${replayed}`]),
    ],
  };
};
