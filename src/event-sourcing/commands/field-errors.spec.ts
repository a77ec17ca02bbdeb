import 'reflect-metadata';
import { IsInt, Min, validateSync, ValidateNested } from 'class-validator';
import { fieldErrors } from './field-errors.js';

const message = '$property must be a whole number from 1 on';

class Amount {
  @IsInt({ message })
  @Min(1, { message })
  value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}

class Order {
  @ValidateNested()
  total = new Amount('much');
}

describe('The errors of fields', () => {
  it('say once what several constraints say alike, and join the names of nested fields', () => {
    expect(fieldErrors(validateSync(new Order()))).toEqual([
      { field: 'total.value', messages: ['value must be a whole number from 1 on'] },
    ]);
  });
});
