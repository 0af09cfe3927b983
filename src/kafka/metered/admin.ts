import type { Measures } from '../../foundation/measures.ts';
import type { KafkaAdmin } from '../port.ts';

const ADMIN = 'kafka_admin_client_admin_client_metrics_';

/** Counts the calls of an admin client. */
export function meteredAdmin(admin: KafkaAdmin, client: Measures): KafkaAdmin {
  const requests = client.counted(`${ADMIN}request`, 'Calls of an admin client');
  return new Proxy(admin, {
    get: (_target, key): unknown => {
      const member: unknown = Reflect.get(admin, key, admin);
      if (typeof member !== 'function') return member;
      return (...args: readonly unknown[]): unknown => {
        requests.add();
        return Reflect.apply(member, admin, args);
      };
    },
  });
}
