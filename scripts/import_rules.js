// What may import what. Run: npx depcruise --config scripts/import_rules.js common server public
const stages = ['intake', 'decision', 'brakes', 'execution', 'learning'];

// The flow values each stage may know: what it receives and what it makes, never what comes later.
const event = 'rating|intake|target|order|voice|event|claims';
const mayKnow = {
  intake: event,
  decision: `${event}|lookup|demand|stakes|decision`,
  brakes: `${event}|demand|decision|stop_scope|clearance|mark_cleared`,
  execution: 'clearance|command|outcome',
  learning: `${event}|decision|clearance|command|outcome|feedback|proposal`,
};
// Libraries without I/O that the engine may use.
const pure = 'node_modules/(io-ts|fp-ts|@marcbachmann/cel-js|re2js|yaml|ajv|json-canonicalize|tldts)/';

// Rooms of the engine that every stage may use: who is meant by a text, one digest.
const shared = 'entity|digest';

// Rooms of the runner in their order: each imports only what stands before it.
const runnerRooms = ['ports', 'record', 'keeping', 'audit', 'session', 'facts', 'trust', 'executing', 'undoing', 'door', 'agent', 'sources', 'doctrine', 'operations'];

// Rooms of the Policies page in their order, likewise.
const policyRooms = ['frame', 'check', 'diff', 'editor', 'try', 'repository', 'releases', 'backtest', 'candidates', 'drafts', 'guards', 'shadow', 'rhythm', 'in_force'];
const policyPage = '^public/pages/policies/';

// Rooms of the page's components in their order, likewise.
const componentRooms = ['data', 'text', 'layout', 'code', 'facts', 'dialogs', 'orders'];

/** One rule for each room: it imports nothing of a room that comes later in the order. */
const roomsGoDown = (name, base, order) => order.map((room, i) => forbid(name,
  { path: `${base}${room}/` }, { path: `${base}(${order.slice(i + 1).join('|') || '$^'})/` }));

const flowOrder = ['rating', 'intake', 'target', 'order', 'voice', 'event', 'claims', 'lookup', 'demand', 'stakes', 'asked', 'decision', 'clearance', 'command', 'outcome', 'feedback', 'proposal'];

// Tests sit beside the code and may reach further than it does.
const tests = '\\.(test|mock)\\.tsx?$|^test/';
const forbid = (name, { path, pathNot }, to) => ({
  name, severity: 'error', from: { path, pathNot: [pathNot, tests].filter(Boolean).join('|') }, to,
});
const only = (name, fromPath, allowed) => forbid(name, { path: fromPath }, { pathNot: allowed });

module.exports = {
  forbidden: [
    // What logs write for nothing takes no library along.
    only('common-stands-alone', '^common/(?!policy/text/|entity/)', '^common/((?!policy/text/|entity/)|entity/placeholder\\.ts)|node_modules/(io-ts|fp-ts)/'),
    // Reading a policy's text is the engine's work and the editor's. It takes libraries along, as reading an entity does.
    only('policy-text-reads-only', '^common/policy/text/', '^common/(policy/|entity/|iso\\.ts|present\\.ts|why\\.ts)|node_modules/yaml/'),
    only('entity-stands-alone', '^common/entity/', '^common/entity/|node_modules/ipaddr\\.js/'),
    // One reading of addresses; only connectors' own guard looks at the ranges by itself.
    forbid('addresses-are-read-in-one-place', { path: '^(common|server|public)/', pathNot: '^(common/entity|server/connectors/http)/' },
      { path: 'node_modules/ipaddr\\.js/' }),
    forbid('page-loads-text-reader-late', { path: '^public/', pathNot: '^public/pages/policies/check/(form_faults|policy_validator)' },
      { path: '^(common/(policy/text|entity)|public/pages/policies/check/(form_faults|policy_validator))', dynamic: false, dependencyTypesNot: ['type-only'] }),
    only('engine-is-pure', '^server/engine/(?!policy/|digest/|audit/)', `^(server/engine|common)/|${pure}`),
    only('policy-may-use-crypto', '^server/engine/policy/', `^(server/engine/(policy|${shared})|common)/|^crypto$|${pure}`),
    only('digest-may-use-crypto', '^server/engine/digest/', `^(server/engine/digest|common)/|^crypto$|${pure}`),
    only('audit-may-use-crypto', '^server/engine/audit/', `^(server/engine/(audit|digest)|common)/|^crypto$|${pure}`),
    forbid('stages-do-not-meet',
      { path: '^server/engine/([^/]+)/', pathNot: '^server/engine/(decision|replay|learning)/' },
      { path: '^server/engine/', pathNot: `^server/engine/($1|${shared})/` }),
    only('decision-uses-policy', '^server/engine/decision/', `^server/engine/(decision|policy|${shared})/|^common/|${pure}`),
    only('replay-and-learning-use-decision', '^server/engine/(replay|learning)/', `^server/engine/(replay|learning|decision|policy|${shared})/|^common/|${pure}`),
    forbid('public-suffixes-are-read-in-one-place', { pathNot: '^server/engine/entity/width\\.ts$' }, { path: '^node_modules/tldts/' }),
    ...stages.map((s) => forbid(`${s}-sees-no-later-value`,
      { path: `^server/engine/${s}/` }, { path: '^common/flow/', pathNot: `^common/flow/(${mayKnow[s]})\\.ts$` })),
    ...flowOrder.map((v, i) => forbid(`${v}-names-no-later-value`,
      { path: `^common/flow/${v}\\.ts$` },
      { path: '^common/flow/', pathNot: `^common/flow/(${flowOrder.slice(0, i + 1).join('|')})\\.ts$` })),
    forbid('only-brakes-clear', { pathNot: '^server/engine/brakes/' }, { path: '^common/flow/mark_cleared' }),
    forbid('only-policy-trusts', { pathNot: '^server/engine/policy/' }, { path: '^common/policy/mark_trusted' }),
    ...roomsGoDown('runner-rooms-go-down', '^server/runner/', runnerRooms),
    forbid('runner-has-these-rooms-only', {}, { path: '^server/runner/', pathNot: `^server/runner/(${runnerRooms.join('|')})/` }),
    only('runner-knows-ports-not-adapters', '^server/runner/', '^(server/(runner|engine)|common)/'),
    forbid('adapters-know-only-ports', { path: '^server/adapters/' },
      { path: '^server/', pathNot: '^server/(adapters|runner/ports)/' }),
    forbid('adapters-do-not-meet', { path: '^server/adapters/([^/]+)/' },
      { path: '^server/adapters/', pathNot: '^server/adapters/$1/' }),
    forbid('connectors-know-only-their-contract', { path: '^server/connectors/(?!presets/)([^/]+)/' },
      { path: '^server/', pathNot: '^server/connectors/($1/|connector\\.ts$)' }),
    // Presets are parameters of a kind, and no code of one.
    forbid('presets-are-only-parameters', { path: '^server/connectors/presets/' },
      { path: '^server/', pathNot: '^server/connectors/(presets/|connector\\.ts$|rest/rest_parameters\\.ts$)' }),
    forbid('routes-go-through-the-runner', { path: '^server/routes/' }, { path: '^server/(engine|adapters|connectors)/' }),
    forbid('only-wiring-wires', { path: '^server/', pathNot: '^server/(index|plugin)\\.ts$' }, { path: '^server/(wiring|plugin)\\.ts$' }),
    forbid('host-stays-at-the-edge', { path: '^(common|server/(engine|runner|adapters|connectors))/' },
      { path: '^(opensearch-dashboards|@osd/|src/core|\\.\\./\\.\\./src)' }),
    forbid('ui-knows-only-common', { path: '^public/' }, { path: '^(server|policies|scripts|test)/' }),
    forbid('pages-do-not-meet', { path: '^public/pages/([^/]+)/' },
      { path: '^public/pages/', pathNot: '^public/pages/$1/' }),
    ...roomsGoDown('policy-rooms-go-down', policyPage, policyRooms),
    forbid('policy-page-has-these-rooms-only', { path: `${policyPage}[^/]+/` },
      { path: policyPage, pathNot: `${policyPage}((${policyRooms.join('|')})/|(paths|use_policies)\\.ts$)` }),
    ...roomsGoDown('component-rooms-go-down', '^public/components/', componentRooms),
    forbid('no-test-code-in-production', {},
      { path: '^(test|scripts)/|\\.(test|mock)\\.tsx?$' }),
    forbid('no-cycles', {}, { circular: true }),
  ],
  options: { tsPreCompilationDeps: true, tsConfig: { fileName: 'tsconfig.json' }, doNotFollow: { path: 'node_modules' } },
};
