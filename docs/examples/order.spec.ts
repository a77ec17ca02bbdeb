import { specify } from '../../src/event-sourcing/testing/index.js';
import { Order, OrderPlaced } from './orders.module.js';

describe('An order', () => {
  it('is placed once', async () => {
    await specify(Order)
      .given(new OrderPlaced('tea'))
      .when((order) => order.place('coffee'))
      .then(/placed already/);
  });
});
