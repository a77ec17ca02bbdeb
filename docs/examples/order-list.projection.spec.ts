import { recorded, specifyProjection } from '../../src/event-sourcing/testing/index.js';
import { OrderListItem } from './order-list-item.entity.js';
import { OrderListProjection } from './order-list.projection.js';
import { OrderPlaced } from './orders.module.js';

describe('The list of orders', () => {
  it('has every order', async () => {
    await specifyProjection(OrderListProjection)
      .given(recorded(new OrderPlaced('tea'), { stream: 'order-7' }))
      .then(OrderListItem, [{ id: '7', product: 'tea' }]);
  });
});
