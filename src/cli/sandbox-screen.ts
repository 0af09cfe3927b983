/** What a client needs in order to connect: the keys of the `--json` line, in order. */
export interface SandboxAccess {
  readonly http: string;
  readonly https: string;
  readonly pubsub: string;
  readonly pubsubPlain: string;
  readonly ca: string;
  readonly orgId: string;
  readonly username: string;
  readonly password: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly privateKey: string;
}

/** One of several orgs: `NAME.localhost` at the common port, or an address of its own. */
export interface OrgAccess extends SandboxAccess {
  readonly name: string;
  readonly host: string;
}

/** Where each of several orgs is, and who logs in there. */
export function orgsScreen(orgs: readonly OrgAccess[]): string {
  if (orgs.length === 0) return '';
  const port = new URL(orgs[0]?.http ?? '').port;
  const lines = orgs.map(
    ({ host, http, orgId, username, password }) =>
      `  ${orgId}   http://${host}:${port}   ${http}   ${username}   ${password}\n`,
  );
  return `\nOrgs, each at its host or its own port:\n\n${lines.join('')}`;
}

/** What a person copies from: addresses, credentials, a connector's properties, a first call. */
export function sandboxScreen(access: SandboxAccess): string {
  return `Headwater sandbox: the Salesforce org ${access.orgId} runs on this machine. Ctrl-C ends it.

  REST, OAuth, SOAP    ${access.http}
                       ${access.https}
  Pub/Sub API          ${access.pubsub}
    without TLS        ${access.pubsubPlain}
  Certificates' CA     ${access.ca}
  Page, in a browser   ${access.http}/
  Control API          ${access.http}/__sandbox/v1

  Username             ${access.username}
  Password             ${access.password}
  Consumer key         ${access.clientId}
  Consumer secret      ${access.clientSecret}
  Refresh token        ${access.refreshToken}
  Access token         ${access.accessToken}
  Key for JWT          ${access.privateKey}

A connector's properties:

  name=salesforce
  connector.class=SalesforcePubSubSource
  topic.prefix=salesforce
  salesforce.channels=/data/AccountChangeEvent
  salesforce.instance=${access.https}
  salesforce.pubsub.endpoint=${access.pubsub}
  salesforce.ssl.ca.file=${access.ca}
  salesforce.grant.type=CLIENT_CREDENTIALS
  salesforce.consumer.key=${access.clientId}
  salesforce.consumer.secret=${access.clientSecret}

Make an account:

  curl -H 'Authorization: Bearer ${access.accessToken}' \\
    -H 'Content-Type: application/json' -d '{"Name":"Wheelworks"}' \\
    ${access.http}/services/data/v66.0/sobjects/Account
`;
}
