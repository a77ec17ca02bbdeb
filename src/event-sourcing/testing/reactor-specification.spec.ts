import { DomainEvent } from '../events/domain-event.decorator.js';
import { ReactorContext } from '../reactors/reactor-context.js';
import { Reactor } from '../reactors/reactor.decorator.js';
import { ReactsTo } from '../reactors/reacts-to.decorator.js';
import { specifyReactor } from './reactor-specification.js';

@DomainEvent('guest.arrived')
class GuestArrived {
  constructor(readonly name: string) {}
}

class Kitchen {
  readonly orders: string[] = [];
}

@Reactor({ name: 'welcome' })
class Welcome {
  constructor(private readonly kitchen: Kitchen) {}

  @ReactsTo(GuestArrived)
  async welcome({ name }: GuestArrived, context: ReactorContext): Promise<void> {
    if (name === 'nobody') return;
    await context.once('drink', () => Promise.resolve(this.kitchen.orders.push(name)));
  }
}

describe('The specification of a reactor', () => {
  it('sees the effects, and that none is repeated', async () => {
    const kitchen = new Kitchen();
    const reactor = new Welcome(kitchen);
    await specifyReactor(reactor)
      .when(new GuestArrived('john'), new GuestArrived('nobody'), new GuestArrived('jane'))
      .then('drink', 'drink');
    expect(kitchen.orders).toEqual(['john', 'jane']);
  });

  it('fails for what does something else', async () => {
    const welcome = () => specifyReactor(new Welcome(new Kitchen()));
    await expect(welcome().when(new GuestArrived('john')).then()).rejects.toThrow();
    await expect(welcome().when(new GuestArrived('nobody')).then('drink')).rejects.toThrow();
  });
});
