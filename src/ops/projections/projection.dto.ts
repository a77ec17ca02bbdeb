import { ApiProperty } from '@nestjs/swagger';
import type { ProjectionRebuilds, RebuildStatus } from '../../event-sourcing/index.js';
import { RebuildDto, rebuildOf } from './rebuild.dto.js';

export class ProjectionDto {
  /** The name of the projection; how far it is, its processor of the same name says. @example 'user-list' */
  readonly name: string;

  /** The rebuild that is under way, or the last one; null when there was none. */
  @ApiProperty({ type: RebuildDto, nullable: true })
  readonly rebuild: RebuildDto | null;

  /** The verification that is under way, or the last one; null when there was none. */
  @ApiProperty({ type: RebuildDto, nullable: true })
  readonly verification: RebuildDto | null;
}

export class ProjectionListDto {
  /** By name. */
  @ApiProperty({ type: [ProjectionDto] })
  readonly items: readonly ProjectionDto[];
}

/** All projections of this process. */
export async function projectionsIn(rebuilds: ProjectionRebuilds): Promise<ProjectionDto[]> {
  const statuses = await rebuilds.statuses();
  return [...rebuilds.names()].sort().map((name) => projectionOf(name, statuses));
}

function projectionOf(name: string, statuses: readonly RebuildStatus[]): ProjectionDto {
  const [rebuild, verification] = (['switch', 'verify'] as const).map((purpose) => {
    const status = statuses.find((each) => each.projection === name && each.purpose === purpose);
    return status ? rebuildOf(status) : null;
  });
  return { name, rebuild, verification };
}
