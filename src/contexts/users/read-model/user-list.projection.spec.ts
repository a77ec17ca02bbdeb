import { recorded, specifyProjection } from '../../../event-sourcing/testing/index.js';
import { UserCreated, UserDeactivated, UserEmailChanged } from '../user.events.js';
import { CreateUserList1764000000101 } from './create-user-list.migration.js';
import { UserListItem } from './user-list-item.entity.js';
import { UserListProjection } from './user-list.projection.js';

const john = new UserCreated('john_doe', 'john@example.com');
const jane = new UserCreated('jane_doe', 'jane@example.com');

const userList = specifyProjection(UserListProjection, {
  migrations: [CreateUserList1764000000101],
});

const ofJohn = (event: object): object => recorded(event, { stream: 'user-1' });
const ofJane = (event: object): object => recorded(event, { stream: 'user-2' });

const johnsRow: UserListItem = {
  id: '1',
  username: 'john_doe',
  email: 'john@example.com',
  status: 'active',
  revision: 1,
  createdPosition: 1,
};
const janesRow: UserListItem = {
  ...johnsRow,
  id: '2',
  username: 'jane_doe',
  email: 'jane@example.com',
};

describe('The list of users', () => {
  it('is empty at first', () => userList.given().then(UserListItem, []));

  it('has the users by the order of their creation', () =>
    userList
      .given(ofJohn(john), ofJane(jane))
      .then(UserListItem, [johnsRow, { ...janesRow, createdPosition: 2 }]));

  it('has the address a user changed to last', () =>
    userList
      .given(
        ofJohn(john),
        ofJohn(new UserEmailChanged('jd@example.com')),
        ofJohn(new UserEmailChanged('doe@example.com')),
      )
      .then(UserListItem, [{ ...johnsRow, email: 'doe@example.com', revision: 3 }]));

  it('keeps a user who is deactivated', () =>
    userList
      .given(ofJohn(john), ofJohn(new UserDeactivated()))
      .then(UserListItem, [{ ...johnsRow, status: 'deactivated', revision: 2 }]));

  it('keeps users apart whose events are mixed', () =>
    userList
      .given(
        ofJohn(john),
        ofJane(jane),
        ofJohn(new UserEmailChanged('jd@example.com')),
        ofJane(new UserDeactivated()),
        ofJohn(new UserDeactivated()),
      )
      .then(UserListItem, [
        { ...johnsRow, email: 'jd@example.com', status: 'deactivated', revision: 3 },
        { ...janesRow, status: 'deactivated', revision: 2, createdPosition: 2 },
      ]));
});
