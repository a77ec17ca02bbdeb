import { specify } from '../../event-sourcing/testing/index.js';
import { User } from './user.aggregate.js';
import { UserDeactivatedError } from './user.errors.js';
import { UserCreated, UserDeactivated, UserEmailChanged } from './user.events.js';

const created = new UserCreated('john_doe', 'john@example.com');

describe('A user', () => {
  it('begins with a name and an address', () => {
    const user = User.create('0190b3c4', 'john_doe', 'john@example.com');
    expect(user.getUncommittedEvents()).toEqual([created]);
    expect(user).toMatchObject({
      id: '0190b3c4',
      stream: 'user-0190b3c4',
      username: 'john_doe',
      email: 'john@example.com',
      status: 'active',
      revision: 0,
    });
  });

  it('changes to another address', () =>
    specify(User)
      .given(created)
      .when((user) => user.changeEmail('jd@example.com'))
      .then(new UserEmailChanged('jd@example.com')));

  it('changes back to an address of before', () =>
    specify(User)
      .given(created, new UserEmailChanged('jd@example.com'))
      .when((user) => user.changeEmail('john@example.com'))
      .then(new UserEmailChanged('john@example.com')));

  it('changes the spelling of the address', () =>
    specify(User)
      .given(created)
      .when((user) => user.changeEmail('John@Example.com'))
      .then(new UserEmailChanged('John@Example.com')));

  it('has nothing to change when it has the address already', () =>
    specify(User)
      .given(created)
      .when((user) => user.changeEmail('john@example.com'))
      .then());

  it('has the address it was changed to last', () =>
    specify(User)
      .given(created, new UserEmailChanged('a@example.com'))
      .when((user) => user.changeEmail('b@example.com'))
      .thenState(({ email, username, status }) => {
        expect({ email, username, status }).toEqual({
          email: 'b@example.com',
          username: 'john_doe',
          status: 'active',
        });
      }));

  it('is deactivated', () =>
    specify(User)
      .given(created)
      .when((user) => user.deactivate())
      .then(new UserDeactivated()));

  it('is deactivated once only', () =>
    specify(User)
      .given(created, new UserDeactivated())
      .when((user) => user.deactivate())
      .then());

  it('keeps its name and address when it is deactivated', () =>
    specify(User)
      .given(created)
      .when((user) => user.deactivate())
      .thenState(({ email, username, status }) => {
        expect({ email, username, status }).toEqual({
          email: 'john@example.com',
          username: 'john_doe',
          status: 'deactivated',
        });
      }));

  it.each(['jd@example.com', 'john@example.com'])(
    'that is deactivated does not change to %s',
    (email) =>
      specify(User)
        .given(created, new UserDeactivated())
        .when((user) => user.changeEmail(email))
        .then(UserDeactivatedError),
  );
});
