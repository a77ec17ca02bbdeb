import { UnknownEventTypeError } from '../errors/event.errors.js';
import type { JsonValue, RecordedEvent } from '../store/recorded-event.js';
import { DomainEvent } from './domain-event.decorator.js';
import { EventRegistry } from './event-registry.js';
import { EventSerializer } from './event-serializer.js';
import type { StoredEventData } from './upcaster.js';
import { Upcasters } from './upcasters.js';

@DomainEvent('person.registered', { version: 3 })
class PersonRegistered {
  constructor(
    readonly firstName: string,
    readonly lastName: string,
    readonly since: Date,
  ) {}
}

@DomainEvent('person.married')
class PersonMarried {
  constructor(readonly to: string) {}
}

type Fields = Readonly<Record<string, JsonValue>>;
type Lift = (event: StoredEventData) => StoredEventData | readonly StoredEventData[];

/** A serializer with these upcasters, given as `type version`. */
function serializerWith(lifts: Readonly<Record<string, Lift>>): EventSerializer {
  const registry = new EventRegistry();
  const upcasters = new Upcasters(registry);
  for (const [origin, upcast] of Object.entries(lifts)) {
    const [type, version] = origin.split(' ');
    upcasters.add(type, Number(version), { upcast });
  }
  return new EventSerializer(registry, upcasters);
}

function stored(type: string, version: number, data: JsonValue = {}): RecordedEvent {
  return {
    id: '00000000-0000-7000-8000-000000000001',
    type,
    version,
    stream: 'person-1',
    revision: 4,
    position: 17,
    data,
    metadata: { actor: 'jane' },
    tags: [],
    recordedAt: new Date(0),
  };
}

const splitName: Lift = ({ type, data }) => {
  const [firstName, lastName] = (data as { name: string }).name.split(' ');
  return { type, version: 2, data: { firstName, lastName } };
};
const addSince: Lift = ({ type, data }) => ({
  type,
  version: 3,
  data: { ...(data as Fields), since: { $date: '2020-01-01T00:00:00.000Z' } },
});
const registered = new PersonRegistered('John', 'Doe', new Date('2020-01-01T00:00:00.000Z'));

describe('a stored event', () => {
  it('of a version that has a class is lifted by nobody', () => {
    const serializer = serializerWith({
      'person.married 1': () => {
        throw new Error('It was asked to lift.');
      },
    });
    const [envelope] = serializer.deserialize(stored('person.married', 1, { to: 'Jane' }));
    expect(envelope.event).toEqual(new PersonMarried('Jane'));
    expect(envelope.event).toBeInstanceOf(PersonMarried);
  });

  it('of an old version is lifted to the present one', () => {
    const serializer = serializerWith({ 'person.registered 2': addSince });
    const old = stored('person.registered', 2, { firstName: 'John', lastName: 'Doe' });
    expect(serializer.deserialize(old)).toMatchObject([
      { event: registered, type: 'person.registered', version: 3 },
    ]);
  });

  it('of a very old version is lifted step by step', () => {
    const serializer = serializerWith({
      'person.registered 1': splitName,
      'person.registered 2': addSince,
    });
    const events = serializer.deserialize(stored('person.registered', 1, { name: 'John Doe' }));
    expect(events.map(({ event }) => event)).toEqual([registered]);
  });

  it('keeps what else was recorded about it', () => {
    const serializer = serializerWith({ 'person.registered 2': addSince });
    const old = stored('person.registered', 2, { firstName: 'John', lastName: 'Doe' });
    const { data: _, type: __, version: ___, ...recorded } = old;
    expect(serializer.deserialize(old)).toMatchObject([recorded]);
  });

  it('can become several events, in order, each lifted further', () => {
    const serializer = serializerWith({
      'person.registered-married 1': ({ data }) => [
        { type: 'person.registered', version: 1, data },
        { type: 'person.married', version: 1, data: { to: 'Jane' } },
      ],
      'person.registered 1': splitName,
      'person.registered 2': addSince,
    });
    const events = serializer.deserialize(
      stored('person.registered-married', 1, { name: 'John Doe' }),
    );
    expect(events.map(({ event }) => event)).toEqual([registered, new PersonMarried('Jane')]);
    expect(events.map(({ revision, position }) => [revision, position])).toEqual([
      [4, 17],
      [4, 17],
    ]);
  });

  it('can be dropped', () => {
    const serializer = serializerWith({ 'person.winked 1': () => [] });
    expect(serializer.deserialize(stored('person.winked', 1))).toEqual([]);
  });

  it('can be renamed', () => {
    const serializer = serializerWith({
      'person.wed 1': ({ data }) => ({ type: 'person.married', version: 1, data }),
    });
    const [envelope] = serializer.deserialize(stored('person.wed', 1, { to: 'Jane' }));
    expect(envelope).toMatchObject({ event: new PersonMarried('Jane'), type: 'person.married' });
  });

  it('that nobody knows is refused by its type, version, stream and position', () => {
    const refused = () => serializerWith({}).deserialize(stored('person.left', 2));
    expect(refused).toThrow(UnknownEventTypeError);
    expect(refused).toThrow(/"person\.left" version 2 .*stream "person-1", position 17/);
    expect(refused).toThrow(/@Upcaster\('person\.left', \{ from: 2 \}\)/);
  });

  it('lifted to something that nobody knows is refused by what it was lifted to', () => {
    const serializer = serializerWith({
      'person.left 2': ({ data }) => ({ type: 'person.gone', version: 5, data }),
    });
    const refused = () => serializer.deserialize(stored('person.left', 2));
    expect(refused).toThrow(/"person\.gone" version 5 .*stream "person-1", position 17/);
  });

  it.each<[string, Readonly<Record<string, Lift>>]>([
    ['an upcaster that does not raise the version', { 'person.left 1': (event) => event }],
    [
      'upcasters that lead to one another',
      {
        'person.left 1': ({ data }) => ({ type: 'person.gone', version: 1, data }),
        'person.gone 1': ({ data }) => ({ type: 'person.left', version: 1, data }),
      },
    ],
    ['an upcaster that doubles what it was given', { 'person.left 1': (event) => [event, event] }],
  ])('does not go round for ever in %s', (_, lifts) => {
    const refused = () => serializerWith(lifts).deserialize(stored('person.left', 1));
    expect(refused).toThrow(/in circles/);
    expect(refused).toThrow(/stream "person-1", position 17/);
  });
});
