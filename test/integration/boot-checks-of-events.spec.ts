import {
  ConfigurationError,
  DomainEvent,
  EventSourcingModule,
} from '../../src/event-sourcing/index.js';
import { failureOf } from '../support/async.js';
import { compileKit } from '../support/booted-kit.js';
import { Counter } from '../support/counter.aggregate.js';

// Declarations hold for the whole process: what is declared here fails every boot of this file.

@DomainEvent('counter.started')
class CounterBegun {}

@DomainEvent('counter.reset', { version: 2 })
class CounterReset {}

describe('the boot, with events that do not fit', () => {
  it('fails with every problem there is, each with what to type', async () => {
    const app = await compileKit({ imports: [EventSourcingModule.forFeature([Counter])] });
    const failure = (await failureOf(app.init())) as ConfigurationError;
    await app.close();
    expect(failure).toBeInstanceOf(ConfigurationError);
    expect(failure.problems).toEqual([
      expect.stringMatching(
        /^CounterStarted and CounterBegun are both declared as "counter\.started" version 1\./,
      ),
      expect.stringMatching(
        /^CounterReset is "counter\.reset" version 2, and nothing lifts version 1/,
      ),
      expect.stringContaining(`Add the method on${CounterBegun.name}(`),
      expect.stringContaining(`Add the method on${CounterReset.name}(`),
    ]);
  });
});
