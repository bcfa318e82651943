import { ApiProperty } from '@nestjs/swagger';

/** A row that cannot be applied. */
export class CsvProblem {
  @ApiProperty({ description: 'Line of the file; the heading is 1' })
  row!: number;

  @ApiProperty()
  kind!: string;

  @ApiProperty()
  marketplaceKey!: string;

  @ApiProperty()
  autotaskId!: string;

  @ApiProperty()
  code!: string;

  @ApiProperty()
  message!: string;
}

/** What an import of mappings did, or with `dryRun` would do. */
export class CsvImportReport {
  @ApiProperty()
  dryRun!: boolean;

  @ApiProperty({ description: 'Rows of the file, without the heading' })
  rows!: number;

  @ApiProperty({ description: 'Rows without a problem; those already so among them' })
  good!: number;

  @ApiProperty({ description: 'Rows that changed something; 0 in a dry run' })
  applied!: number;

  @ApiProperty({ type: [CsvProblem], description: 'Every problem, by row' })
  problems!: CsvProblem[];
}
