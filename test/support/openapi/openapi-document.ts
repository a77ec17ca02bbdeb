import type { HttpClient } from '../http-client.js';

export interface Schema {
  readonly $ref?: string;
  /** A reference that has a description beside it is the only one of these. */
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly type?: 'string' | 'integer' | 'number' | 'boolean' | 'object' | 'array';
  readonly format?: string;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly nullable?: boolean;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description?: string;
  readonly schema: Schema;
}

interface Content {
  readonly schema: Schema;
  readonly examples?: Readonly<Record<string, unknown>>;
}

export interface DocumentedResponse {
  readonly description: string;
  readonly headers?: Readonly<Record<string, { readonly description?: string }>>;
  readonly content?: Readonly<Record<string, Content>>;
}

export interface Operation {
  /** `POST /api/v1/users`, for example. */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly summary?: string;
  readonly parameters: readonly Parameter[];
  readonly body?: Schema;
  /** What proves who asks; with none, anyone may. */
  readonly security?: readonly object[];
  readonly responses: Readonly<Record<string, DocumentedResponse>>;
}

interface RawOperation {
  readonly summary?: string;
  readonly security?: readonly object[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Content>> };
  readonly responses: Readonly<Record<string, DocumentedResponse>>;
}

interface RawDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, RawOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** What a running server says of itself. */
export class OpenApiDocument {
  readonly operations: readonly Operation[];

  private constructor(private readonly raw: RawDocument) {
    this.operations = Object.entries(raw.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([verb, operation]) => operationOf(path, verb, operation)),
    );
  }

  static async of(server: HttpClient): Promise<OpenApiDocument> {
    const { status, body } = await server.get<RawDocument>('/docs/openapi.json');
    if (status !== 200) throw new Error(`The document is answered ${status}.`);
    return new OpenApiDocument(body);
  }

  operation(name: string): Operation {
    const operation = this.operations.find((each) => each.name === name);
    if (!operation) throw new Error(`There is no operation ${name}.`);
    return operation;
  }

  get schemas(): Readonly<Record<string, Schema>> {
    return this.raw.components.schemas;
  }

  /** The schema itself, where it is a reference to one. */
  resolve(schema: Schema): Schema {
    const [only, ...others] = schema.allOf ?? [];
    if (only && others.length === 0) return { ...this.resolve(only), nullable: schema.nullable };
    if (schema.$ref === undefined) return schema;
    const name = schema.$ref.replace('#/components/schemas/', '');
    if (!(name in this.schemas)) throw new Error(`There is no schema ${schema.$ref}.`);
    return this.schemas[name];
  }
}

function operationOf(path: string, verb: string, raw: RawOperation): Operation {
  const method = verb.toUpperCase();
  return {
    name: `${method} ${path}`,
    method,
    path,
    summary: raw.summary,
    security: raw.security,
    parameters: raw.parameters ?? [],
    body: raw.requestBody?.content['application/json'].schema,
    responses: raw.responses,
  };
}
