import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ROLES, type Role } from '../../platform/tenancy/caller.js';

/** The account that installed the extension. */
export class AccountView {
  @ApiProperty()
  id!: string;

  @ApiProperty()
  name!: string;
}

/** Whether the host sent marketplace access at the install, and its parts that are no secret (FEATURES INS-12). */
export class PrefilledAccessView {
  @ApiProperty()
  prefilled!: boolean;

  @ApiPropertyOptional()
  baseUrl?: string;

  @ApiPropertyOptional()
  user?: string;

  @ApiPropertyOptional()
  marketplace?: string;
}

/** Who is signed in. */
export class MeView {
  @ApiProperty()
  installationId!: string;

  @ApiProperty({ description: 'User id of the host' })
  userId!: string;

  @ApiProperty({ enum: ROLES })
  role!: Role;

  @ApiProperty({ type: AccountView })
  account!: AccountView;

  @ApiProperty()
  marketplaceCode!: string;

  @ApiProperty({ type: String, nullable: true, description: 'IANA name the host sent; null when it sent none' })
  timeZone!: string | null;

  @ApiProperty({ type: PrefilledAccessView })
  marketplaceAccess!: PrefilledAccessView;
}
