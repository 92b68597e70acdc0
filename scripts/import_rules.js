// What may import what. Run: npx depcruise --config scripts/import_rules.js common server public
const stages = ['intake', 'decision', 'brakes', 'execution', 'learning'];

// The flow values each stage may know: what it receives and what it makes, never what comes later.
const mayKnow = {
  intake: 'event',
  decision: 'event|decision',
  brakes: 'event|decision|clearance|mark_cleared',
  execution: 'clearance|command|outcome',
  learning: 'event|decision|clearance|command|outcome|feedback|proposal',
};
// Libraries without I/O that the engine may use.
const pure = 'node_modules/(io-ts|fp-ts|@marcbachmann/cel-js|re2js|ipaddr\\.js|yaml|ajv|json-canonicalize)/';

const flowOrder = ['event', 'decision', 'clearance', 'command', 'outcome', 'feedback', 'proposal'];

// Tests sit beside the code and may reach further than it does.
const tests = '\\.(test|mock)\\.tsx?$|^test/';
const forbid = (name, { path, pathNot }, to) => ({
  name, severity: 'error', from: { path, pathNot: [pathNot, tests].filter(Boolean).join('|') }, to,
});
const only = (name, fromPath, allowed) => forbid(name, { path: fromPath }, { pathNot: allowed });

module.exports = {
  forbidden: [
    only('common-stands-alone', '^common/(?!policy/text/)', '^common/(?!policy/text/)|node_modules/(io-ts|fp-ts)/'),
    // Reading a policy's text is the engine's work and the editor's: the one part of common that takes libraries along.
    only('policy-text-reads-only', '^common/policy/text/', '^common/policy/|node_modules/(yaml|ipaddr\\.js)/'),
    forbid('page-loads-text-reader-late', { path: '^public/', pathNot: '^public/pages/policies/check/(form_faults|policy_validator)' },
      { path: '^(common/policy/text|public/pages/policies/check/(form_faults|policy_validator))', dynamic: false, dependencyTypesNot: ['type-only'] }),
    only('engine-is-pure', '^server/engine/(?!policy/)', `^(server/engine|common)/|${pure}`),
    only('policy-may-use-crypto', '^server/engine/policy/', `^(server/engine/(policy|addresses)|common)/|^crypto$|${pure}`),
    forbid('stages-do-not-meet',
      { path: '^server/engine/([^/]+)/', pathNot: '^server/engine/(decision|replay|learning)/' },
      { path: '^server/engine/', pathNot: '^server/engine/($1|addresses)/' }),
    only('decision-uses-policy', '^server/engine/decision/', `^server/engine/(decision|policy|addresses)/|^common/|${pure}`),
    only('replay-and-learning-use-decision', '^server/engine/(replay|learning)/', `^server/engine/(replay|learning|decision|policy)/|^common/|${pure}`),
    ...stages.map((s) => forbid(`${s}-sees-no-later-value`,
      { path: `^server/engine/${s}/` }, { path: '^common/flow/', pathNot: `^common/flow/(${mayKnow[s]})\\.ts$` })),
    ...flowOrder.map((v, i) => forbid(`${v}-names-no-later-value`,
      { path: `^common/flow/${v}\\.ts$` },
      { path: '^common/flow/', pathNot: `^common/flow/(${flowOrder.slice(0, i + 1).join('|')})\\.ts$` })),
    forbid('only-brakes-clear', { pathNot: '^server/engine/brakes/' }, { path: '^common/flow/mark_cleared' }),
    forbid('only-policy-trusts', { pathNot: '^server/engine/policy/' }, { path: '^common/policy/mark_trusted' }),
    only('runner-knows-ports-not-adapters', '^server/runner/', '^(server/(runner|engine)|common)/'),
    forbid('adapters-know-only-ports', { path: '^server/adapters/' },
      { path: '^server/', pathNot: '^server/(adapters/|runner/ports(/|\\.ts$))' }),
    forbid('adapters-do-not-meet', { path: '^server/adapters/([^/]+)/' },
      { path: '^server/adapters/', pathNot: '^server/adapters/$1/' }),
    forbid('connectors-know-only-their-contract', { path: '^server/connectors/([^/]+)/' },
      { path: '^server/', pathNot: '^server/connectors/($1/|connector\\.ts$)' }),
    forbid('routes-go-through-the-runner', { path: '^server/routes/' }, { path: '^server/(engine|adapters|connectors)/' }),
    forbid('only-wiring-wires', { path: '^server/', pathNot: '^server/(index|plugin)\\.ts$' }, { path: '^server/(wiring|plugin)\\.ts$' }),
    forbid('host-stays-at-the-edge', { path: '^(common|server/(engine|runner|adapters|connectors))/' },
      { path: '^(opensearch-dashboards|@osd/|src/core|\\.\\./\\.\\./src)' }),
    forbid('ui-knows-only-common', { path: '^public/' }, { path: '^(server|policies|scripts|test)/' }),
    forbid('pages-do-not-meet', { path: '^public/pages/([^/]+)/' },
      { path: '^public/pages/', pathNot: '^public/pages/$1/' }),
    forbid('no-test-code-in-production', {},
      { path: '^(test|scripts)/|\\.(test|mock)\\.tsx?$' }),
    forbid('no-cycles', {}, { circular: true }),
  ],
  options: { tsPreCompilationDeps: true, tsConfig: { fileName: 'tsconfig.json' }, doNotFollow: { path: 'node_modules' } },
};
