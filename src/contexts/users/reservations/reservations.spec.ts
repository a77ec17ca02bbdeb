import { specify } from '../../../event-sourcing/testing/index.js';
import { EmailTakenError, UsernameTakenError } from '../user.errors.js';
import { EmailReservation } from './email-reservation.aggregate.js';
import { EmailReleased, EmailReserved, UsernameReserved } from './reservation.events.js';
import { UsernameReservation } from './username-reservation.aggregate.js';

describe('The reservation of a user name', () => {
  it('is one for all ways to write the name', () => {
    expect(UsernameReservation.idOf('John_Doe')).toBe('john_doe');
    expect(new UsernameReservation('john_doe').stream).toBe('username-john_doe');
  });

  it('is for the first who asks', () =>
    specify(UsernameReservation, 'john_doe')
      .when((name) => name.reserve('user 1'))
      .then(new UsernameReserved('user 1')));

  it('is for nobody else', () =>
    specify(UsernameReservation, 'john_doe')
      .given(new UsernameReserved('user 1'))
      .when((name) => name.reserve('user 2'))
      .then(new UsernameTakenError('john_doe')));

  it('is not made again for who has it', () =>
    specify(UsernameReservation, 'john_doe')
      .given(new UsernameReserved('user 1'))
      .when((name) => name.reserve('user 1'))
      .then());
});

describe('The reservation of an address', () => {
  const ADDRESS = 'john@example.com';

  it('is one for all ways to write the address, and does not show it', () => {
    const id = EmailReservation.idOf('John@EXAMPLE.com');
    expect(id).toBe(EmailReservation.idOf(ADDRESS));
    expect(id).toMatch(/^[\da-f]{64}$/);
    expect(id).not.toBe(EmailReservation.idOf('joan@example.com'));
  });

  it('is for the first who asks', () =>
    specify(EmailReservation)
      .when((email) => email.reserve('user 1', ADDRESS))
      .then(new EmailReserved('user 1')));

  it('is for nobody else', () =>
    specify(EmailReservation)
      .given(new EmailReserved('user 1'))
      .when((email) => email.reserve('user 2', ADDRESS))
      .then(new EmailTakenError(ADDRESS)));

  it('is not made again for who has it', () =>
    specify(EmailReservation)
      .given(new EmailReserved('user 1'))
      .when((email) => email.reserve('user 1', ADDRESS))
      .then());

  it('is given back', () =>
    specify(EmailReservation)
      .given(new EmailReserved('user 1'))
      .when((email) => email.release())
      .then(new EmailReleased('user 1')));

  it.each([
    ['that nobody ever had', []],
    ['that was given back', [new EmailReserved('user 1'), new EmailReleased('user 1')]],
  ])('%s is not given back', (_, history) =>
    specify(EmailReservation)
      .given(...history)
      .when((email) => email.release())
      .then(),
  );

  it('is for the next who asks once it is given back', () =>
    specify(EmailReservation)
      .given(new EmailReserved('user 1'), new EmailReleased('user 1'))
      .when((email) => email.reserve('user 2', ADDRESS))
      .then(new EmailReserved('user 2')));

  it('is kept from the one before while another has it', () =>
    specify(EmailReservation)
      .given(new EmailReserved('user 1'), new EmailReleased('user 1'), new EmailReserved('user 2'))
      .when((email) => email.reserve('user 1', ADDRESS))
      .then(new EmailTakenError(ADDRESS)));
});
