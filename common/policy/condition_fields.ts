/** A field that conditions may use. Types are CEL's; numbers are doubles, so that `> 5` and `> 5.0` mean the same. */
interface ConditionField {
  readonly name: string;
  readonly type: string;
  readonly about: string;
}

/** A type of the condition schema with its fields. */
interface ConditionType {
  readonly name: string;
  readonly fields: readonly ConditionField[];
}

const field = (name: string, type: string, about: string): ConditionField => ({ name, type, about });

const counts = ['events', 'acts'].flatMap((what) =>
  [
    ['1h', 'the last hour'],
    ['24h', 'the last 24 hours'],
    ['30d', 'the last 30 days'],
  ].map(([window, about]) => field(`${what}_${window}`, 'double', `${what} of this entity in ${about}`)),
);

const seenBefore = [
  field('src', 'Counts', 'of the source address'),
  field('host', 'Counts', 'of the host'),
  field('user', 'Counts', 'of the user'),
  field('rule', 'Counts', 'of the detection rule'),
  field('corroboration', 'Corroboration', 'which independent sources reported the target of the act'),
];

/** The schema that conditions are checked against at review. The engine's fact classes have the same fields. */
export const CONDITION_TYPES: readonly ConditionType[] = [
  {
    name: 'Event',
    fields: [
      field('event_id', 'string', 'identity of the event at its intake'),
      field('confidence', 'double', 'how sure the detector is, 0 to 1'),
      field('severity', 'string', 'low, medium, high or critical'),
      field('severity_rank', 'double', '1 for low to 4 for critical'),
      field('src_host', 'string', 'host that the activity comes from'),
      field('dst_host', 'string', 'host that the activity goes to'),
      field('tags', 'list<string>', 'tags of the detection'),
      field('recommended_action', 'string', 'what the detector would do; evidence only'),
      field('uncalibrated', 'bool', 'nobody vouched for the confidence'),
      field('source', 'Endpoint', 'where the activity comes from'),
      field('destination', 'Endpoint', 'where the activity goes to'),
      field('user', 'UserName', 'the account concerned'),
      field('process', 'Process', 'the process concerned'),
      field('file', 'File', 'the file concerned'),
      field('rule', 'Rule', 'the detection rule'),
      field('intake', 'Intake', 'where the event came in'),
    ],
  },
  {
    name: 'Endpoint',
    fields: [
      field('ip', 'string', 'address, "" if there is none'),
      field('domain', 'string', 'domain name, "" if there is none'),
    ],
  },
  { name: 'UserName', fields: [field('name', 'string', 'account name')] },
  {
    name: 'Process',
    fields: [
      field('name', 'string', 'name of the process'),
      field('pid', 'double', 'process id, 0 if unknown'),
      field('executable', 'string', 'path of its program'),
      field('hash', 'string', 'hash of its program'),
    ],
  },
  {
    name: 'File',
    fields: [
      field('name', 'string', 'file name'),
      field('path', 'string', 'full path'),
      field('hash', 'string', 'hash of the content'),
    ],
  },
  {
    name: 'Rule',
    fields: [
      field('id', 'string', 'id of the detection rule'),
      field('name', 'string', 'its name'),
      field('origin', 'string', 'where the rule comes from, such as known_ioc'),
      field('status', 'string', 'stable, test, experimental, deprecated or unsupported'),
    ],
  },
  {
    name: 'Intake',
    fields: [
      field('type', 'string', 'kind of source, such as alerting or webhook'),
      field('id', 'string', 'which source of that kind'),
    ],
  },
  {
    name: 'Score',
    fields: [
      field('value', 'double', 'response score, 0 to 1'),
      field('log_odds', 'double', 'the same before it is squeezed into 0 to 1'),
    ],
  },
  {
    name: 'Asset',
    fields: [
      field('known', 'bool', 'the inventory has it, or it is outside our networks'),
      field('external', 'bool', 'outside our networks'),
      field('value', 'string', 'address or name that was looked up'),
      field('name', 'string', 'name in the inventory'),
      field('criticality', 'string', 'low, medium, high or critical'),
      field('owner', 'string', 'who answers for it'),
      field('tags', 'list<string>', 'tags in the inventory'),
      field('subnets', 'list<string>', 'subnets that it is in'),
      field('groups', 'list<string>', 'groups that it belongs to'),
    ],
  },
  { name: 'Side', fields: [field('asset', 'Asset', 'what the inventory says of this side')] },
  {
    name: 'Target',
    fields: [
      field('type', 'string', 'ip, host, user, domain, file or process'),
      field('value', 'string', 'canonical spelling'),
      field('host', 'string', 'host of a file or process'),
      field('is_private', 'bool', 'an address that only means something inside a network'),
      field('asset', 'Asset', 'what the inventory says of the target'),
    ],
  },
  {
    name: 'Act',
    fields: [
      field('action', 'string', 'name of the proposed action'),
      field('connector', 'string', 'connector that would execute it'),
      field('policy', 'string', 'policy that proposes it'),
      field('ttl_s', 'double', 'seconds that it would last, 0 if nothing lasts'),
    ],
  },
  {
    name: 'Counts',
    fields: [
      ...counts,
      field('true_positives_30d', 'double', 'labels in the last 30 days'),
      field('false_positives_30d', 'double', 'labels in the last 30 days'),
    ],
  },
  {
    name: 'Corroboration',
    fields: [
      field(
        'domains',
        'list<string>',
        'domains of sources that reported the target within 24 hours, as admins set them',
      ),
      field('count', 'double', 'how many those are'),
    ],
  },
  { name: 'History', fields: seenBefore },
  {
    name: 'TargetHistory',
    fields: [
      field('lifted_24h', 'double', 'how often a person lifted an effect on the target in the last 24 hours'),
      field('overridden_30d', 'double', 'how often a person lifted or denied something on it in the last 30 days'),
      field('contained_now', 'bool', 'an effect of Reflex is on it'),
    ],
  },
  {
    name: 'JudgedHistory',
    fields: [...seenBefore, field('target', 'TargetHistory', 'what people said of the target of the act')],
  },
  {
    name: 'LateralChain',
    fields: [
      field('hops', 'double', 'hops from source to destination over other hosts, 0 if no chain is on record'),
      field('hosts', 'list<string>', 'the hosts of the chain, from the source to the destination'),
    ],
  },
  { name: 'HostIntegrity', fields: [field('state', 'string', 'intact or altered, as the connector says')] },
  {
    name: 'SearchFound',
    fields: [
      field('count', 'double', 'how many documents match, for `answer: count`'),
      field('exists', 'bool', 'whether any document matches, for `answer: exists`'),
      field('distinct', 'double', 'how many values the field has in them, for `answer: distinct`'),
    ],
  },
  {
    name: 'Lookups',
    fields: [
      field('lateral_chain', 'LateralChain', 'how the records lead from the source to the destination'),
      field('host_integrity', 'HostIntegrity', 'whether a host is intact'),
      field('search', 'map<string, SearchFound>', 'what the declared searches found, by name'),
    ],
  },
  {
    name: 'Time',
    fields: [
      field('hour', 'double', 'hour of the day, UTC'),
      field('minute', 'double', 'minute of the hour'),
      field('weekday', 'double', '1 is Monday, 7 is Sunday'),
      field('unix', 'double', 'seconds since 1970'),
    ],
  },
];

/** The names that conditions start from. `target` and `act` exist only in policies that judge an act. */
export const CONDITION_VARIABLES: ReadonlyArray<
  ConditionField & { readonly judgesOnly?: true; readonly judgesType?: string }
> = [
  field('event', 'Event', 'the event'),
  field('score', 'Score', 'the response score'),
  field('src', 'Side', 'inventory facts of the source'),
  field('dst', 'Side', 'inventory facts of the destination'),
  field('user', 'Asset', 'inventory facts of the user'),
  { ...field('history', 'History', 'what was seen before'), judgesType: 'JudgedHistory' },
  field('time', 'Time', 'now, UTC'),
  field('lookups', 'Lookups', 'answers to the look-ups that the policy declares; without an answer it escalates'),
  { ...field('target', 'Target', 'what the act would touch'), judgesOnly: true },
  { ...field('act', 'Act', 'the proposed act'), judgesOnly: true },
];

/** The functions that conditions may use; everything else of CEL is refused at review. */
export const CONDITION_FUNCTIONS: readonly string[] = [
  'size',
  'startsWith',
  'endsWith',
  'contains',
  'lowerAscii',
  'upperAscii',
  'trim',
  'matches',
  'inCidr',
  'has',
  'all',
  'exists',
  'exists_one',
  'filter',
  'map',
  'int',
  'double',
  'string',
];
