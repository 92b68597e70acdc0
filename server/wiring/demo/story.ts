import type { Scene } from './monitor';
import { takeover, takeoverOfExecutive, traveller } from './scenarios/account_takeover';
import { alteredHost, updatedHost } from './scenarios/altered_host';
import { beacon, resolver } from './scenarios/beacon';
import { forgottenPassword, passwordGuessing, passwordSpraying } from './scenarios/brute_force';
import { credentialTheft, sensor } from './scenarios/credential_theft';
import { exfiltration, offsiteBackup } from './scenarios/exfiltration';
import { falsePositive } from './scenarios/false_positive';
import { lateralMovement, rollout } from './scenarios/lateral_movement';
import { newsletter, phishing, sharedPlatform } from './scenarios/phishing';
import { backupJob, outbreak, ransomware } from './scenarios/ransomware';

/** Makes a scene of a round; each round has other addresses, hosts and people. */
type SceneMaker = (round: number) => Scene;

/**
 * One round of the story: nine scenarios, each with its benign twin, and a false positive. The first ones show an act,
 * a question, a refusal and a wait within a minute or two.
 */
export const ROUND: readonly SceneMaker[] = [
  ransomware,
  falsePositive,
  takeoverOfExecutive,
  backupJob,
  newsletter,
  (round) => outbreak(round, 0),
  (round) => outbreak(round, 1),
  (round) => outbreak(round, 2),
  passwordGuessing,
  forgottenPassword,
  beacon,
  resolver,
  credentialTheft,
  sensor,
  phishing,
  traveller,
  exfiltration,
  offsiteBackup,
  takeover,
  lateralMovement,
  rollout,
  sharedPlatform,
  passwordSpraying,
  alteredHost,
  updatedHost,
];

/** The scene with a running number, from 0 on. */
export const sceneAt = (number: number): Scene => {
  const make = ROUND[number % ROUND.length];
  if (make === undefined) throw new Error('the story has no scenes');
  return make(Math.floor(number / ROUND.length));
};

const SECOND = 1_000;

/** After so many scenes the story is known, and goes on slowly unless somebody watches. */
const FIRST_ROUNDS = 3;

/**
 * How long to wait after a scene, ms. At first every 20 to 35 s, later a scene a minute while a page is open, else one
 * in five minutes: some 300 a day, so that what is kept stays small however long the demo runs.
 *
 * @param number of the scene that was just played
 * @param watched true if somebody has a page open
 */
export const pauseAfter = (number: number, watched: boolean): number => {
  if (number < 4) return 8 * SECOND;
  if (number < ROUND.length) return (20 + ((number * 7) % 16)) * SECOND;
  if (number < FIRST_ROUNDS * ROUND.length) return 40 * SECOND;
  return watched ? 60 * SECOND : 300 * SECOND;
};
