import React, { useMemo, useRef, useState, type ReactNode } from 'react';
import type { EscalationView } from '../../../common/api/views';
import { useAnnounce } from '../../components/layout/announcer';
import { useMay } from '../../components/data/use_live';
import { useKeys } from '../../components/data/use_keys';
import { AnswerDialog } from './answer_dialog';
import { AnswerNotices } from './answer_notices';
import type { Answered, Verb } from './answer';
import { BulkBar, mixedWords } from './bulk_bar';
import { BulkDialog } from './bulk_dialog';
import { EscalationCard } from './escalation_card';
import { filterEscalations } from './escalation_filter';
import { EscalationFilters } from './escalation_filters';
import { commonGround, isSelectable, keyOf, type Answerable } from './escalation_key';
import { EscalationList } from './escalation_list';
import { groupsOf, groupWith, type Group } from './groups';
import { MovedOn } from './moved_on';
import { useChecked } from './use_checked';
import { usePlace, useWalk } from './use_walk';

interface EscalationsViewProps {
  readonly waiting: readonly EscalationView[];
  /** What is said above the list, such as that not everything is listed. */
  readonly above: ReactNode;
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

/** The one of a group that the address names, else its first. */
const memberOf = (group: Group | undefined, wanted: string | undefined): EscalationView | undefined =>
  group?.items.find((each) => keyOf(each) === wanted) ?? group?.first;

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
export const EscalationsView = ({ waiting, above, empty, onHelp, onChanged }: EscalationsViewProps) => {
  const announce = useAnnounce();
  const { wanted, filter, setFilter, show } = usePlace();
  const [asked, setAsked] = useState<Asked>();
  const may = { approve: useMay('approve'), deny: useMay('respond') };
  const [bulk, setBulk] = useState<Several>();
  const [answered, setAnswered] = useState<readonly Answered[]>([]);
  const listed = useMemo(() => filterEscalations(waiting, filter), [waiting, filter]);
  const groups = useMemo(() => groupsOf(listed), [listed]);
  const everyGroup = useMemo(() => groupsOf(waiting), [waiting]);
  const checked = useChecked(listed);
  const remembered = useRemembered(waiting);

  const walk = useWalk(groups, wanted);
  // What the address names is shown, whatever the filter says.
  const group = walk.group ?? groupWith(everyGroup, wanted);
  const found = memberOf(group, wanted);
  const gone = wanted !== undefined && found === undefined;
  // INVARIANT: one meaning for keys and buttons: what is selected, else every alert that asks for what is shown. What
  // is answered by itself stands for no other, be it on the same target (X21).
  const shown: readonly EscalationView[] = found?.alone === undefined ? (group?.items ?? []) : [found];
  const meant: readonly EscalationView[] = checked.items.length > 0 ? checked.items : shown;

  const ask = (verb: Verb): void => {
    const [only, ...more] = meant;
    if (only === undefined || !may[verb]) return;
    if (more.length === 0) setAsked({ verb, escalation: only });
    else if (verb === 'approve' && commonGround(meant) === undefined) announce(mixedWords());
    else setBulk({ verb, items: meant });
  };
  const selectable = listed.filter(isSelectable);
  const selectAll = (): void =>
    checked.items.length === selectable.length ? checked.clear() : checked.set(selectable);
  const step = (by: number): void => {
    const next = walk.next(by);
    if (next) show(next.first);
  };
  useKeys({
    j: () => step(1),
    k: () => step(-1),
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    a: () => ask('approve'),
    d: () => ask('deny'),
    x: () => group && checked.toggle(group),
    s: selectAll,
    '?': onHelp,
  });

  const goOn = (items: readonly Answerable[]): void => {
    if (found === undefined || items.some((each) => keyOf(each) === keyOf(found)))
      show(walk.after(new Set(items.map(keyOf)))?.first);
    onChanged();
  };
  const done = (answer: Answered): void => {
    setAsked(undefined);
    checked.clear();
    setAnswered((before) => [answer, ...before].slice(0, MOST_NOTICES));
    goOn([answer.escalation]);
  };
  const dismiss = (answer: Answered): void => setAnswered((before) => before.filter((each) => each !== answer));

  return (
    <>
      <AnswerNotices answered={answered} onDismiss={dismiss} />
      {waiting.length === 0 && !gone ? (
        empty
      ) : (
        <>
          {above}
          <EscalationFilters waiting={waiting} filter={filter} onChange={setFilter} />
          <div className={wanted === undefined ? 'rfx-split' : 'rfx-split rfx-split--detail'}>
            <div className="rfx-split__list">
              <BulkBar waiting={listed} checked={checked} onAnswer={ask} />
              <EscalationList groups={groups} shown={walk.group} checked={checked} onSelectAll={selectAll} />
            </div>
            <div className="rfx-split__detail">
              {gone && wanted !== undefined && (
                <MovedOn wanted={wanted} remembered={remembered.get(wanted)} onNext={() => show(groups[0]?.first)} />
              )}
              {found && (
                <EscalationCard
                  escalation={found}
                  waiting={waiting}
                  group={group}
                  meant={meant.length}
                  onAnswer={ask}
                  onAnswerSeveral={(verb, items) => setBulk({ verb, items })}
                />
              )}
            </div>
          </div>
        </>
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
          onClose={(answeredItems) => {
            setBulk(undefined);
            if (answeredItems.length === 0) return;
            checked.clear();
            goOn(answeredItems);
          }}
        />
      )}
    </>
  );
};
