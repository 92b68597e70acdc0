/**
 * Promises that the drill judges and shows, but that do not fail it yet, with what is known not to be kept. A line goes
 * when its mend lands; the list ends empty. Everything else has to hold in every run.
 */
export const NOT_ASKED_YET: Readonly<Record<string, string>> = {
  'late.alive': 'once 7.4 s instead of 5 s on a machine with more to run than cores',
  cut_short: 'offline undo takes each reason by itself, so the first deadline ends an effect that has others',
  'late.joined': 'a reason that joins is seen by the keeper of its effect only with its next look',
  'late.store_away': 'undo without OpenSearch begins 60 s after the last heartbeat',
  'late.restarted': 'a host that starts while OpenSearch is away waits for it; one that starts with it adds 10 s',
  'late.taken_over': 'a host takes over what it has no connector for, and then nobody undoes it',
  left: 'a host takes over what it has no connector for, and then nobody undoes it',
  'left.unlisted_answer': 'an answer that the connector does not list counts as a definite failure',
  'hosts.back': 'a host that starts while OpenSearch is away guesses its number of nodes and keeps the guess',
  'events.acknowledged': 'a host that starts while OpenSearch is away takes no events, not even into its spool',
  'events.decided_once': 'what lies in the spool of a host that never comes back is never decided',
};
