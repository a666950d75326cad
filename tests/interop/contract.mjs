// Answers against the vendor's own OpenAPI document, judged by ajv: those of handlers with real ids,
// and those made from a schema.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import yaml from 'js-yaml';
import { same, test, told } from './harness.mjs';

const packed = createRequire(import.meta.url).resolve('ringcentral-open-api-parser/package.json');
const file = join(dirname(packed), 'rc-public-openapi.yml');
const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const STATEFUL_AT_LEAST = 100;
const V1 = '/restapi/v1.0/account/~';

let opened;
// The document, its operations by id, and what judges by it.
function open() {
  if (opened) return opened;
  const document = yaml.load(readFileSync(file, 'utf8'));
  const ajv = new Ajv({
    strict: false, allErrors: true, validateSchema: false,
    unicodeRegExp: false, // some of the document's patterns escape what need not be
  });
  addFormats(ajv);
  ajv.addSchema(document, 'document');
  const operations = new Map();
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS.filter((name) => item[name])) {
      operations.set(item[method].operationId, {
        method, path, node: item[method], parameters: item.parameters ?? [],
      });
    }
  }
  opened = { document, ajv, operations };
  return opened;
}

const escaped = (name) => encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'));

// ajv's judge of an operation's answer of that status and type; null: the document names none.
function judgeOf({ path, method, node }, status, type) {
  const { ajv } = open();
  const content = node.responses[status]?.content;
  const key = Object.keys(content ?? {}).find((name) => type.startsWith(name));
  if (!key || !content[key].schema) return null;
  const steps = ['paths', path, method, 'responses', String(status), 'content', key, 'schema'];
  return ajv.compile({ $ref: `document#/${steps.map(escaped).join('/')}` });
}

// What is wrong with an answer, in one line; null: nothing, undefined: nothing to judge by.
function faultOf(operation, status, type, body) {
  const judge = judgeOf(operation, status, type);
  if (!judge) return undefined;
  if (judge(body)) return null;
  return judge.errors.slice(0, 3).map((e) => `${e.instancePath} ${e.message}`).join('; ');
}

async function bearer(sim) {
  const reply = await fetch(`${sim.restUrl}/restapi/oauth/token`, {
    method: 'POST',
    headers: {
      Authorization: `Basic ${btoa(`${sim.clientId}:${sim.clientSecret}`)}`,
      'Content-Type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: sim.jwt,
    }),
  });
  return (await reply.json()).access_token;
}

// `ask(method, path, body)`: status, type and what the body says; of an app with every scope the
// document names.
async function asker(sim) {
  const scopes = [...open().operations.values()].map(({ node }) => node['x-app-permission']);
  await sim.verb('set-scopes', { scopes: [...new Set(scopes.filter(Boolean))] });
  const token = await bearer(sim);
  return async (method, path, body) => {
    const reply = await fetch(sim.restUrl + path, {
      method,
      redirect: 'manual',
      headers: {
        Authorization: `Bearer ${token}`,
        ...body === undefined ? {} : { 'Content-Type': 'application/json' },
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const type = reply.headers.get('content-type') ?? '';
    const text = await reply.text();
    return { status: reply.status, type, body: type.includes('json') ? JSON.parse(text) : text };
  };
}

// ---- answers of handlers ---------------------------------------------------------------------

// Things that are there, by what paths call them: from the lists that show them.
async function idsOf(ask, sim) {
  const all = async (path, of = 'id') =>
    (await ask('GET', path)).body.records.map((record) => String(record[of]));
  const ever = 'dateFrom=2000-01-01T00:00:00Z&perPage=20';
  const own = (await ask('GET', `${V1}/extension/~`)).body;
  const sent = (await ask('POST', `${V1}/extension/~/company-pager`,
    { from: { extensionId: own.id }, to: [{ extensionId: own.id }], text: 'Hello' })).body;
  const group = (await ask('POST', `${V1}/call-monitoring-groups`, { name: 'Floor' })).body;
  const calls = (await ask('GET', `${V1}/call-log?recordingType=All&${ever}`)).body.records;
  const outside = ['+12025550123', '+12025550124'].map((phoneNumber) => ({ phoneNumber }));
  const ringOut = (await ask('POST', `${V1}/extension/~/ring-out`,
    { from: outside[0], to: outside[1], playPrompt: false })).body;
  const sessionId = (await sim.verb('call',
    { from: outside[0].phoneNumber, to: own.extensionNumber, does: 'ring' })).session;
  const session = (await ask('GET', `${V1}/telephony/sessions/${sessionId}`)).body;
  const extensions = await all(`${V1}/extension?perPage=1000`);
  return {
    apiVersion: ['v1.0'],
    accountId: ['~'],
    extensionId: ['~', ...extensions.slice(0, 12)],
    deviceId: await all(`${V1}/device`),
    phoneNumberId: await all(`${V1}/phone-number`),
    callRecordId: await all(`${V1}/extension/~/call-log?${ever}`),
    'callRecordId of account': await all(`${V1}/call-log?${ever}`),
    recordingId: calls.filter((call) => call.recording).map((call) => call.recording.id),
    messageId: [String(sent.id)],
    attachmentId: [String(sent.attachments[0].id)],
    ringoutId: [String(ringOut.id)],
    telephonySessionId: [sessionId],
    partyId: session.parties.map((party) => party.id),
    groupId: await all(`${V1}/call-queues`),
    'groupId of monitoring': [group.id],
    departmentId: await all(`${V1}/call-queues`),
    roleId: await all('/restapi/v1.0/dictionary/user-role'),
    countryId: await all('/restapi/v1.0/dictionary/country'),
    timezoneId: await all('/restapi/v1.0/dictionary/timezone'),
    languageId: await all('/restapi/v1.0/dictionary/language'),
    permissionId: await all('/restapi/v1.0/dictionary/permission'),
  };
}

const QUERIES = {
  syncAccountCallLog: '?syncType=FSync&recordCount=5',
  syncUserCallLog: '?syncType=FSync&recordCount=5',
  syncMessages: '?syncType=FSync',
  checkUserPermission: '?permissionId=ReadCompanyDevices',
  readUserCallLog: '?dateFrom=2000-01-01T00:00:00Z&view=Detailed',
  readCompanyCallLog: '?dateFrom=2000-01-01T00:00:00Z&view=Detailed',
};
const EACH_MOST = 12;

function valuesOf(name, path, ids) {
  if (name === 'groupId' && path.includes('monitoring')) return ids['groupId of monitoring'];
  if (name === 'callRecordId' && !path.includes('{extensionId}')) {
    return ids['callRecordId of account'];
  }
  return ids[name] ?? [];
}

// The paths of a template with one parameter after the other at each of its values.
function pathsOf(template, ids) {
  const names = [...template.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
  const most = Math.max(1, ...names.map((name) => valuesOf(name, template, ids).length));
  const paths = new Set();
  for (let i = 0; i < Math.min(most, EACH_MOST); i++) {
    paths.add(template.replaceAll(/\{(\w+)\}/g, (whole, name) => {
      const values = valuesOf(name, template, ids);
      return values[i] ?? values[0] ?? 'none';
    }));
  }
  return paths;
}

async function checkHandlers(sim) {
  const { operations } = open();
  const listed = told('coverage', '--openapi', file, '--json');
  const stateful = listed.operations.filter((one) => one.coverage === 'stateful');
  const ask = await asker(sim);
  const ids = await idsOf(ask, sim);
  const wrong = [];
  const judged = new Set();
  let answers = 0;
  for (const { op, method, path } of stateful.filter((one) => one.method === 'GET')) {
    for (const one of pathsOf(path, ids)) {
      const { status, type, body } = await ask(method, one + (QUERIES[op] ?? ''));
      if (status !== 200) continue;
      const fault = faultOf(operations.get(op), status, type, body);
      if (fault === undefined) continue;
      judged.add(op);
      answers++;
      if (fault) wrong.push(`${op} ${one}: ${fault}`);
    }
  }
  console.log(`# ${stateful.length} operations are stateful; ${judged.size} of their GETs answered `
    + `200 with a schema, ${answers} answers judged, ${wrong.length} invalid`);
  same(wrong.join('\n'), '', 'invalid answers');
  same(stateful.length >= STATEFUL_AT_LEAST, true, `${stateful.length} stateful operations`);
  same(judged.size >= 45, true, `${judged.size} operations judged`);
}

for (const fixture of ['acme-rc', 'acme-aco']) {
  test(`contract: every GET of a handler answers as the document says (${fixture})`,
    { fixture }, checkHandlers);
}

// ---- answers from a schema ----------------------------------------------------------------------

const follow = (node) => {
  while (node?.$ref) {
    node = node.$ref.slice(2).split('/').reduce((at, step) => at[step], open().document);
  }
  return node;
};

// A schema with all it is made of: what is required, what there is.
function whole(schema, into = { required: new Set(), properties: {} }, depth = 0) {
  const node = follow(schema);
  if (!node || depth > 12) return into;
  const choice = (node.oneOf ?? node.anyOf)?.[0];
  for (const part of [...node.allOf ?? [], ...choice ? [choice] : []]) whole(part, into, depth + 1);
  for (const name of node.required ?? []) into.required.add(name);
  Object.assign(into.properties, node.properties);
  const { propertyName, mapping } = node.discriminator ?? {};
  const tag = choice && Object.keys(mapping ?? {}).find((key) => mapping[key] === choice.$ref);
  if (tag) into.tag = [propertyName, tag];
  into.type = node.type ?? into.type;
  into.leaf = { ...into.leaf, ...node };
  return into;
}

// The least that a schema accepts.
function least(schema, depth = 0) {
  const { type, leaf, required, properties, tag } = whole(schema);
  if (depth > 12) return {};
  if (leaf.enum) return leaf.enum[0];
  if (type === 'string') return leastText(leaf);
  if (type === 'boolean') return true;
  if (type === 'integer' || type === 'number') return leaf.minimum ?? 1;
  if (type === 'array') {
    return Array.from({ length: leaf.minItems ?? 0 }, () => least(leaf.items, depth + 1));
  }
  const wanted = [...required].filter((name) => properties[name] && !follow(properties[name]).readOnly);
  return Object.fromEntries([
    ...wanted.map((name) => [name, least(properties[name], depth + 1)]), ...tag ? [tag] : []]);
}

function leastText({ format, pattern, minLength = 0, example }) {
  if (format === 'date-time') return '2026-01-05T09:00:00Z';
  if (format === 'email') return 'a@example.com';
  if (format === 'uri') return 'https://example.com/';
  return pattern && example ? String(example) : 'x'.repeat(Math.max(1, minLength));
}

const parametersOf = ({ node, parameters }) => [...parameters, ...node.parameters ?? []].map(follow);

function sample({ schema, example }) {
  const node = follow(schema);
  if (node.enum) return node.enum[0];
  if (node.type === 'array') return sample({ schema: node.items });
  if (node.type === 'integer' || node.type === 'number') return node.minimum ?? 12345;
  if (node.type === 'boolean') return true;
  return node.pattern && example ? example : leastText(node) === 'x' ? '12345' : leastText(node);
}

function requestOf(operation) {
  const parameters = parametersOf(operation);
  const own = { accountId: '~', extensionId: '~' };
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (whole, name) =>
    own[name] ?? encodeURIComponent(sample(parameters.find((p) => p.name === name))));
  const query = new URLSearchParams(parameters.filter((p) => p.in === 'query' && p.required)
    .map((p) => [p.name, String(sample(p))]));
  const content = follow(operation.node.requestBody)?.content ?? {};
  const json = Object.keys(content).find((type) => /^application\/(scim\+)?json$/.test(type));
  return {
    target: path + (query.size ? `?${query}` : ''),
    body: json ? least(content[json].schema) : undefined,
  };
}

// Schemas of the document that nothing can fit, with what ajv then says. Its paging is of a base that
// takes no further properties and of a part that requires one more.
const CONTRADICTORY = { getSessionInsights: '/paging must NOT have additional properties' };

async function checkMade(sim) {
  const { operations } = open();
  const listed = told('coverage', '--openapi', file, '--json');
  same(listed.totals.absent, 0, 'absent operations');
  const ask = await asker(sim);
  const wrong = [];
  let judged = 0, bare = 0;
  for (const { op, method } of listed.operations.filter((one) => one.coverage === 'from schema')) {
    const operation = operations.get(op);
    const { target, body } = requestOf(operation);
    const first = await ask(method, target, body);
    if (first.status >= 300) {
      wrong.push(`${op} ${method} ${target}: ${first.status} ${JSON.stringify(first.body)}`);
      continue;
    }
    const fault = faultOf(operation, first.status, first.type, first.body);
    if (fault === undefined) bare++;
    else judged++;
    if (fault !== (CONTRADICTORY[op] ?? null) && fault !== undefined) {
      wrong.push(`${op} ${method} ${target}: ${fault}`);
    }
    const again = await ask(method, target, body);
    if (JSON.stringify(again) !== JSON.stringify(first)) wrong.push(`${op}: another answer`);
  }
  console.log(`# ${judged + bare} operations answered from their schema, ${judged} with a body `
    + `judged, ${bare} without one, ${wrong.length} wrong; nothing can fit the schema of `
    + Object.keys(CONTRADICTORY));
  same(wrong.join('\n'), '', 'wrong answers');
}

test('contract: every operation without a handler answers as its schema says, twice the same',
  { flags: ['--openapi', file] }, checkMade);
