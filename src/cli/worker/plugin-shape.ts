/** Whether what a package exports is a descriptor, before anything relies on it. */
const CONNECTORS = ['source', 'sink'];
const OTHERS = ['converter', 'header_converter', 'transformation', 'predicate', 'config_provider'];

/** What is wrong with a descriptor, as a sentence, or undefined. */
export function descriptorProblem(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return 'it is no object.';
  const given = value as Record<string, unknown>;
  for (const name of ['class', 'version']) {
    const text = given[name];
    if (typeof text !== 'string' || text.trim() === '') return `${name} must be a text.`;
  }
  const { type, config, aliases = [] } = given;
  if (![...CONNECTORS, ...OTHERS].includes(String(type))) {
    return `type must be one of ${[...CONNECTORS, ...OTHERS].join(', ')}.`;
  }
  if (!Array.isArray(aliases)) return 'aliases must be a list.';
  if (!Array.isArray(config)) return 'config must be a list of its properties.';
  const problem = config.map(keyProblem).find((each) => each !== undefined);
  if (problem !== undefined) return `config: ${problem}`;
  const maker = CONNECTORS.includes(String(type)) ? 'load' : 'create';
  return typeof given[maker] === 'function' ? undefined : `${maker} must be a function.`;
}

const TYPES = 'STRING INT SHORT LONG DOUBLE BOOLEAN LIST CLASS PASSWORD'.split(' ');

function keyProblem(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return 'a property is no object.';
  const { name, type, importance, documentation, group, displayName } = value as Record<
    string,
    unknown
  >;
  if (typeof name !== 'string' || name === '') return 'a property has no name.';
  if (!TYPES.includes(String(type))) return `${name}: type must be one of ${TYPES.join(', ')}.`;
  if (!['HIGH', 'MEDIUM', 'LOW'].includes(String(importance))) {
    return `${name}: importance must be HIGH, MEDIUM or LOW.`;
  }
  const texts = { documentation, group, displayName };
  for (const [field, text] of Object.entries(texts)) {
    if (typeof text !== 'string') return `${name}: ${field} must be a text.`;
  }
  return undefined;
}
