/** What is missing, in plain words, and the cases that are not right because of it. */
interface NotYet {
  readonly why: string;
  readonly names: readonly string[];
}

/** Whoever makes a case right takes its name away: until then the suite fails. */
export const NOT_YET: readonly NotYet[] = [
  {
    why: 'the inventory knows no network, and an unknown target asks a person',
    names: ['missing feature/the network of an IPv6 source'],
  },
  {
    why: 'a map cannot say which list is split into events',
    names: ['first of a list/two findings in one envelope'],
  },
  {
    why: 'a map cannot say which list is split into events, nor which of them are none',
    names: ['first of a list/a group whose first alert is resolved'],
  },
  {
    why: 'nothing says how many values were left out',
    names: [
      'first of a list/several addresses and users of Elastic',
      'first of a list/fields with several values of Splunk',
    ],
  },
  {
    why: 'a map takes the first of a list, whatever it is, and reads no JSON in a text',
    names: [
      'real documents/entities of Sentinel: the account first',
      'real documents/entities of Sentinel: the address first',
      'real documents/entities of Sentinel: as a text',
    ],
  },
  {
    why: 'ids of techniques are kept as the source writes them',
    names: ['real documents/three brute-force alerts of Wazuh'],
  },
  {
    why: 'the map of the guide does not look where Windows events have them',
    names: ['real documents/a logon failure of Windows by Wazuh'],
  },
  {
    why: 'the map of the guide takes labels, and no path reaches through two lists',
    names: ['real documents/techniques two lists deep of Elastic'],
  },
  {
    why: 'a text of several tags is one tag',
    names: ['real documents/tactics in one text of Sentinel'],
  },
  {
    why: 'a table of values is ignored for tags',
    names: ['real documents/a table of values for tags'],
  },
  {
    why: 'numbers beyond 2^53 are rounded when they are parsed',
    names: ['identity/numbers beyond 2^53 in the content', 'identity/numbers beyond 2^53 as the id of an event'],
  },
  {
    why: 'a source cannot say that a repetition is an update',
    names: ['identity/a finding that is sent again with newer data'],
  },
  {
    why: 'the id that the map names is all that tells events apart',
    names: ['identity/two alerts of Wazuh with one id', 'identity/many rows with one sid of Splunk'],
  },
  {
    why: 'five of the eight words are not known',
    names: [
      'a detail stops the whole/priorities of Falco: Emergency',
      'a detail stops the whole/priorities of Falco: Alert',
      'a detail stops the whole/priorities of Falco: Error',
      'a detail stops the whole/priorities of Falco: Notice',
      'a detail stops the whole/priorities of Falco: Debug',
    ],
  },
  {
    why: 'a confidence that cannot be read stops the event',
    names: [
      'a detail stops the whole/a confidence that is no number: not a number',
      'a detail stops the whole/a confidence that is no number: per cent',
      'a detail stops the whole/a confidence that is no number: a word',
    ],
  },
  {
    why: 'a process id out of range stops the event',
    names: [
      'a detail stops the whole/a process id out of range: negative',
      'a detail stops the whole/a process id out of range: too large',
    ],
  },
  {
    why: 'several hashes in one text stop the event',
    names: ['a detail stops the whole/hashes as Sysmon writes them'],
  },
  {
    why: 'a path that is too long stops the event',
    names: ['a detail stops the whole/a path of 5,000 characters'],
  },
  {
    why: 'of an alert that is too large nothing is kept as evidence',
    names: ['a detail stops the whole/an alert of more than 60,000 characters as evidence'],
  },
  {
    why: 'a map cannot say unit, format and zone of a time',
    names: [
      'a detail stops the whole/time: microseconds',
      'a detail stops the whole/time: nanoseconds',
      'a detail stops the whole/time: a comma before the milliseconds',
      'a detail stops the whole/time: no zone',
      'a detail stops the whole/time: RFC 1123',
      'a detail stops the whole/time: syslog',
      'a detail stops the whole/time: one number of fourteen digits',
      'a detail stops the whole/time: only nanoseconds, of Falco',
    ],
  },
  {
    why: 'an offset of hours alone is not read',
    names: ['a detail stops the whole/time: an offset of hours'],
  },
  {
    why: 'lower case is not read, though RFC 3339 allows it',
    names: ['a detail stops the whole/time: lower case'],
  },
  {
    why: 'a map cannot allow the time of receipt',
    names: ['a detail stops the whole/time: none at all'],
  },
  {
    why: 'a source cannot say which documents are for it',
    names: ['missing gate/a line of the EVE stream that is no alert'],
  },
  {
    why: 'nothing tells a handshake from a notice',
    names: ['missing gate/SNS asks to confirm a subscription'],
  },
  {
    why: 'JSON in a text is not read',
    names: ['missing gate/the finding is JSON inside a text'],
  },
  {
    why: 'aliases are refused, whatever they grow to',
    names: ['settings/anchors of YAML'],
  },
  {
    why: 'the list of decisions shows what the policies said, not what came of it',
    names: ['shown is not so/a permitted act that the brakes stopped'],
  },
  {
    why: 'no trouble tells of undos that are overdue',
    names: ['shown is not so/a target that is away'],
  },
  {
    why: 'fourteen digits are read as milliseconds',
    names: ['a detail stops the whole/time: one number of fourteen digits is no time far ahead'],
  },
];
