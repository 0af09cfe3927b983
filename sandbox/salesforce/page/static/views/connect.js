import { get, post } from '../parts/api.js';
import { copyButton } from '../parts/copy.js';
import { fill, h } from '../parts/dom.js';

export const title = 'Connect';

const PLAIN = [
  ['http', 'REST, OAuth, SOAP'],
  ['https', 'With TLS'],
  ['pubsub', 'Pub/Sub API'],
  ['pubsubPlain', 'Without TLS'],
  ['ca', 'Certificates’ CA'],
  ['orgId', 'Org id'],
  ['username', 'Username'],
  ['clientId', 'Consumer key'],
];
const SECRET = [
  ['password', 'Password'],
  ['clientSecret', 'Consumer secret'],
  ['accessToken', 'Access token'],
  ['refreshToken', 'Refresh token'],
  ['privateKey', 'Key for JWT (file)'],
];
const HIDDEN = '••••••••••••';

/** What a client is configured with. Secrets are fetched when they are asked for, not before. */
export async function show() {
  const access = await get('/access');
  let secrets;
  const ask = async () => (secrets ??= await post('/access/secrets'));
  return [
    h('h1', {}, title),
    h('p', { class: 'lead' }, 'A client made for Salesforce needs these and nothing else.'),
    h('section', {}, h('h2', {}, 'Addresses and names'), lines(PLAIN, access)),
    h('section', {}, h('h2', {}, 'Secrets'), secretLines(ask)),
    h('section', {}, h('h2', {}, 'A connector’s properties'), properties(access, ask)),
    h('section', {}, h('h2', {}, 'Log in and make an account'), calls(access)),
  ];
}

function lines(names, values) {
  return h(
    'dl',
    { class: 'copies' },
    names.map(([key, label]) =>
      h(
        'div',
        {},
        h('dt', {}, label),
        h('dd', { class: 'mono' }, values[key]),
        h(
          'dd',
          {},
          copyButton(label, () => values[key]),
        ),
      ),
    ),
  );
}

function secretLines(ask) {
  const shown = SECRET.map(([key, label]) => ({
    key,
    label,
    value: h('dd', { class: 'mono' }, HIDDEN),
  }));
  const toggle = h('button', { type: 'button', 'aria-pressed': 'false' }, 'Show secrets');
  toggle.addEventListener('click', async () => {
    const show = toggle.getAttribute('aria-pressed') === 'false';
    const secrets = show ? await ask() : {};
    for (const { key, value } of shown) fill(value, secrets[key] ?? HIDDEN);
    toggle.setAttribute('aria-pressed', String(show));
    toggle.textContent = show ? 'Hide secrets' : 'Show secrets';
  });
  return [
    h(
      'dl',
      { class: 'copies' },
      shown.map(({ key, label, value }) =>
        h(
          'div',
          {},
          h('dt', {}, label),
          value,
          h(
            'dd',
            {},
            copyButton(label, async () => (await ask())[key]),
          ),
        ),
      ),
    ),
    h('div', { class: 'tools' }, toggle),
  ];
}

/** Shown without the secret; copied with it. */
function properties(access, ask) {
  const text = (secret) => `name=salesforce
connector.class=SalesforcePubSubSource
topic.prefix=salesforce
salesforce.channels=/data/AccountChangeEvent
salesforce.instance=${access.https}
salesforce.pubsub.endpoint=${access.pubsub}
salesforce.ssl.ca.file=${access.ca}
salesforce.grant.type=CLIENT_CREDENTIALS
salesforce.consumer.key=${access.clientId}
salesforce.consumer.secret=${secret}
`;
  return code('the properties', text(HIDDEN), async () => text((await ask()).clientSecret));
}

function calls({ http, clientId }) {
  const text = `TOKEN=$(curl -s ${http}/services/oauth2/token \\
  -d grant_type=client_credentials \\
  -d client_id=${clientId} \\
  -d client_secret="$SECRET" | sed 's/.*"access_token":"\\([^"]*\\).*/\\1/')

curl -H "Authorization: Bearer $TOKEN" \\
  -H 'Content-Type: application/json' -d '{"Name":"Wheelworks"}' \\
  ${http}/services/data/v66.0/sobjects/Account
`;
  return code('the calls', text, () => text);
}

function code(what, text, copied) {
  return [
    h('pre', { class: 'code', tabindex: 0, role: 'region', 'aria-label': what }, text),
    h('div', { class: 'tools' }, copyButton(what, copied)),
  ];
}
