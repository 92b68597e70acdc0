import type { UndoSuspension } from '../keeping/kinds/gate';
import type { ConnectorReport } from '../session/live_reports';

/* Troubles with what is in effect: gone, not verified, not ended. */

/** Policies, connectors or effects that a trouble names; their pages name all. */
export const MOST_NAMED = 10;

/** So many, in words. */
export const containments = (count: number): string => (count === 1 ? '1 containment' : `${count} containments`);

/** Connectors of which something is to be told, with how many containments each. */
const countedBy = (
  live: readonly ConnectorReport[],
  what: 'gone' | 'unsure' | 'overdue' | 'reapplied',
): string | undefined => {
  const some = live.filter((report) => (report[what] ?? 0) > 0);
  const named = some
    .slice(0, MOST_NAMED)
    .map((report) => `${containments(report[what] ?? 0)} at \`${report.connector}\``);
  return some.length === 0 ? undefined : named.join(', ');
};

const TROUBLES = [
  {
    what: 'overdue',
    code: 'undo_overdue',
    text: (named: string) =>
      `should have ended by now: ${named}. The target refuses, or does not answer; Reflex goes on trying`,
  },
  {
    what: 'gone',
    code: 'containment_gone',
    text: (named: string) =>
      `gone before the end: ${named}. Somebody removed them there, or the target lost them; Reflex applies them again only where the policy says so`,
  },
  {
    what: 'reapplied',
    code: 'containment_reapplied',
    text: (named: string) =>
      `applied again, for somebody removed them at the target: ${named}. Lift them in Reflex if they are not wanted`,
  },
  {
    what: 'unsure',
    code: 'cannot_verify',
    text: (named: string) =>
      `not verified: ${named}. The target was asked several times and does not say whether they are in effect`,
  },
] as const;

const endOf = ({ until }: UndoSuspension): string => (until === undefined ? '' : ` until ${until}`);

/** Undoing that a person suspended, and what is past its end because of that. */
export const ofSuspensions = (all: readonly UndoSuspension[], live: readonly ConnectorReport[]) => {
  if (all.length === 0) return [];
  const named = all
    .slice(0, MOST_NAMED)
    .map((each) => `\`${each.scope}\`${endOf(each)} (${each.who}: ${each.why.slice(0, 200)})`);
  const held = live.reduce((count, { held_back = 0 }) => count + held_back, 0);
  const past = held === 0 ? 'nothing is past its end yet' : `past their end because of that: ${containments(held)}`;
  return [{ code: 'undo_suspended' as const, text: `nothing is undone by itself of ${named.join(', ')}; ${past}` }];
};

/** What is to be told of the containments that live agents keep, the gravest first. */
export const ofLive = (live: readonly ConnectorReport[]) =>
  TROUBLES.flatMap(({ what, code, text }) => {
    const named = countedBy(live, what);
    return named === undefined ? [] : [{ code, text: text(named) }];
  });
