/** `connector.client.config.override.policy`: what connectors may set of their Kafka clients. */
import type { Finding, Properties } from './definition.ts';

const POLICY = 'connector.client.config.override.policy';
const POLICIES = ['All', 'None', 'Principal', 'Allowlist'] as const;
const PREFIXES = ['producer.override.', 'consumer.override.', 'admin.override.'] as const;
/** What `Principal` leaves to connectors. */
const PRINCIPAL = ['sasl.jaas.config', 'sasl.mechanism', 'security.protocol'];

/** The policies are known by alias, as Connect's plugins are: `None`, or the whole class name. */
function policyOf(given: string): (typeof POLICIES)[number] | undefined {
  const alias = given.slice(given.lastIndexOf('.') + 1);
  const short = alias.replace(/ConnectorClientConfigOverridePolicy$/, '');
  return POLICIES.find((policy) => policy === short);
}

export function policyProblem(value: unknown): string | undefined {
  const given = String(value).trim();
  if (policyOf(given) !== undefined) return undefined;
  return `must be one of ${POLICIES.join(', ')}`;
}

/** The overrides that the worker's policy forbids, in Connect's words. */
export function overrideFindings(connector: Properties, worker: Properties): readonly Finding[] {
  const policy = policyOf(worker[POLICY]?.trim() ?? 'All') ?? 'None';
  if (policy === 'All') return [];
  const allowed = allowedBy(policy, worker);
  return Object.keys(connector).flatMap((path) => {
    const prefix = PREFIXES.find((each) => path.startsWith(each));
    if (prefix === undefined) return [];
    const name = path.slice(prefix.length);
    if (allowed.includes(name)) return [];
    const message = `The '${policy}' policy does not allow '${name}' to be overridden in the connector configuration.`;
    return [{ path, message }];
  });
}

function allowedBy(policy: (typeof POLICIES)[number], worker: Properties): readonly string[] {
  if (policy === 'Principal') return PRINCIPAL;
  if (policy !== 'Allowlist') return [];
  const listed = worker['connector.client.config.override.allowlist'] ?? '';
  return listed.split(',').map((name) => name.trim());
}
