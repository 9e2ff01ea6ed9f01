import type { Permission } from '../../../shared/permissions.ts';

/** A JSON schema, as far as the generator follows it. */
export interface Schema {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema | boolean;
  propertyNames?: Schema;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  pattern?: string;
  format?: string;
}

export type Credential = 'none' | 'session' | 'apiKey' | 'visitor';

/** One endpoint as the OpenAPI document describes it. */
export interface Operation {
  id: string;
  method: string;
  /** With `{name}` where a parameter stands. */
  path: string;
  pathParameters: string[];
  query: { name: string; schema: Schema; required: boolean }[];
  body: Schema | undefined;
  takesFile: boolean;
  credential: Credential;
  permission: Permission | undefined;
}

interface OpenApi {
  paths: Record<string, Record<string, OpenApiOperation>>;
}

interface OpenApiOperation {
  operationId: string;
  security: Record<string, unknown>[];
  'x-permission'?: Permission;
  parameters: { name: string; in: string; required: boolean; schema: Schema }[];
  requestBody?: { content: Record<string, { schema?: Schema }> };
}

/** Every operation of the document, in its order. */
export function readOperations(document: unknown): Operation[] {
  const operations: Operation[] = [];
  for (const [path, methods] of Object.entries((document as OpenApi).paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const content = operation.requestBody?.content;
      operations.push({
        id: operation.operationId,
        method: method.toUpperCase(),
        path,
        pathParameters: [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string),
        query: operation.parameters.filter((parameter) => parameter.in === 'query'),
        body: content?.['application/json']?.schema,
        takesFile: content?.['application/octet-stream'] !== undefined,
        credential: (Object.keys(operation.security[0] ?? {})[0] ?? 'none') as Credential,
        permission: operation['x-permission'],
      });
    }
  }
  return operations;
}
