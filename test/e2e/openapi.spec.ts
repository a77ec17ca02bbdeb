import { type EdgeApp, startEdgeApp } from './support/edge-app.js';

interface OpenApi {
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, Record<string, { responses: Record<string, unknown> }>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

let edge: EdgeApp;
let document: OpenApi;

beforeAll(async () => {
  edge = await startEdgeApp();
  document = (await (await fetch(`${edge.url}/docs/openapi.json`)).json()) as OpenApi;
});

afterAll(() => edge.close());

const exampleWith = (members: object) => expect.objectContaining(members) as object;

describe('The OpenAPI document', () => {
  it('names the program and its version', () => {
    expect(document.info).toMatchObject({
      title: 'Hindsight',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
    });
  });

  it('shows the paths as they are called', () => {
    expect(Object.keys(document.paths)).toContain('/api/v1/edge/echo');
  });

  it('describes problems of one status together, each with an example', () => {
    expect(document.paths['/api/v1/edge/echo'].post.responses['400']).toEqual({
      description:
        '`malformed-json`: The body is no JSON.\n\n' +
        '`malformed-url`: The path is not encoded correctly.\n\n' +
        '`validation-failed`: The body is not valid.',
      content: {
        'application/problem+json': {
          schema: { $ref: '#/components/schemas/ProblemDetailsDto' },
          examples: {
            'malformed-url': { value: exampleWith({ title: 'Malformed URL' }) },
            'validation-failed': { value: exampleWith({ status: 400 }) },
            'malformed-json': { value: exampleWith({ type: '/problems/malformed-json' }) },
          },
        },
      },
    });
    expect(JSON.stringify(document)).not.toContain('x-problem');
    expect(document.components.schemas).toHaveProperty('ProblemDetailsDto');
  });

  it('describes what a controller may answer with every of its operations', () => {
    expect(document.paths['/api/v1/edge/page'].get.responses).toEqual({
      '200': expect.anything() as object,
      '400': expect.objectContaining({
        description: '`malformed-url`: The path is not encoded correctly.',
      }) as object,
    });
  });
});
