import React, { useEffect, useRef, useState, type ReactNode } from 'react';
import { useHistory, useParams } from 'react-router-dom';
import type { EscalationView } from '../../../common/api/views';
import { useMay } from '../../components/data/use_live';
import { useKeys } from '../../components/data/use_keys';
import { AnswerDialog } from './answer_dialog';
import { AnswerNotices } from './answer_notices';
import type { Answered, Verb } from './answer';
import { BulkBar } from './bulk_bar';
import { BulkDialog } from './bulk_dialog';
import { EscalationCard } from './escalation_card';
import { keyOf, pathOfEscalation, type Answerable } from './escalation_key';
import { EscalationList } from './escalation_list';
import { MovedOn } from './moved_on';
import { useChecked } from './use_checked';

interface EscalationsViewProps {
  readonly waiting: readonly EscalationView[];
  readonly total: number;
  readonly empty: ReactNode;
  readonly onHelp: () => void;
  readonly onChanged: () => void;
}

/** Escalations that were on the page once: one that goes away is still known for what it was. */
const useRemembered = (waiting: readonly EscalationView[]): ReadonlyMap<string, EscalationView> => {
  const seen = useRef(new Map<string, EscalationView>());
  waiting.forEach((each) => seen.current.set(keyOf(each), each));
  return seen.current;
};

/**
 * The one of the address; else the one that was shown before, so that what comes in meanwhile never slips under
 * somebody's hands; else the first.
 */
const useShown = (waiting: readonly EscalationView[], wanted: string | undefined): EscalationView | undefined => {
  const before = useRef<string>();
  const named = (key: string | undefined) =>
    waiting.find((each) => keyOf(each) === key) ??
    waiting.find(({ breach }) => breach?.others.some((other) => keyOf(other) === key));
  const shown = wanted === undefined ? (named(before.current) ?? waiting[0]) : named(wanted);
  useEffect(() => {
    if (shown) before.current = keyOf(shown);
  }, [shown]);
  return shown;
};

/** An answer that is being given: to the act as it was when the person asked for the dialog. */
interface Asked {
  readonly verb: Verb;
  readonly escalation: EscalationView;
}

/** One answer to several. */
interface Several {
  readonly verb: Verb;
  readonly items: readonly Answerable[];
}

const MOST_NOTICES = 5;

/** List and card, the keys that walk through them, and the dialogs for one answer or several. */
export const EscalationsView = ({ waiting, total, empty, onHelp, onChanged }: EscalationsViewProps) => {
  const history = useHistory();
  const { caseId, actId } = useParams<{ caseId?: string; actId?: string }>();
  const [asked, setAsked] = useState<Asked>();
  const may = { approve: useMay('approve'), deny: useMay('respond') };
  const [bulk, setBulk] = useState<Several>();
  const [answered, setAnswered] = useState<readonly Answered[]>([]);
  const checked = useChecked(waiting);
  const remembered = useRemembered(waiting);

  const wanted = caseId && actId ? `${decodeURIComponent(caseId)}/${decodeURIComponent(actId)}` : undefined;
  const found = useShown(waiting, wanted);
  const gone = wanted !== undefined && found === undefined;
  const index = found === undefined ? -1 : waiting.indexOf(found);
  const lastIndex = useRef(0);
  useEffect(() => {
    if (index >= 0) lastIndex.current = index;
  }, [index]);

  const show = (escalation: EscalationView | undefined): void =>
    escalation === undefined ? history.replace('/escalations') : history.replace(pathOfEscalation(escalation));
  const step = (by: number): void => {
    const from = index >= 0 ? index : lastIndex.current - (by > 0 ? 1 : 0);
    const next = waiting[Math.max(0, Math.min(waiting.length - 1, from + by))];
    if (next) show(next);
  };
  const ask = (verb: Verb): void => {
    if (found !== undefined && may[verb]) setAsked({ verb, escalation: found });
  };
  useKeys({
    j: () => step(1),
    k: () => step(-1),
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    a: () => ask('approve'),
    d: () => ask('deny'),
    x: () => found && checked.toggle(found),
    '?': onHelp,
  });

  const done = (answer: Answered): void => {
    setAsked(undefined);
    setAnswered((before) => [answer, ...before].slice(0, MOST_NOTICES));
    show(waiting[index + 1] ?? waiting[index - 1]);
    onChanged();
  };
  const dismiss = (answer: Answered): void => setAnswered((before) => before.filter((each) => each !== answer));

  return (
    <>
      <AnswerNotices answered={answered} onDismiss={dismiss} />
      {waiting.length === 0 && !gone ? (
        empty
      ) : (
        <div className={wanted === undefined ? 'rfx-split' : 'rfx-split rfx-split--detail'}>
          <div className="rfx-split__list">
            <BulkBar waiting={waiting} checked={checked} onAnswer={(verb) => setBulk({ verb, items: checked.items })} />
            <EscalationList waiting={waiting} total={total} shown={found} checked={checked} />
          </div>
          <div className="rfx-split__detail">
            {gone && wanted !== undefined && (
              <MovedOn wanted={wanted} remembered={remembered.get(wanted)} onNext={() => show(waiting[0])} />
            )}
            {found && (
              <EscalationCard
                escalation={found}
                waiting={waiting}
                onAnswer={ask}
                onAnswerSeveral={(verb, items) => setBulk({ verb, items })}
              />
            )}
          </div>
        </div>
      )}
      {asked && (
        <AnswerDialog
          escalation={asked.escalation}
          verb={asked.verb}
          onDone={done}
          onClose={() => setAsked(undefined)}
          onMovedOn={onChanged}
        />
      )}
      {bulk && (
        <BulkDialog
          items={bulk.items}
          verb={bulk.verb}
          onClose={() => {
            setBulk(undefined);
            checked.clear();
            onChanged();
          }}
        />
      )}
    </>
  );
};
