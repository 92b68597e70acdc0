/*
 * What the Authorization API 1.0 of OpenID AuthZEN asks of every policy decision point, as data: by the section that
 * asks it. The requests are in its own vocabulary, which says nothing to Reflex' policies: what is well-formed is
 * answered with 200 and denied.
 */

export interface AuthzenVector {
  readonly note: string;
  readonly path: 'evaluation' | 'evaluations';
  /** A text is sent as it is. */
  readonly request: object | string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status: number;
  /** The decisions of the answer, in their order; one alone is that of a single answer. */
  readonly decisions?: boolean | readonly boolean[];
  /** What the message of an error names. */
  readonly names?: string;
}

const alice = { type: 'user', id: 'alice@example.com' };
const account = { type: 'account', id: '123' };
const read = { name: 'can_read' };
const whole = { subject: alice, action: read, resource: account };
const doc = (id: string) => ({ type: 'document', id });
const at = { time: '2024-05-31T15:22-07:00' };

const WELL_FORMED: readonly AuthzenVector[] = [
  {
    note: '6.1 the four entities',
    path: 'evaluation',
    request: { ...whole, context: at },
    status: 200,
    decisions: false,
  },
  { note: '6.1 no context', path: 'evaluation', request: whole, status: 200, decisions: false },
  {
    note: '5 properties of every entity',
    path: 'evaluation',
    request: {
      subject: { ...alice, properties: { department: 'Sales', device: { id: 8 }, on: null } },
      action: { ...read, properties: { method: 'GET' } },
      resource: { ...account, properties: { library_record: { isbn: '978-0593383322' } } },
      context: { ...at, schema: 'https://schema.example.com/access-request.schema.json' },
    },
    status: 200,
    decisions: false,
  },
  {
    note: '10.1.1 unknown fields are ignored, everywhere',
    path: 'evaluation',
    request: { ...whole, subject: { ...alice, since: 1 }, one_day: { it: 'may mean something' } },
    status: 200,
    decisions: false,
  },
  {
    note: '10.1.1 the order of members means nothing',
    path: 'evaluation',
    request: { resource: account, context: at, action: read, subject: alice },
    status: 200,
    decisions: false,
  },
  {
    note: '7.1 no evaluations: a single one',
    path: 'evaluations',
    request: { ...whole, options: { evaluations_semantic: 'execute_all' } },
    status: 200,
    decisions: false,
  },
  {
    note: '7.1 empty evaluations: a single one',
    path: 'evaluations',
    request: { ...whole, evaluations: [] },
    status: 200,
    decisions: false,
  },
  {
    note: '7.1 three without defaults',
    path: 'evaluations',
    request: {
      evaluations: ['1', '2', '3'].map((id) => ({ subject: alice, action: read, resource: doc(id), context: at })),
    },
    status: 200,
    decisions: [false, false, false],
  },
  {
    note: '7.1.1 defaults, and one that is overridden',
    path: 'evaluations',
    request: {
      ...{ subject: alice, action: read, context: at },
      evaluations: [
        { resource: doc('1') },
        { resource: doc('2') },
        { action: { name: 'can_edit' }, resource: doc('3') },
      ],
    },
    status: 200,
    decisions: [false, false, false],
  },
  {
    note: '7.1.2 options that are not known are ignored',
    path: 'evaluations',
    request: { ...whole, evaluations: [{}], options: { another_option: 'value' } },
    status: 200,
    decisions: [false],
  },
  {
    note: '7.1.2.1 deny_on_first_deny ends with the first',
    path: 'evaluations',
    request: { ...whole, evaluations: [{}, {}, {}], options: { evaluations_semantic: 'deny_on_first_deny' } },
    status: 200,
    decisions: [false],
  },
  {
    note: '7.1.2.1 permit_on_first_permit goes on until one is permitted',
    path: 'evaluations',
    request: { ...whole, evaluations: [{}, {}, {}], options: { evaluations_semantic: 'permit_on_first_permit' } },
    status: 200,
    decisions: [false, false, false],
  },
];

const bad = (note: string, request: object | string, names: string, path: AuthzenVector['path'] = 'evaluation') => ({
  ...{ note, request, names, path },
  status: 400,
});

const MALFORMED: readonly AuthzenVector[] = [
  bad('10.1.1 no subject', { action: read, resource: account }, 'subject'),
  bad('10.1.1 no action', { subject: alice, resource: account }, 'action'),
  bad('10.1.1 no resource', { subject: alice, action: read }, 'resource'),
  bad('10.1.1 a subject without type', { ...whole, subject: { id: 'alice' } }, 'subject.type'),
  bad('10.1.1 a subject without id', { ...whole, subject: { type: 'user' } }, 'subject.id'),
  bad('10.1.1 an action without name', { ...whole, action: {} }, 'action.name'),
  bad('10.1.1 a resource without type', { ...whole, resource: { id: '1' } }, 'resource.type'),
  bad('10.1.1 a resource without id', { ...whole, resource: { type: 'account' } }, 'resource.id'),
  bad('10.1.1 a subject that is a text', { ...whole, subject: 'alice' }, 'subject'),
  bad('10.1.1 a name that is a number', { ...whole, action: { name: 123 } }, 'action.name'),
  bad('10.1.1 properties that are a list', { ...whole, subject: { ...alice, properties: [] } }, 'subject.properties'),
  bad('10.1.1 a body that is a list', [whole], 'object'),
  bad('10.1.2 no JSON', '{"subject":', 'body'),
  bad('10.1.2 an empty body', '', 'body'),
  bad('14.2 a member twice', '{"subject":{"type":"user","id":"a","id":"b"}}', 'twice'),
  bad(
    '7.1.1 an entity that nobody names',
    { subject: alice, evaluations: [{ action: read }] },
    'evaluations.0.resource',
    'evaluations',
  ),
  bad(
    '7.1.2.1 another semantic',
    { ...whole, evaluations: [{}], options: { evaluations_semantic: 'any' } },
    'evaluations_semantic',
    'evaluations',
  ),
  {
    ...bad('10.1 another content type', whole, 'application/json'),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  },
  { ...bad('10.1 no content type', whole, 'application/json'), headers: { 'content-type': '' } },
];

export const AUTHZEN_VECTORS: readonly AuthzenVector[] = [...WELL_FORMED, ...MALFORMED];

/** The body of a vector as it is sent. */
export const bytesOfVector = ({ request }: AuthzenVector): Buffer =>
  Buffer.from(typeof request === 'string' ? request : JSON.stringify(request));
