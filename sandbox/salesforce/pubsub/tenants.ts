import type { Metadata, UntypedServiceImplementation } from '@grpc/grpc-js';
import type { Org } from '../org/types.ts';

export interface Tenant {
  readonly org: Pick<Org, 'id'>;
  readonly handlers: UntypedServiceImplementation;
}

type Handler = (call: { readonly metadata: Metadata }, ...rest: unknown[]) => void;

/**
 * All orgs are behind one address, as at Salesforce: `tenantid` says whose a call is. The first org answers where it names
 * none of them, with an authentication error.
 */
export function byTenant(first: Tenant, others: readonly Tenant[]): UntypedServiceImplementation {
  if (others.length === 0) return first.handlers;
  const tenantOf = (metadata: Metadata): Tenant => {
    const [id] = metadata.get('tenantid');
    const given = String(id ?? '')
      .trim()
      .slice(0, 15);
    return others.find(({ org }) => org.id.slice(0, 15) === given) ?? first;
  };
  const entries = Object.keys(first.handlers).map((name): [string, Handler] => [
    name,
    (call, ...rest) => (tenantOf(call.metadata).handlers[name] as Handler)(call, ...rest),
  ]);
  return Object.fromEntries(entries) as UntypedServiceImplementation;
}
