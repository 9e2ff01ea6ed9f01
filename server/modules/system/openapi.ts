import * as z from 'zod/mini';
import type { Access, Endpoint } from '../../../shared/contracts/endpoint.ts';
import { type ProblemCode, problems } from '../../../shared/problems.ts';

type Json = Record<string, unknown>;

/** The OpenAPI 3.1 description of exactly the endpoints that are served. */
export function createOpenApiDocument(endpoints: Endpoint[]): Json {
  const paths: Record<string, Json> = {};
  for (const endpoint of endpoints) {
    for (const [index, path] of [endpoint.path, ...(endpoint.alsoAt ?? [])].entries()) {
      const openApiPath = path.replace(/:(\w+)/g, '{$1}');
      const operationId = index === 0 ? endpoint.name : `${endpoint.name}At${index}`;
      paths[openApiPath] = { ...paths[openApiPath], [endpoint.method.toLowerCase()]: operation(endpoint, operationId) };
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Confab',
      version: '1',
      description: 'Errors are RFC 9457 problem documents that list every fault. Lists are paged with opaque cursors.',
    },
    paths,
    components: {
      securitySchemes: {
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'confab.sid',
          description: 'Set by signing in. `__Host-confab.sid` where cookies are for HTTPS alone.',
        },
        apiKey: { type: 'apiKey', in: 'header', name: 'x-org-key', description: 'A secret key of the client.' },
        visitor: { type: 'http', scheme: 'bearer', description: 'A visitor token of a widget.' },
      },
      schemas: { Problem: problemSchema },
    },
  };
}

const securityOf: Record<Access['kind'], Json[]> = {
  public: [],
  session: [{ session: [] }],
  member: [{ session: [] }],
  apiKey: [{ apiKey: [] }],
  visitor: [{ visitor: [] }],
};

function operation(endpoint: Endpoint, operationId: string): Json {
  return {
    operationId,
    summary: endpoint.summary,
    tags: [endpoint.area],
    security: securityOf[endpoint.access.kind],
    ...(endpoint.access.kind === 'member' ? { 'x-permission': endpoint.access.permission } : {}),
    parameters: [...parameters(endpoint.params, 'path'), ...parameters(endpoint.query, 'query')],
    ...(endpoint.body
      ? {
          requestBody: {
            required: !endpoint.body.safeParse(undefined).success,
            content: { 'application/json': { schema: schemaOf(endpoint.body, 'input') } },
          },
        }
      : {}),
    ...(endpoint.upload ? { requestBody: { required: true, content: { 'application/octet-stream': {} } } } : {}),
    responses: {
      [endpoint.status]: {
        description: 'Done.',
        ...(endpoint.answer
          ? { content: { 'application/json': { schema: schemaOf(endpoint.answer, 'output') } } }
          : {}),
        ...(endpoint.download ? { content: { '*/*': {} } } : {}),
        ...(endpoint.answerHeaders
          ? {
              headers: Object.fromEntries(
                Object.entries(endpoint.answerHeaders).map(([name, description]) => [
                  name,
                  { description, schema: { type: 'string' } },
                ]),
              ),
            }
          : {}),
      },
      ...problemResponses(endpoint),
    },
  };
}

function parameters(schema: z.ZodMiniType | undefined, place: 'path' | 'query'): Json[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as { properties?: Json; required?: string[] };
  return Object.entries(properties).map(([name, member]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: member,
  }));
}

function schemaOf(schema: z.ZodMiniType, io: 'input' | 'output'): Json {
  const written = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  const { $schema: _dialect, $defs: _definitions, ...rest } = withoutLocalReferences(written) as Json;
  return rest;
}

/** The one recursive schema of the contracts is free-form JSON. Its references would look for it beside themselves. */
function withoutLocalReferences(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutLocalReferences);
  if (typeof value !== 'object' || value === null) return value;
  if ('$ref' in value) return { description: 'Any JSON value.' };
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withoutLocalReferences(member)]));
}

function problemResponses(endpoint: Endpoint): Json {
  const codes: ProblemCode[] = ['internal-error', 'unavailable'];
  if (endpoint.params || endpoint.query || endpoint.body) codes.push('validation-failed');
  if (endpoint.access.kind === 'apiKey') codes.push('invalid-api-key');
  else if (endpoint.access.kind === 'visitor') codes.push('invalid-visitor-token');
  else if (endpoint.access.kind !== 'public') codes.push('not-signed-in', 'not-permitted');
  if (endpoint.params) codes.push('not-found');
  if (endpoint.body) codes.push('body-too-large', 'unsupported-media-type');
  if (endpoint.upload) codes.push('body-too-large', 'file-refused');
  return Object.fromEntries(
    codes.map((code) => [
      problems[code].status,
      {
        description: problems[code].title,
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  );
}

const problemSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'requestId'],
  properties: {
    type: { type: 'string', description: 'Address of its explanation, /problems#code.' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'What is wrong here and what to do.' },
    requestId: { type: 'string', description: 'The same as in X-Request-Id and in the server log.' },
    errors: {
      type: 'array',
      description: 'Every fault of the request.',
      items: {
        type: 'object',
        required: ['detail'],
        properties: {
          detail: { type: 'string' },
          pointer: { type: 'string', description: 'JSON pointer into the body.' },
          parameter: { type: 'string', description: 'Name of a path or query parameter.' },
        },
      },
    },
  },
};
