import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { IsName } from '../is-name.decorator.js';

const CHOICES = ['true', 'false'];

export class ProjectionNameDto {
  /** The name of a projection. @example 'user-list' */
  @IsName()
  readonly name: string;
}

export class RebuildOptionsDto {
  /** Whether it is to serve though events of more streams are parked in it; otherwise it is held then. */
  @ApiPropertyOptional({ enum: CHOICES })
  @IsOptional()
  @IsIn(CHOICES)
  readonly acceptParked?: string;
}
